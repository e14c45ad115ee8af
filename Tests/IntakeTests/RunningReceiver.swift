import FeedSession
import HL7
import Intake
import Logging
import MQTT
import NIOSSL
import ServiceLifecycle
import TransportSecurity

/// A receiver on a free loopback port while a test's body runs.
struct RunningReceiver<Session: FeedSession> {
  let receiver: TCPReceiver<Session>
  let port: Int
  let services: ServiceGroup

  static func run(
    _ engine: LateEngine, _ change: (inout ReceiverSettings) -> Void = { _ in }, security: TLSContexts? = nil,
    sources: SourceGuard = SourceGuard(), session: @escaping @Sendable (RemotePeer) -> Session,
    _ body: (Self) async throws -> Void
  ) async throws {
    var settings = ReceiverSettings(name: "test", host: "127.0.0.1", port: 0)
    change(&settings)
    let (ports, listening) = AsyncStream<Int>.makeStream()
    let receiver = TCPReceiver(
      settings: settings, engine: engine, logger: quiet, security: security, sources: sources,
      didListen: { listening.yield($0) }, makeSession: { peer, _ in session(peer) })
    let services = ServiceGroup(configuration: .init(services: [.init(service: receiver)], logger: quiet))
    let running = Task {
      defer { listening.finish() }
      try await services.run()
    }
    var iterator = ports.makeAsyncIterator()
    if let port = await iterator.next() {
      try await body(RunningReceiver(receiver: receiver, port: port, services: services))
    }
    await services.triggerGracefulShutdown()
    try await running.value
  }

  private static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

extension RunningReceiver where Session == MQTTSession {
  static func mqtt(
    _ engine: LateEngine, limits: MQTTLimits = .standard, _ change: (inout ReceiverSettings) -> Void = { _ in },
    security: TLSContexts? = nil, sources: SourceGuard = SourceGuard(), _ body: (Self) async throws -> Void
  ) async throws {
    try await run(
      engine, change, security: security, sources: sources, session: { _ in MQTTSession(limits: limits) }, body)
  }

  /// A device that is signed in.
  func device(
    _ serial: String, clientID: String? = nil, isReading: Bool = true, security: NIOSSLContext? = nil
  ) async throws -> SocketClient {
    var client = try await SocketClient(port: port, isReading: isReading, security: security)
    try await client.send(MQTTWords.connect(serial, clientID: clientID ?? serial))
    if isReading { _ = await client.read(MQTTWords.connack.count) }
    return client
  }
}

extension RunningReceiver where Session == MLLPSession {
  static func mllp(
    _ engine: LateEngine, _ configuration: MLLPConfiguration = MLLPConfiguration(),
    _ body: (Self) async throws -> Void
  ) async throws {
    try await run(engine, session: { _ in MLLPSession(configuration: configuration) }, body)
  }
}
