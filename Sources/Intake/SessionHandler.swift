import CareModel
import EngineHost
import FeedSession
import NIOCore
import NIOSSL
import TransportSecurity

/// Hosts one session on its connection.
///
/// Everything here runs on the connection's event loop. It lives until the connection is closed and every delivery is
/// settled.
final class SessionHandler<Session: FeedSession>: ChannelInboundHandler, SessionHost {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Why nothing is read for now.
  private struct Pauses: OptionSet {
    let rawValue: UInt8
    /// The session takes nothing more.
    static var session: Self { Self(rawValue: 1) }
    /// Too many bytes in too short a time.
    static var pace: Self { Self(rawValue: 2) }
  }

  let shared: ReceiverContext<Session>
  var hosted = HostedSession<Session>()
  private let id: ConnectionID
  private var context: ChannelHandlerContext?
  /// Replies that are not written yet: one write for a read, or for all that was settled in one go.
  private var outbox: ByteBuffer?
  private var pace = Pace()
  private var pauses: Pauses = []
  private var isFlushDue = false
  private let isSecured: Bool

  /// - Parameter isSecured: the connection has been secured, so its peer may have shown a certificate.
  init(id: ConnectionID, shared: ReceiverContext<Session>, isSecured: Bool) {
    self.id = id
    self.shared = shared
    self.isSecured = isSecured
  }

  var eventLoop: (any EventLoop)? { context?.eventLoop }

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
    let bytes = unwrapInboundIn(data)
    happen(.bytes(Array(bytes.readableBytesView)))
    keepPace(bytes.readableBytes, context)
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
    switch order {
    case .takenOver: takeOver()
    case .shutdown: if hosted.session == nil { context.channel.cut() } else { happen(.shutdown) }
    case .unproven:
      guard !hosted.isProven else { return }
      shared.counters.refused(.unproven)
      context.channel.cut()
    case .cut: context.channel.cut()
    case .shakeHands, .stalled: break
    }
  }

  private func begin(_ context: ChannelHandlerContext) {
    // A certificate that is there was verified: without the authorities to do so, none is asked for.
    let certificate = isSecured ? try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate() : nil
    begin(
      with: RemotePeer(context.channel.remoteAddress, certificate: certificate.map { PeerCertificate($0) }))
  }
}

/// What the session asks for.
extension SessionHandler {
  func proved() {
    if let source = shared.table.prove(id) { shared.sources.proved(source) }
  }

  func signInFailed() -> TimeSpan {
    guard let source = shared.table.source(of: id) else { return .zero }
    return shared.sources.signInFailed(source, at: shared.clock.now())
  }

  func becameReachable(as principal: Principal, clientID: String) {
    guard !clientID.isEmpty else { return }
    let older = shared.table.claim(ClientKey(principal: principal, clientID: clientID), by: id)
    older?.pipeline.fireUserInboundEventTriggered(ConnectionOrder.takenOver)
  }

  func unsettledChanged() {}

  func read(_ isReading: Bool) { pause(.session, !isReading) }

  private func pause(_ pause: Pauses, _ isPausing: Bool) {
    let before = pauses
    if isPausing { pauses.insert(pause) } else { pauses.remove(pause) }
    guard before.isEmpty != pauses.isEmpty else { return }
    try? context?.channel.syncOptions?.setOption(.autoRead, value: pauses.isEmpty)
  }

  /// Reads on later after too many bytes; nothing is dropped.
  private func keepPace(_ count: Int, _ context: ChannelHandlerContext) {
    let now = Timestamp(microseconds: Int64(clamping: context.eventLoop.now.uptimeNanoseconds / 1000))
    let wait = pace.spend(count, of: shared.settings.byteAllowance, at: now)
    guard wait > .zero, !pauses.contains(.pace) else { return }
    shared.counters.delayed(.bytes)
    pause(.pace, true)
    context.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(wait.microseconds)) { [weak self] in
      self?.pause(.pace, false)
    }
  }
}

/// Replies and the end.
extension SessionHandler {
  func reply(_ bytes: [UInt8]) {
    guard let context, context.channel.isActive else { return }
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
      context.channel.cut()
    }
  }

  /// What was replied leaves before the connection closes.
  func leave() {
    let last = outbox
    outbox = nil
    guard let context, context.channel.isActive else { return }
    let channel = context.channel
    // The last write completes after all earlier ones, also when it is empty.
    context.writeAndFlush(wrapOutboundOut(last ?? ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    guard channel.isActive else { return }
    channel.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(shared.settings.closeLimit.microseconds)) {
      channel.cut()
    }
  }
}
