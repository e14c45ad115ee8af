import CareModel
import EngineHost
import JSONText

/// Why a request was not done, as it is told (RFC 9457); holds nothing that came with the request.
struct Problem: Error, Sendable, Equatable {
  /// The HTTP status.
  var status: Int
  /// One word for programs; never changes its meaning.
  var code: String
  /// One sentence for people.
  var title: String
  /// The field of the body that is meant.
  var field: String?
  /// When to come again.
  var retryAfterSeconds: Int?

  init(_ status: Int, _ code: String, _ title: String, field: String? = nil, retryAfterSeconds: Int? = nil) {
    self.status = status
    self.code = code
    self.title = title
    self.field = field
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// The JSON text.
  var json: [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.member("type", "urn:silverbell:problem:" + code)
      object.member("title", title)
      object.member("status", status)
      object.member("code", code)
      object.member("field", field)
    }
    return writer.bytes
  }
}

extension Problem {
  static let notJSON = Problem(400, "notJSON", "The body is not JSON.")
  static let signInNeeded = Problem(401, "signInNeeded", "Sign in first: no valid bearer token or session was sent.")
  static let roleNotAllowed = Problem(403, "roleNotAllowed", "This account's role may not do this.")
  static let crossSite = Problem(403, "crossSite", "A session cookie is only taken from this site's own pages.")
  static let noStaff = Problem(403, "noStaff", "This account has no member of staff behind it.")
  static let notFound = Problem(404, "notFound", "There is no such thing here.")
  static let methodNotAllowed = Problem(405, "methodNotAllowed", "This address does not take that method.")
  static let conflict = Problem(409, "conflict", "The rows contradict each other or what is stored.")
  static let tooLarge = Problem(413, "tooLarge", "The body is larger than 1 MiB.")
  static let badCursor = Problem(400, "badCursor", "The cursor is none that was given out.")
  static let storeUnavailable = Problem(
    503, "unavailable", "The database cannot be reached; open work goes on.", retryAfterSeconds: 5)
  static let notDurable = Problem(
    503, "unavailable", "It could not be made durable; send it again.", retryAfterSeconds: 2)
  static let tooManyStreams = Problem(
    503, "tooManyStreams", "Too many event streams are open.", retryAfterSeconds: 10)

  /// A field of the body is missing or wrong.
  static func invalid(_ field: String, _ title: String) -> Problem { Problem(422, "invalid", title, field: field) }

  init(_ problem: StoreProblem) {
    switch problem.code {
    case .unavailable: self = .storeUnavailable
    case .conflict: self = .conflict
    case .invalid: self = .badCursor
    }
  }

  init(_ refusal: ActionRefusal) {
    switch refusal {
    case .notFound: self = .notFound
    case .alreadyTaken: self.init(409, refusal.rawValue, "Another person was first.")
    case .alreadyResolved: self.init(409, refusal.rawValue, "It is resolved already.")
    case .heldByAnother: self.init(409, refusal.rawValue, "Another person holds it.")
    case .notHeld: self.init(409, refusal.rawValue, "Nobody holds it: take it first.")
    case .offerClosed: self.init(409, refusal.rawValue, "The offer is closed.")
    case .wrongState: self.init(409, refusal.rawValue, "It cannot be done in the state in which this is.")
    case .staffBusy: self.init(409, refusal.rawValue, "The person has other work at that time.")
    case .notYours: self.init(403, refusal.rawValue, "It belongs to somebody else.")
    case .closingNotAllowed: self.init(422, refusal.rawValue, "A life alert is closed only on somebody's word.")
    case .unknownStaff: self.init(422, refusal.rawValue, "No such member of staff.", field: "staff")
    case .unknownResident: self.init(422, refusal.rawValue, "No such resident.", field: "resident")
    case .tooMany: self.init(429, refusal.rawValue, "Too many at once.", retryAfterSeconds: 5)
    case .alreadyEnded: self.init(409, refusal.rawValue, "It has ended: start a new suspension.")
    case .badPeriod:
      self.init(
        422, refusal.rawValue,
        "The end lies after the start, ahead, and at most 180 days after the start; an extension moves it on.",
        field: "until")
    case .unavailable: self = .notDurable
    }
  }
}
