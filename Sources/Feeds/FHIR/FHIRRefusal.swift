import JSONText

/// Why a request is refused; becomes an OperationOutcome. Quotes nothing of the body.
package struct FHIRRefusal: Error, Sendable, Equatable {
  /// The HTTP status: 400, 401, 403, 404, 405, 413, 415 or 422.
  package let status: Int
  /// The kind of issue (value set issue-type).
  package let issue: String
  /// What is wrong, for the people at the sender's.
  package let text: String
  /// The `Allow` header of a 405.
  package let allow: String?

  init(status: Int, issue: String, text: String, allow: String? = nil) {
    self.status = status
    self.issue = issue
    self.text = text
    self.allow = allow
  }

  /// Bytes that are not JSON within the limits.
  init(_ error: JSONError, maximumBytes: Int) {
    switch error.problem {
    case .tooLarge: self = .tooLarge(maximumBytes: maximumBytes)
    case .tooDeep, .tooManyNodes:
      self.init(status: 413, issue: "too-costly", text: "Too many or too deep values at byte \(error.offset).")
    default:
      self.init(status: 400, issue: "structure", text: "Not JSON: \(error.problem.rawValue) at byte \(error.offset).")
    }
  }
}

extension FHIRRefusal {
  /// No sender is known; for the host, which authenticates.
  package static let notAuthenticated = Self(
    status: 401, issue: "login", text: "A valid token of the hospital is needed.")
  /// A device speaks, or an account that may not; the host knows the accounts.
  package static let notAHospital = Self(
    status: 403, issue: "forbidden", text: "Hospital messages are taken from hospitals only.")
  /// Another resource type or operation.
  static let notServed = Self(
    status: 404, issue: "not-supported",
    text: "Served are metadata, $process-message, Encounter (create, update) and transactions.")
  /// XML, or a character set other than UTF-8.
  static let notJSON = Self(
    status: 415, issue: "not-supported", text: "Only application/fhir+json and application/json in UTF-8 are read.")
  /// JSON without `resourceType`.
  static let notAResource = Self(status: 400, issue: "structure", text: "The body is not a FHIR resource.")
  /// A resource that this address does not take.
  static let wrongResource = Self(
    status: 422, issue: "not-supported", text: "This address does not take a resource of this type.")
  /// A Bundle without `type`, or with an `entry` that is no array.
  static let brokenBundle = Self(
    status: 400, issue: "structure", text: "The Bundle has no type, or its entry is not an array.")
  /// A Bundle of a type that carries no notifications.
  static let wrongBundleType = Self(
    status: 422, issue: "not-supported", text: "Read are Bundles of type message, transaction, batch and collection.")
  /// A message Bundle without MessageHeader (invariant bdl-12).
  static let noMessageHeader = Self(
    status: 400, issue: "required", text: "A Bundle of type message needs a MessageHeader.")
  /// `PUT Encounter/{id}` with another id inside.
  static let wrongID = Self(
    status: 400, issue: "invalid", text: "The Encounter's id is not that of the address.")
  /// More than ``FHIRConfiguration/maximumEntries``.
  static let tooManyEntries = Self(
    status: 413, issue: "too-costly", text: "At most \(FHIRConfiguration.maximumEntries) entries a Bundle.")
  /// More than ``FHIRConfiguration/maximumEncounters``.
  static let tooManyEncounters = Self(
    status: 413, issue: "too-costly", text: "At most \(FHIRConfiguration.maximumEncounters) Encounters a Bundle.")

  /// More than ``FHIRConfiguration/maximumBodyBytes``.
  package static func tooLarge(maximumBytes: Int) -> Self {
    Self(status: 413, issue: "too-long", text: "At most \(maximumBytes) bytes a request.")
  }

  static func wrongMethod(allowed: String) -> Self {
    Self(status: 405, issue: "not-supported", text: "Only \(allowed) is served here.", allow: allowed)
  }
}
