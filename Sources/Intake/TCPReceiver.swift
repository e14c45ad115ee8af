import CareModel
import EngineHost
import FeedSession
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TransportSecurity

/// Listens on one TCP port and hosts a session for every connection, with transport security or without.
///
/// A graceful shutdown stops accepting, tells every session, and closes what is left after a bound.
package final class TCPReceiver<Session: FeedSession>: Service {
  private let shared: ReceiverContext<Session>
  private let group: any EventLoopGroup
  private let logger: Logger
  private let security: TLSContexts?
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
  ///   - security: the certificates; nil listens in the clear.
  ///   - sources: the limits a source; may be shared with other receivers.
  ///   - didListen: called once with the port, as soon as connections are accepted.
  ///   - makeSession: a session for a peer that has just connected, and shaken hands where security is on.
  package init(
    settings: ReceiverSettings, engine: any EnginePort, clock: WallClock = .system,
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, logger: Logger, security: TLSContexts? = nil,
    sources: SourceGuard = SourceGuard(), didListen: @escaping @Sendable (Int) -> Void = { _ in },
    makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) {
    shared = ReceiverContext(
      settings: settings, engine: engine, clock: clock, sources: sources, makeSession: makeSession)
    self.group = group
    self.logger = logger
    self.security = security
    self.didListen = didListen
  }

  /// What was counted so far.
  package var counters: ReceiverCounters { shared.counters.value }

  /// Listens until the service group or the task ends it.
  ///
  /// - Throws: where the address cannot be listened on (in use, not ours, not allowed); ``ListenerProblem``.
  package func run() async throws {
    if let problem = shared.settings.listenerProblem(isSecured: security != nil) { throw problem }
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

  /// Sets up a connection's pipeline; the channel is closed where this fails (a limit).
  package func initialize(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let id = try self.admit(channel)
      let pipeline = channel.pipeline.syncOperations
      if let security = self.security {
        try pipeline.addHandler(HandshakeHandler(id: id, shared: self.shared, contexts: security))
      } else {
        try pipeline.addHandler(SessionHandler(id: id, shared: self.shared, isSecured: false))
      }
    }
  }

  private func admit(_ channel: any Channel) throws -> ConnectionID {
    let source = shared.sources.source(of: channel.remoteAddress)
    if let source, let reason = shared.sources.admit(source, at: shared.clock.now()) { throw refusal(reason) }
    switch shared.table.admit(channel, from: source) {
    case .refused(let reason):
      if let source { shared.sources.release(source, wasProven: false, at: shared.clock.now()) }
      throw refusal(reason)
    case .admitted(let id, let older):
      older?.pipeline.fireUserInboundEventTriggered(ConnectionOrder.unproven)
      channel.closeFuture.whenComplete { [shared] _ in
        guard let (source, wasProven) = shared.table.release(id) else { return }
        shared.sources.release(source, wasProven: wasProven, at: shared.clock.now())
      }
      return id
    }
  }

  private func refusal(_ reason: RefusalReason) -> ConnectionRefused {
    shared.counters.refused(reason)
    return ConnectionRefused()
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
      for channel in open { channel.pipeline.fireUserInboundEventTriggered(ConnectionOrder.cut) }
    }
    try await EventLoopFuture.andAllComplete(open.map(\.closeFuture), on: eventLoop).get()
    end.cancel()
  }
}

/// A connection over a limit.
private struct ConnectionRefused: Error {}
