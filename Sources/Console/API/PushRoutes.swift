import CareModel
import EngineHost
import FeedSession
import HTTPTypes
import Mapped

/// `/api/v1/push/{name}`: what a platform pushes, read by its mapping file, which also says how it shows who it is.
struct PushRoutes: Sendable {
  let ports: ConsolePorts

  var routes: [Route] {
    [
      Route(method: .get, path: "/api/v1/push/{name}", roles: nil) { request async throws(Problem) in
        try await receive(request, .get)
      },
      Route(method: .post, path: "/api/v1/push/{name}", roles: nil) { request async throws(Problem) in
        try await receive(request, .post)
      },
    ]
  }

  private func receive(_ request: APIRequest, _ method: PushRequest.Method) async throws(Problem) -> APIResponse {
    guard let push = ports.pushes[try request.parameter("name")] else { throw Problem.notFound }
    let decoded = push.decode(
      PushRequest(
        method: method, query: request.rawQuery,
        headers: request.headers.map { ($0.name.rawName, $0.value) }, body: request.body,
        isLoopback: request.isLoopback))
    switch decoded {
    case .handshake(let answer): return Self.response(answer)
    case .refusal(let refusal): return Self.response(push.encode(refusal: refusal))
    case .signals(let signals):
      return Self.response(push.encode(outcomes: await ports.engine.deliver(signals)))
    }
  }

  private static func response(_ answer: PushAnswer) -> APIResponse {
    var headers: HTTPFields = [:]
    if let type = answer.contentType { headers[.contentType] = type }
    if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    return APIResponse(status: answer.status, headers: headers, body: .bytes(answer.body))
  }
}
