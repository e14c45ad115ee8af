import CareModel
import FeedSession
import JSONText

/// The FHIR R4 feed without its server: a request in, signals or a refusal out (protocols page, section 4).
package struct FHIRIntake: Sendable {
  /// The settings.
  package let configuration: FHIRConfiguration

  /// What a request turned out to be.
  package enum Decoded: Sendable, Equatable {
    /// To be delivered, in this order, never none; the answer waits for all of them and has this form.
    case signals([Signal], answer: FHIRAnswer)
    /// Answered at once; nothing of the request is delivered.
    case refusal(FHIRRefusal)
  }

  /// An intake.
  package init(configuration: FHIRConfiguration = FHIRConfiguration()) { self.configuration = configuration }

  /// Reads a request.
  ///
  /// A message whose event, patient or fields are not understood is delivered all the same. Refused is what is no FHIR
  /// resource within the bounds of ``FHIRConfiguration``, or one that its address does not take.
  package func decode(_ request: FHIRRequest) -> Decoded {
    do throws(FHIRRefusal) {
      return try read(request)
    } catch {
      return .refusal(error)
    }
  }

  private func read(_ request: FHIRRequest) throws(FHIRRefusal) -> Decoded {
    if case .device = request.principal { throw .notAHospital }
    guard request.interaction != .capabilities else { throw .wrongMethod(allowed: "GET") }
    guard isJSON(request) else { throw .notJSON }
    let document = try parse(request.body)
    guard let type = document.resourceType else { throw .notAResource }
    switch (type, request.interaction) {
    case ("Bundle", .processMessage), ("Bundle", .bundle), ("Bundle", .createEncounter):
      return try read(bundle: document, of: request)
    case ("Parameters", .processMessage):
      let content = document.elements("parameter").first { $0.word("name") == "content" }?["resource"]
      guard let content, content.resourceType == "Bundle" else { throw .wrongResource }
      return try read(bundle: content, of: request)
    case ("Encounter", .createEncounter): return signals(of: document, request)
    case ("Encounter", .updateEncounter(let id)):
      guard document["id"] == nil || document["id"]?.string == id else { throw .wrongID }
      return signals(of: document.with(id: id), request)
    default: throw .wrongResource
    }
  }

  private func parse(_ body: [UInt8]) throws(FHIRRefusal) -> JSONValue {
    let maximumBytes = configuration.maximumBodyBytes
    do throws(JSONError) {
      return try JSONValue(
        parsing: body,
        limits: JSONLimits(
          maximumBytes: maximumBytes, maximumDepth: FHIRConfiguration.maximumDepth,
          maximumNodes: FHIRConfiguration.maximumNodes))
    } catch {
      throw FHIRRefusal(error, maximumBytes: maximumBytes)
    }
  }

  private func signals(of encounter: JSONValue, _ request: FHIRRequest) -> Decoded {
    let entry = BundleResources.Entry(resource: encounter)
    let mapping = FHIRMapping(
      configuration: configuration, request: request, bundle: nil, resources: BundleResources([entry]))
    return .signals(mapping.signals(encounters: [entry], hasMore: false), answer: .outcome)
  }

  private func read(bundle: JSONValue, of request: FHIRRequest) throws(FHIRRefusal) -> Decoded {
    guard let type = bundle["type"]?.string else { throw .brokenBundle }
    guard ["message", "transaction", "batch", "collection"].contains(type) else { throw .wrongBundleType }
    let entries = bundle["entry"] ?? .array([])
    guard let entries = entries.array else { throw .brokenBundle }
    guard entries.count <= FHIRConfiguration.maximumEntries else { throw .tooManyEntries }
    let resources = BundleResources(entries: entries)
    let encounters = resources.all("Encounter")
    guard encounters.count <= FHIRConfiguration.maximumEncounters else { throw .tooManyEncounters }
    let mapping = FHIRMapping(
      configuration: configuration, request: request, bundle: bundle, resources: resources)
    let isTransaction = request.interaction == .bundle && (type == "transaction" || type == "batch")
    let answer: FHIRAnswer = isTransaction ? .bundle(type: type, entries: entries.count) : .outcome
    if let header = resources.all("MessageHeader").first?.resource {
      return .signals(mapping.signals(header: header), answer: answer)
    }
    guard type != "message" else { throw .noMessageHeader }
    return .signals(
      mapping.signals(encounters: encounters, hasMore: entries.contains(where: changesUnseenEncounter)),
      answer: answer)
  }

  /// A deletion or patch of an Encounter: kept for a person to look at.
  private func changesUnseenEncounter(_ entry: JSONValue) -> Bool {
    let method = entry["request"]?.word("method")
    return (method == "DELETE" || method == "PATCH") && entry["request"]?.address("url")?.contains("Encounter") == true
  }

  /// Without a `Content-Type` the first byte decides.
  private func isJSON(_ request: FHIRRequest) -> Bool {
    guard let header = request.contentType else { return request.body.first != UInt8(ascii: "<") }
    let parts = header.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\"" && $0 != "\t" } }
    let types = ["application/fhir+json", "application/json", "application/json+fhir", "text/json"]
    let sets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
    return parts.first.map(types.contains) == true
      && sets.allSatisfy { ["charset=utf-8", "charset=utf8", "charset=us-ascii"].contains($0) }
  }
}

extension JSONValue {
  /// The resource under the id of its address.
  fileprivate func with(id: String) -> JSONValue {
    guard self["id"] == nil, case .object(let members) = self else { return self }
    return .object(members + [JSONMember(key: "id", value: .string(id))])
  }
}
