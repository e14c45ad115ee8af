import CareModel
import Console
import EngineHost
import HTTPTypes
import HummingbirdTesting
import JSONText
import Logging
import NIOCore
import Testing

/// A console over a small world, reached without a port.
struct Harness: Sendable {
  let client: any TestClientProtocol
  let world: World

  /// Runs `body` against a console of its own.
  static func run(
    settings: ConsoleSettings = ConsoleSettings(), settled: Bool = true, world: World = World(),
    ports: ConsolePorts? = nil, _ body: @Sendable (Harness) async throws -> Void
  ) async throws {
    if settled { world.settle() }
    let application = ConsoleService.application(
      settings: settings, ports: ports ?? world.ports, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await application.test(.router) { try await body(Harness(client: $0, world: world)) }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, as token: String? = nil, _ body: String? = nil,
    headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    if let token { headers[.authorization] = "Bearer " + token }
    let response = try await client.executeRequest(
      uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    return Answer(
      status: response.status.code, headers: response.headers, text: String(buffer: response.body))
  }

  func get(_ path: String, as token: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
    try await send(.get, path, as: token, headers: headers)
  }

  func post(
    _ path: String, as token: String? = nil, _ body: String? = nil, key: String? = nil
  ) async throws -> Answer {
    var headers: HTTPFields = [:]
    if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
    return try await send(.post, path, as: token, body, headers: headers)
  }
}

/// An answer with its body as text and as JSON.
struct Answer: Sendable {
  var status: Int
  var headers: HTTPFields
  var text: String

  var json: JSONValue { (try? JSONValue(parsing: Array(text.utf8))) ?? .null }
  var code: String? { json["code"]?.string }
  var items: [JSONValue] { json["items"]?.array ?? [] }

  func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
