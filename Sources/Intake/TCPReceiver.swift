import CareModel
import EngineHost
import FeedSession
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens on one TCP port and hosts a session for every connection.
///
/// A graceful shutdown stops accepting, tells every session, and closes what is left after a bound.
package final class TCPReceiver<Session: FeedSession>: Service {
  private let shared: ReceiverContext
  private let group: any EventLoopGroup
  private let logger: Logger
  private let makeSession: @Sendable (RemotePeer, Timestamp) -> Session
  private let prepare: @Sendable (any Channel) throws -> Void
  private let didListen: @Sendable (Int) -> Void

  /// Smallest, first and largest size of a read: an idle connection keeps at most its last one.
  private static var readBytes: (smallest: Int, first: Int, largest: Int) { (256, 512, 16_384) }

  /// A receiver that listens once ``run()`` is called.
  ///
  /// - Parameters:
  ///   - settings: the address and the bounds.
  ///   - engine: takes signals and answers, judges credentials, sends to peers.
  ///   - clock: the time of day that the sessions are told.
  ///   - group: the event loops of the listener and its connections.
  ///   - logger: told about the listener, never about peers.
  ///   - prepare: puts handlers before the session's, on the connection's event loop (transport security).
  ///   - didListen: called once with the port, as soon as connections are accepted.
  ///   - makeSession: a session for a peer that has just connected.
  package init(
    settings: ReceiverSettings, engine: any EnginePort, clock: WallClock = .system,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger,
    prepare: @escaping @Sendable (any Channel) throws -> Void = { _ in },
    didListen: @escaping @Sendable (Int) -> Void = { _ in },
    makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) {
    shared = ReceiverContext(settings: settings, engine: engine, clock: clock)
    self.group = group
    self.logger = logger
    self.prepare = prepare
    self.didListen = didListen
    self.makeSession = makeSession
  }

  /// What was counted so far.
  package var counters: ReceiverCounters { shared.counters.value }

  /// Listens until the service group or the task ends it.
  ///
  /// - Throws: where the address cannot be listened on (in use, not ours, not allowed).
  package func run() async throws {
    let server = try await bootstrap.bind(host: shared.settings.host, port: shared.settings.port).get()
    let port = server.localAddress?.port ?? shared.settings.port
    logger.info("listening", metadata: ["feed": "\(shared.settings.name)", "port": "\(port)"])
    didListen(port)
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await server.closeFuture.get()
    } onCancelOrGracefulShutdown: {
      server.close(promise: nil)
    }
    try await closeConnections(on: server.eventLoop)
    logger.info("stopped", metadata: ["feed": "\(shared.settings.name)"])
  }

  /// Sets up a connection's pipeline; the channel is closed where this fails (over the bound).
  package func initialize(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      guard let id = self.shared.table.admit(channel) else {
        self.shared.counters.count { $0.refused += 1 }
        throw ConnectionRefused()
      }
      channel.closeFuture.whenComplete { [shared = self.shared] _ in shared.table.release(id) }
      try self.prepare(channel)
      let handler = SessionHandler(id: id, shared: self.shared, makeSession: self.makeSession)
      try channel.pipeline.syncOperations.addHandler(handler)
    }
  }

  private var bootstrap: ServerBootstrap {
    let allocator = AdaptiveRecvByteBufferAllocator(
      minimum: Self.readBytes.smallest, initial: Self.readBytes.first, maximum: Self.readBytes.largest)
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: Int32(shared.settings.backlog))
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        // Without it, a lack of descriptors would make the accept loop spin.
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler(shouldForwardIOErrorCaught: false))
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.recvAllocator, value: allocator)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { self.initialize($0) }
  }

  private func closeConnections(on eventLoop: any EventLoop) async throws {
    let open = shared.table.close()
    for channel in open { channel.pipeline.fireUserInboundEventTriggered(ConnectionOrder.shutdown) }
    let end = eventLoop.scheduleTask(in: .microseconds(shared.settings.shutdownLimit.microseconds)) {
      for channel in open { channel.close(promise: nil) }
    }
    try await EventLoopFuture.andAllComplete(open.map(\.closeFuture), on: eventLoop).get()
    end.cancel()
  }
}

/// A connection over the bound.
private struct ConnectionRefused: Error {}
