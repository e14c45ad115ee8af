import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The HTTP side of the house: JSON API, event stream and pages; a graceful shutdown ends event streams at once.
package struct ConsoleService: Service {
  private let application: Application<ConsoleResponder>

  /// Silence after which a connection that has no request under way is closed.
  static let idleSeconds: Int64 = 75

  /// A console; it listens once it runs.
  ///
  /// - Parameter onRunning: called with the port it listens on.
  package init(
    settings: ConsoleSettings, ports: ConsolePorts, logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    application = Self.concrete(settings, ports, logger, onRunning)
  }

  /// Serves until it is told to stop.
  package func run() async throws { try await application.run() }

  /// What is served, for an embedding that brings its own server or needs none.
  package static func application(
    settings: ConsoleSettings, ports: ConsolePorts, logger: Logger
  ) -> some ApplicationProtocol {
    concrete(settings, ports, logger) { _ in }
  }

  private static func concrete(
    _ settings: ConsoleSettings, _ ports: ConsolePorts, _ logger: Logger,
    _ onRunning: @escaping @Sendable (Int) async -> Void
  ) -> Application<ConsoleResponder> {
    let routes = ConsoleRoutes(settings, ports)
    let responder = ConsoleResponder(
      table: routes.table, authenticator: routes.authenticator, now: ports.now,
      metrics: ConsoleMetrics(factory: ports.metrics), logger: logger)
    let configuration = ApplicationConfiguration(
      address: .hostname(settings.host, port: settings.port),
      availableConnectionsDelegate: MaximumAvailableConnections(ConsoleSettings.maximumConnections))
    return Application(
      responder: responder, server: .http1(configuration: .init(idleTimeout: .seconds(idleSeconds))),
      configuration: configuration,
      onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? settings.port) }, logger: logger)
  }
}
