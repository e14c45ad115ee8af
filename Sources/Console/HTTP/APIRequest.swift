import CareModel
import EngineHost
import HTTPTypes

/// What a handler sees of a request.
struct APIRequest: Sendable {
  /// What the placeholders of the route's path stand for, decoded.
  var parameters: [String: String]
  /// The query, decoded; of several with one name the last counts.
  var query: [String: String]
  /// The query as it came; it may hold a secret.
  var rawQuery: String
  /// It came from this machine.
  var isLoopback: Bool
  /// The header fields.
  var headers: HTTPFields
  /// The body, at most ``ConsoleSettings/maximumBodyBytes``.
  var body: [UInt8]
  /// Who asks; nil only on routes that are open to all.
  var caller: Account?
  /// Closes the connection that the request came on, whatever is still to be written.
  var closeConnection: @Sendable () -> Void

  /// Who asks.
  func account() throws(Problem) -> Account {
    guard let caller else { throw Problem.signInNeeded }
    return caller
  }

  /// The member of staff who asks.
  func staff() throws(Problem) -> StaffID {
    guard let staff = try account().staff else { throw Problem.noStaff }
    return staff
  }

  /// The id in the path; what is no id names nothing.
  func id<Entity>(_: Entity.Type = Entity.self, _ name: String = "id") throws(Problem) -> Identifier<Entity> {
    guard let text = parameters[name], let id = Identifier<Entity>(text) else { throw Problem.notFound }
    return id
  }

  /// A text in the path.
  func parameter(_ name: String) throws(Problem) -> String {
    guard let text = parameters[name], !text.isEmpty else { throw Problem.notFound }
    return text
  }

  /// How many rows a page has: 1-500, 100 when not said.
  func limit() throws(Problem) -> Int {
    guard let text = query["limit"] else { return 100 }
    guard let limit = Int(text), (1...Self.maximumPageRows).contains(limit) else {
      throw Problem(400, "badLimit", "A page has 1 to 500 rows.", field: "limit")
    }
    return limit
  }

  /// Most rows of a page.
  static let maximumPageRows = 500
}
