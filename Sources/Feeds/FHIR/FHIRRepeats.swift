import CareModel
import JSONText

/// How a second copy of a request is recognised. Ids are reused in the field, so a hash of the body always counts.
struct FHIRRepeats {
  private let hash: UInt64
  private let name: String?

  /// - Parameters:
  ///   - bundle: the Bundle; nil for a single Encounter.
  ///   - resources: what the request carries.
  ///   - raw: the body as it came.
  init(interaction: FHIRInteraction, bundle: JSONValue?, resources: BundleResources, raw: [UInt8]) {
    hash = fixedHash(raw)
    let isNew = interaction == .createEncounter
    name = if let bundle { bundleName(bundle, resources) } else { encounterName(resources, isNew: isNew) }
  }

  /// The key of the `number`th signal of the request.
  ///
  /// A Bundle is known by its identifier, else by the id of its MessageHeader and its time stamp; a single Encounter by
  /// the version or time of its record. An update without any of these may bring back an earlier state word for word:
  /// it is a repeat only while the first copy is unacknowledged.
  func key(_ number: Int) -> RepeatKey {
    guard let name else { return .whileUnacknowledged(fingerprint: fixedMix(hash &+ UInt64(number))) }
    let digits = String(hash, radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.utf8.count) + digits
    let suffix = number == 0 ? "" : "#\(number)"
    return .message(id: name + "|" + padded + suffix, window: FHIRConfiguration.repeatWindow)
  }
}

private func encounterName(_ resources: BundleResources, isNew: Bool) -> String? {
  let encounter = resources.entries.first?.resource
  let record = [encounter?["meta"]?["versionId"], encounter?["meta"]?["lastUpdated"]].map { $0?.string }
  // A new Encounter is sent once; its second copy is a resend.
  guard isNew || record.contains(where: { $0 != nil }) else { return nil }
  return joined(["Encounter", encounter?["id"]?.string] + record)
}

private func bundleName(_ bundle: JSONValue, _ resources: BundleResources) -> String? {
  let identifier = bundle["identifier"]
  if let value = identifier?["value"]?.string, !value.isEmpty {
    return joined([identifier?["system"]?.string, value])
  }
  let header = resources.all("MessageHeader").first?.resource
  let parts = [header?["id"]?.string, bundle["timestamp"]?.string]
  return parts.allSatisfy { $0 == nil } ? nil : joined(parts)
}

/// Control bytes would not be stored; the hash tells such messages apart.
private func joined(_ parts: [String?]) -> String {
  parts.map { part in
    let bytes = (part ?? "").utf8.filter { $0 >= 0x20 && $0 != 0x7F }
    return String(decoding: bytes.prefix(FHIRConfiguration.maximumRepeatKeyPartBytes), as: UTF8.self)
  }.joined(separator: "|")
}
