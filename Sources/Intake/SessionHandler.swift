import CareModel
import EngineHost
import FeedSession
import NIOCore

/// Hosts one session on its connection: turns what happens into events and does what the session asks for.
///
/// Everything here runs on the connection's event loop. It lives until the connection is closed and every delivery is
/// settled.
final class SessionHandler<Session: FeedSession>: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let id: ConnectionID
  private let shared: ReceiverContext
  private let makeSession: @Sendable (RemotePeer, Timestamp) -> Session
  /// Nil until the connection is open.
  private var session: Session?
  private var context: ChannelHandlerContext?
  /// What happened while an event was being handled.
  private var waiting: [FeedEvent] = []
  private var isHandling = false
  /// Replies that are not written yet: one write for a read, or for all that was settled in one go.
  private var outbox: ByteBuffer?
  private var isFlushDue = false
  private var clientID = ""
  private var peer: PeerID?
  private var isTakenOver = false
  private var hasEnded = false
  private var alarm = AlarmClock()

  init(
    id: ConnectionID, shared: ReceiverContext, makeSession: @escaping @Sendable (RemotePeer, Timestamp) -> Session
  ) {
    self.id = id
    self.shared = shared
    self.makeSession = makeSession
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    happen(.bytes(Array(unwrapInboundIn(data).readableBytesView)))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    happen(.peerClosed)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let order = event as? ConnectionOrder else { return context.fireUserInboundEventTriggered(event) }
    guard session != nil else { return context.close(promise: nil) }
    if order == .takenOver { isTakenOver = true }
    happen(.shutdown)
  }

  private func begin(_ context: ChannelHandlerContext) {
    guard session == nil else { return }
    shared.counters.count { $0.accepted += 1 }
    session = makeSession(RemotePeer(context.channel.remoteAddress), shared.clock.now())
    happen(.bytes([]))
  }
}

/// From an event to what follows from it.
extension SessionHandler {
  /// Lets one event happen; an event that comes of handling another one waits for its end.
  private func happen(_ event: FeedEvent) {
    guard !isHandling else { return waiting.append(event) }
    isHandling = true
    handle(event)
    while !waiting.isEmpty {
      let events = waiting
      waiting = []
      for event in events { handle(event) }
    }
    isHandling = false
  }

  private func handle(_ event: FeedEvent) {
    if hasEnded {
      if case .downlink(let message) = event, let token = message.token {
        shared.engine.downlinkReported(token, isDelivered: false)
      }
      return
    }
    let actions = session?.handle(event, at: shared.clock.now()) ?? []
    for action in actions { perform(action) }
    switch event {
    case .peerClosed: end(.peerClosed)
    case .shutdown: end(.shutdown)
    case .bytes, .settled, .authenticated, .deadline, .downlink: break
    }
  }

  private func perform(_ action: FeedAction) {
    switch action {
    case .deliver(let signal, let token):
      shared.counters.count { $0.deliveries += 1 }
      shared.engine.offer(signal, answer: settlement(of: token))
    case .answer(let message, let token):
      shared.counters.count { $0.deliveries += 1 }
      shared.engine.offer(message, answer: settlement(of: token))
    case .authenticate(let credentials, let token):
      clientID = credentials.clientID
      happen(.authenticated(token, shared.engine.authenticate(credentials)))
    case .online(let principal): goOnline(as: principal)
    case .reply(let bytes): reply(bytes)
    case .wakeAt(let moment):
      alarm.wish = moment
      setAlarm()
    case .downlinkReported(let token, let isDelivered):
      shared.engine.downlinkReported(token, isDelivered: isDelivered)
    case .pauseReading: read(false)
    case .resumeReading: read(true)
    case .close(let reason): end(reason)
    }
  }

  /// Brings the outcome back to the event loop, whichever thread it comes from.
  private func settlement(of token: DeliveryToken) -> @Sendable (DeliveryOutcome) -> Void {
    guard let eventLoop = context?.eventLoop else { return { _ in } }
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    let counters = shared.counters
    return { outcome in
      if outcome == .unavailable { counters.count { $0.unavailable += 1 } }
      if eventLoop.inEventLoop {
        handler.value.happen(.settled(token, outcome))
      } else {
        eventLoop.execute { handler.value.happen(.settled(token, outcome)) }
      }
    }
  }

  private func goOnline(as principal: Principal) {
    guard peer == nil, let eventLoop = context?.eventLoop else { return }
    if !clientID.isEmpty {
      let older = shared.table.claim(ClientKey(principal: principal, clientID: clientID), by: id)
      older?.pipeline.fireUserInboundEventTriggered(ConnectionOrder.takenOver)
    }
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    peer = shared.engine.connected(principal) { message in
      eventLoop.execute { handler.value.happen(.downlink(message)) }
    }
  }

  private func read(_ isReading: Bool) {
    try? context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
  }
}

/// Replies and the end.
extension SessionHandler {
  private func reply(_ bytes: [UInt8]) {
    guard let context, context.channel.isActive, !hasEnded else { return }
    if outbox == nil {
      outbox = context.channel.allocator.buffer(bytes: bytes)
    } else {
      outbox?.writeBytes(bytes)
    }
    guard !isFlushDue else { return }
    isFlushDue = true
    context.eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    isFlushDue = false
    guard let context, let bytes = outbox else { return }
    outbox = nil
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    let unread = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    if unread > shared.settings.maximumUnreadBytes {
      shared.counters.count { $0.slowReaders += 1 }
      context.close(promise: nil)
    }
  }

  /// The session is over: the peer can no longer be reached, and what was replied leaves before the connection closes.
  private func end(_ reason: CloseReason) {
    guard !hasEnded else { return }
    let counted = isTakenOver ? .takenOver : reason
    shared.counters.count { $0.closed[counted, default: 0] += 1 }
    if let peer { shared.engine.disconnected(peer) }
    let last = outbox
    hasEnded = true
    peer = nil
    outbox = nil
    alarm.wish = nil
    guard let context, context.channel.isActive else { return }
    let channel = context.channel
    // The last write completes after all earlier ones, also when it is empty.
    context.writeAndFlush(wrapOutboundOut(last ?? ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    guard channel.isActive else { return }
    channel.eventLoop.scheduleTask(in: .microseconds(shared.settings.closeLimit.microseconds)) {
      channel.close(promise: nil)
    }
  }
}

/// The session's deadline.
extension SessionHandler {
  private func setAlarm() {
    guard let context, !hasEnded, let (ring, delay) = alarm.next(at: shared.clock.now()) else { return }
    context.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(delay.microseconds)) { [weak self] in
      self?.rang(ring)
    }
  }

  private func rang(_ ring: Timestamp) {
    if alarm.rang(ring, at: shared.clock.now()) { happen(.deadline) } else { setAlarm() }
  }
}
