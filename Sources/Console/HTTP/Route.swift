import EngineHost
import HTTPTypes

/// One address with its method: who may use it, what it takes and gives, and what does it.
struct Route: Sendable {
  /// The method.
  var method: HTTPRequest.Method
  /// The path; `{name}` stands for one segment.
  var path: String
  /// Who may use it; nil = everybody, signed in or not.
  var roles: [Account.Role]?
  /// What the OpenAPI document says of it; nil for pages.
  var description: RouteDescription?
  /// An answer is kept for its Idempotency-Key; otherwise only that there was one.
  var isReplayable = true
  /// Tells a problem in the way of the route's own protocol; nil = as the API tells it.
  var tell: (@Sendable (Problem) -> APIResponse?)?
  /// Does it.
  var handle: Handler

  typealias Handler = @Sendable (APIRequest) async throws(Problem) -> APIResponse

  static func get(
    _ path: String, _ roles: [Account.Role]?, _ description: RouteDescription?, _ handle: @escaping Handler
  ) -> Route {
    Route(method: .get, path: path, roles: roles, description: description, handle: handle)
  }

  static func post(
    _ path: String, _ roles: [Account.Role]?, _ description: RouteDescription?, _ handle: @escaping Handler
  ) -> Route {
    Route(method: .post, path: path, roles: roles, description: description, handle: handle)
  }
}

/// What the OpenAPI document says of a route.
struct RouteDescription: Sendable {
  /// The operation's name.
  var operation: String
  /// One sentence.
  var summary: String
  /// Query parameters.
  var query: [Schema.Property] = []
  /// What the body must be; nil = none is read.
  var body: Schema?
  /// The status of success.
  var status = 200
  /// What success answers; nil = nothing.
  var answer: Schema?
  /// The media type of the answer.
  var answerType = "application/json"
}

extension [Account.Role] {
  /// Those who act at the desk.
  static let desk: Self = [.dispatcher]
  /// Those who see the desk's work.
  static let watchers: Self = [.dispatcher, .supervisor, .administrator, .auditor]
  /// Those who go out, and the desk for them.
  static let field: Self = [.staff, .dispatcher]
}
