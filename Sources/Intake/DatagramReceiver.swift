import CareModel
import EngineHost
import FeedSession
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens on one UDP port and hosts a session for every address that datagrams come from.
///
/// A datagram is one ``FeedEvent/bytes(_:)``, a reply is one datagram back. A sender that hears nothing sends again, so
/// what cannot be taken in is dropped and counted. A graceful shutdown tells every session and closes.
package final class DatagramReceiver<Session: FeedSession>: Service {
  private let shared: ReceiverContext<Session>
  private let limits: DatagramLimits
  private let group: any EventLoopGroup
  private let logger: Logger
  private let didListen: @Sendable (Int) -> Void

  /// Datagrams that are taken from the system in one go.
  private static var datagramsPerRead: Int { 16 }

  /// A receiver that listens once ``run()`` is called.
  ///
  /// - Parameters:
  ///   - settings: the address and the bounds; a peer counts as a connection.
  ///   - limits: the bounds that only datagrams have.
  ///   - engine: takes signals and answers, judges credentials, sends to peers.
  ///   - clock: the time of day that the sessions are told.
  ///   - group: one event loop of it takes all datagrams.
  ///   - logger: told about the listener, never about peers.
  ///   - sources: the limits a source; may be shared with other receivers.
  ///   - didListen: called once with the port, as soon as datagrams are taken.
  ///   - makeSession: a session for a peer whose first datagram has come.
  package init(
    settings: ReceiverSettings, limits: DatagramLimits = DatagramLimits(), engine: any EnginePort,
    clock: WallClock = .system, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger,
    sources: SourceGuard = SourceGuard(), didListen: @escaping @Sendable (Int) -> Void = { _ in },
    makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) {
    shared = ReceiverContext(
      settings: settings, engine: engine, clock: clock, sources: sources, makeSession: makeSession)
    self.limits = limits
    self.group = group
    self.logger = logger
    self.didListen = didListen
  }

  /// What was counted so far.
  package var counters: ReceiverCounters { shared.counters.value }

  /// Listens until the service group or the task ends it.
  ///
  /// - Throws: where the address cannot be listened on (in use, not ours, not allowed); ``ListenerProblem``.
  package func run() async throws {
    if let problem = shared.settings.listenerProblem(isSecured: false) { throw problem }
    let channel = try await bootstrap.bind(host: shared.settings.host, port: shared.settings.port).get()
    let port = channel.localAddress?.port ?? shared.settings.port
    logger.info("listening", metadata: ["feed": "\(shared.settings.name)", "port": "\(port)"])
    didListen(port)
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await channel.closeFuture.get()
    } onCancelOrGracefulShutdown: {
      channel.pipeline.fireUserInboundEventTriggered(ConnectionOrder.shutdown)
    }
    logger.info("stopped", metadata: ["feed": "\(shared.settings.name)"])
  }

  /// Sets up the listener's pipeline.
  package func initialize(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(DatagramHandler(shared: self.shared, limits: self.limits))
    }
  }

  private var bootstrap: DatagramBootstrap {
    // One byte more than the bound: a longer datagram is cut to it, and known by it.
    let room = (limits.maximumBytes + 1) * Self.datagramsPerRead
    return DatagramBootstrap(group: group)
      .channelOption(.socketOption(.so_reuseaddr), value: 1)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: room))
      .channelOption(.datagramVectorReadMessageCount, value: Self.datagramsPerRead)
      .channelInitializer { self.initialize($0) }
  }
}
