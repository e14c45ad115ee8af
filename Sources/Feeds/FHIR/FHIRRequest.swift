import FeedSession

/// What a request asks for (FHIR R4, section 3.1.0).
package enum FHIRInteraction: Sendable, Equatable {
  /// `GET metadata`: the CapabilityStatement.
  case capabilities
  /// `POST $process-message`: a Bundle of type message.
  case processMessage
  /// `POST` to the base: a Bundle of type transaction or batch.
  case bundle
  /// `POST Encounter`.
  case createEncounter
  /// `PUT Encounter/{id}`.
  case updateEncounter(id: String)

  /// Longest logical id in bytes (FHIR R4, section 2.24.0.1).
  package static let maximumIDBytes = 64

  /// Reads method and path.
  ///
  /// - Parameters:
  ///   - method: the HTTP method, upper case.
  ///   - path: what follows the base address, with or without surrounding slashes and query (`Encounter/17`).
  /// - Throws: 404 for what is not served, 405 for another method on what is.
  package init(method: String, path: String) throws(FHIRRefusal) {
    let segments = path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").map(String.init)
    let served: (method: String, interaction: FHIRInteraction)
    switch segments.first {
    case nil: served = ("POST", .bundle)
    case "metadata" where segments.count == 1: served = ("GET", .capabilities)
    case "$process-message" where segments.count == 1: served = ("POST", .processMessage)
    case "Encounter" where segments.count == 1: served = ("POST", .createEncounter)
    case "Encounter" where segments.count == 2 && isLogicalID(segments[1]):
      served = ("PUT", .updateEncounter(id: segments[1]))
    default: throw .notServed
    }
    guard served.method == method else { throw .wrongMethod(allowed: served.method) }
    self = served.interaction
  }
}

/// One request, as far as this feed needs it.
package struct FHIRRequest: Sendable {
  /// What is asked for.
  package var interaction: FHIRInteraction
  /// The `Content-Type` header; nil when there is none.
  package var contentType: String?
  /// The body as it came.
  package var body: [UInt8]
  /// The authenticated sender.
  package var principal: Principal

  /// A request.
  package init(interaction: FHIRInteraction, contentType: String?, body: [UInt8], principal: Principal) {
    self.interaction = interaction
    self.contentType = contentType
    self.body = body
    self.principal = principal
  }
}

/// `[A-Za-z0-9\-\.]{1,64}`.
func isLogicalID(_ text: String) -> Bool {
  (1...FHIRInteraction.maximumIDBytes).contains(text.utf8.count)
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
}
