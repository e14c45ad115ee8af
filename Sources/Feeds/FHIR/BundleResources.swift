import JSONText

/// The resources of one request, found by what refers to them (FHIR R4, section 2.36.4.1).
struct BundleResources {
  /// One resource with what its entry says of it.
  struct Entry {
    var resource: JSONValue
    var fullURL: String?
    /// `request.method`, for a transaction or batch.
    var method: String?
  }

  /// Longest chain of `partOf` followed.
  static let maximumChain = 8

  let entries: [Entry]
  private let places: [String: Int]
  /// The Locations that are part of an entry, by its place.
  private let parts: [Int: [Int]]

  /// The resources of a Bundle's entries; entries without a resource are left out.
  init(entries: [JSONValue]) {
    self.init(
      entries.compactMap { entry in
        guard let resource = entry["resource"], resource.resourceType != nil else { return nil }
        return Entry(
          resource: resource, fullURL: entry.address("fullUrl"), method: entry["request"]?.word("method"))
      })
  }

  init(_ entries: [Entry]) {
    self.entries = entries
    var places: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      for name in Self.names(of: entry) where places[name] == nil { places[name] = index }
    }
    self.places = places
    var parts: [Int: [Int]] = [:]
    for (index, entry) in entries.enumerated() where entry.resource.resourceType == "Location" {
      if let whole = Self.place(of: entry.resource["partOf"], in: places) { parts[whole, default: []].append(index) }
    }
    self.parts = parts
  }

  /// The only Location that is part of another.
  func onlyPart(of index: Int) -> Int? {
    guard let parts = parts[index], parts.count == 1 else { return nil }
    return parts.first
  }

  private static func names(of entry: Entry) -> [String] {
    var names = [entry.fullURL].compactMap { $0 }
    if let id = entry.resource.address("id"), let type = entry.resource.resourceType {
      names.append(type + "/" + id)
      if entry.fullURL == nil { names.append("urn:uuid:" + id) }
    } else if let url = entry.fullURL, let name = typeAndID(url) {
      names.append(name)
    }
    return names
  }

  /// All of one type, in order.
  func all(_ type: String) -> [Entry] { entries.filter { $0.resource.resourceType == type } }

  /// The only one of a type; nil when there is none or more than one.
  func only(_ type: String) -> JSONValue? {
    let all = all(type)
    return all.count == 1 ? all.first?.resource : nil
  }

  /// What a Reference means: something contained in `container`, or an entry of the Bundle.
  func resolve(_ reference: JSONValue?, from container: JSONValue? = nil) -> JSONValue? {
    entryIndex(of: reference).map { entries[$0].resource } ?? contained(reference, in: container)
  }

  /// The place of the entry that a Reference means.
  func entryIndex(of reference: JSONValue?) -> Int? { Self.place(of: reference, in: places) }

  private static func place(of reference: JSONValue?, in places: [String: Int]) -> Int? {
    guard let text = reference?.address("reference") else { return nil }
    if let place = places[text] { return place }
    return typeAndID(text).flatMap { places[$0] }
  }

  private func contained(_ reference: JSONValue?, in container: JSONValue?) -> JSONValue? {
    guard let text = reference?.address("reference"), text.hasPrefix("#") else { return nil }
    return container?.elements("contained").first { $0.address("id").map { "#" + $0 } == text }
  }

  /// `Type/id` at the end of an address, without a version.
  private static func typeAndID(_ address: String) -> String? {
    var segments = address.split(separator: "/", omittingEmptySubsequences: false)
    if segments.count >= 4, segments[segments.count - 2] == "_history" { segments.removeLast(2) }
    guard segments.count >= 2 else { return nil }
    return segments.suffix(2).joined(separator: "/")
  }
}
