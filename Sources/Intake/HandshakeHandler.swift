import CareModel
import EngineHost
import FeedSession
import NIOCore
import NIOSSL
import NIOTLS
import TransportSecurity

/// Stands at a connection's door: waits for the client's first record and for a turn, lets the two sides shake hands,
/// and then makes place for the session.
///
/// Everything here runs on the connection's event loop.
final class HandshakeHandler<Session: FeedSession>: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private enum State {
    /// What came of the first record.
    case listening(ByteBuffer)
    case waiting(ByteBuffer)
    case shaking
    case over
  }

  /// Head of a TLS record: its kind, the version, the length of what follows.
  private static var headBytes: Int { 5 }
  private static var handshakeRecord: UInt8 { 0x16 }
  private static var maximumRecordBytes: Int { 1 << 14 }
  /// What is kept of a connection's buffer for encrypted bytes while it is idle.
  private static var preservedBytes: Int { 1024 }

  private let id: ConnectionID
  private let shared: ReceiverContext<Session>
  private let contexts: TLSContexts
  private var state = State.listening(ByteBuffer())
  private var context: ChannelHandlerContext?

  init(id: ConnectionID, shared: ReceiverContext<Session>, contexts: TLSContexts) {
    self.id = id
    self.shared = shared
    self.contexts = contexts
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let limit = TimeAmount.microseconds(shared.settings.handshakes.timeLimit.microseconds)
    context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [weak self] in
      self?.refuse(.handshakeTimeout)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .listening(var bytes):
      // The other reference to the bytes must go first, or every read would copy them.
      state = .over
      var more = unwrapInboundIn(data)
      bytes.writeBuffer(&more)
      state = .listening(bytes)
      listen(to: bytes)
    case .waiting(var bytes):
      state = .over
      var more = unwrapInboundIn(data)
      bytes.writeBuffer(&more)
      state = .waiting(bytes)
    case .shaking, .over: context.fireChannelRead(data)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    refuse(.handshakeFailed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { refuse(.handshakeFailed) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? TLSUserEvent, case .handshakeCompleted = event { return complete(context) }
    guard let order = event as? ConnectionOrder else { return context.fireUserInboundEventTriggered(event) }
    switch order {
    case .shakeHands: if case .waiting(let bytes) = state { shakeHands(bytes) }
    case .stalled: refuse(.handshakeStalled)
    case .unproven: refuse(.unproven)
    case .shutdown, .cut: refuse(.stopping)
    case .takenOver: break
    }
  }

  private func listen(to bytes: ByteBuffer) {
    let start = bytes.readerIndex
    guard let kind = bytes.getInteger(at: start, as: UInt8.self) else { return }
    guard kind == Self.handshakeRecord else { return refuse(.handshakeFailed) }
    guard let length = bytes.getInteger(at: start + 3, as: UInt16.self) else { return }
    guard length > 0, length <= Self.maximumRecordBytes else { return refuse(.handshakeFailed) }
    guard bytes.readableBytes >= Self.headBytes + Int(length), let context else { return }
    switch shared.handshakes.enter(id, context.channel, at: shared.clock.now()) {
    case .now: shakeHands(bytes)
    case .later:
      shared.counters.delayed(.handshake)
      state = .waiting(bytes)
      read(false)
      keepHurrying()
    case .never: refuse(.handshakesFull)
    }
  }

  /// While it waits, a connection sees to it that those before it do not stand still.
  private func keepHurrying() {
    shared.handshakes.hurry(at: shared.clock.now())
    guard let context, case .waiting = state else { return }
    let patience = TimeAmount.microseconds(shared.settings.handshakes.patience.microseconds)
    context.eventLoop.assumeIsolated().scheduleTask(in: patience) { [weak self] in
      if let self, case .waiting = self.state { self.keepHurrying() }
    }
  }

  private func shakeHands(_ bytes: ByteBuffer) {
    guard let context else { return }
    state = .shaking
    read(true)
    var configuration = NIOSSLHandler.Configuration()
    configuration.maximumPreservedOutboundBufferCapacity = Self.preservedBytes
    let security = NIOSSLServerHandler(context: contexts.current, configuration: configuration)
    let pipeline = context.channel.pipeline.syncOperations
    do {
      try pipeline.addHandler(security, position: .before(self))
    } catch {
      return refuse(.handshakeFailed)
    }
    pipeline.fireChannelRead(NIOAny(bytes))
    pipeline.fireChannelReadComplete()
  }

  private func complete(_ context: ChannelHandlerContext) {
    guard case .shaking = state else { return }
    state = .over
    shared.handshakes.leave(id, at: shared.clock.now())
    let pipeline = context.channel.pipeline.syncOperations
    do {
      try pipeline.addHandler(SessionHandler(id: id, shared: shared, isSecured: true), position: .after(self))
    } catch {
      context.channel.cut()
    }
    pipeline.removeHandler(context: context, promise: nil)
  }

  /// The connection gets no session.
  private func refuse(_ reason: RefusalReason) {
    if case .over = state { return }
    state = .over
    shared.counters.refused(reason)
    shared.handshakes.leave(id, at: shared.clock.now())
    context?.channel.cut()
  }

  private func read(_ isReading: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
  }
}

extension Channel {
  /// Closes at once: without the goodbye of transport security, which waits for the peer's. On the event loop.
  func cut() {
    if let security = try? pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
      security.close(promise: nil)
    } else {
      close(promise: nil)
    }
  }
}
