import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The operations page: `/metrics`, `/healthz` and `/readyz` on a listener and a thread of its own, so that it answers
/// also when the loops of the daemon do not; beside it, what systemd is told.
package struct OperationsService: Service {
  /// Most connections at once; further ones wait in the listen queue.
  static let maximumConnections = 64
  /// Silence after which a connection is closed.
  static let idleSeconds: Int64 = 75

  private let application: Application<OperationsResponder>
  private let group: MultiThreadedEventLoopGroup
  private let health: ServiceState

  /// A page; it listens once it runs.
  /// - Parameters:
  ///   - port: 0 = any free one.
  ///   - onRunning: called with the port it listens on.
  package init(
    host: String, port: Int, registry: MetricsRegistry, state: ServiceState, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    health = state
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let configuration = ApplicationConfiguration(
      address: .hostname(host, port: port),
      availableConnectionsDelegate: MaximumAvailableConnections(Self.maximumConnections))
    application = Application(
      responder: OperationsResponder(registry: registry, state: state),
      server: .http1(configuration: .init(idleTimeout: .seconds(Self.idleSeconds))), configuration: configuration,
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
      eventLoopGroupProvider: .shared(group), logger: logger)
  }

  /// Serves until it is told to stop.
  package func run() async throws {
    do {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await application.run() }
        tasks.addTask { await beat() }
        try await tasks.next()
        tasks.cancelAll()
      }
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
    try await group.shutdownGracefully()
  }

  /// Goes on until the listener has ended: a daemon that stops slowly still lives.
  private func beat() async {
    repeat { health.beat() } while (try? await Task.sleep(for: health.interval)) != nil
  }
}

/// Answers the three addresses, and nothing else.
struct OperationsResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let registry: MetricsRegistry
  let state: ServiceState

  func respond(to request: Request, context: Context) async throws -> Response {
    guard request.method == .get || request.method == .head else {
      return answer(request, 405, "text/plain; charset=utf-8", Array("GET and HEAD only\n".utf8), allow: "GET, HEAD")
    }
    switch request.uri.path {
    case "/metrics": return answer(request, 200, PrometheusText.contentType, Array(registry.text().utf8))
    case "/healthz": return verdict(request, bad: "stuck", state.health)
    case "/readyz": return verdict(request, bad: "notReady", state.reasonsNotReady)
    default:
      return answer(request, 404, "text/plain; charset=utf-8", Array("/metrics /healthz /readyz\n".utf8))
    }
  }

  private func verdict(_ request: Request, bad: String, _ complaints: [Complaint]) -> Response {
    let json = Complaint.json(complaints.isEmpty ? "ok" : bad, complaints)
    return answer(request, complaints.isEmpty ? 200 : 503, "application/json", json)
  }

  private func answer(
    _ request: Request, _ status: Int, _ type: String, _ bytes: [UInt8], allow: String? = nil
  ) -> Response {
    var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store", .contentLength: String(bytes.count)]
    if let allow { headers[.allow] = allow }
    let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    return Response(status: .init(code: status), headers: headers, body: body)
  }
}

/// Says at once that the daemon stops; as the last service of its group it is the first to hear of it.
package struct StopNoticeService: Service {
  private let state: ServiceState

  /// A service that tells this state.
  package init(state: ServiceState) { self.state = state }

  /// Waits for the stop.
  package func run() async throws {
    try? await gracefulShutdown()
    state.stop()
  }
}
