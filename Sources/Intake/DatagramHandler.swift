import CareModel
import EngineHost
import FeedSession
import NIOCore

/// Gives every peer's datagrams to its session, and the session's answers back. On the receiver's event loop.
final class DatagramHandler<Session: FeedSession>: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  typealias OutboundOut = AddressedEnvelope<ByteBuffer>
  typealias Peer = DatagramPeer<Session>

  let shared: ReceiverContext<Session>
  private let limits: DatagramLimits
  private var context: ChannelHandlerContext?
  private var peers: [SocketAddress: Peer] = [:]
  /// Peers with nothing unsettled, the longest inactive first.
  private var idle = ArrivalList<Peer>()
  private var isFlushDue = false
  private var isSweepDue = false
  private var isStopping = false

  init(shared: ReceiverContext<Session>, limits: DatagramLimits) {
    self.shared = shared
    self.limits = limits
  }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let datagram = unwrapInboundIn(data)
    let bytes = datagram.data.readableBytesView
    guard bytes.count <= limits.maximumBytes else { return shared.counters.refused(.datagramTooLarge) }
    guard !bytes.isEmpty, let peer = peers[datagram.remoteAddress] ?? admit(datagram.remoteAddress, context) else {
      return
    }
    guard !peer.isPaused else { return shared.counters.refused(.peerBusy) }
    touch(peer)
    peer.happen(.bytes(Array(bytes)))
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    context.fireChannelReadComplete()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isStopping = true
    for peer in peers.values { peer.happen(.peerClosed) }
    context.fireChannelInactive()
  }

  /// One datagram that could not be read or sent is no reason to hear no others.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard let order = event as? ConnectionOrder, order == .shutdown else {
      return context.fireUserInboundEventTriggered(event)
    }
    isStopping = true
    for peer in peers.values { peer.happen(.shutdown) }
    flush()
    context.close(promise: nil)
  }

  /// A new peer; at the bound in place of the one that was inactive longest, never of one with something unsettled.
  private func admit(_ address: SocketAddress, _ context: ChannelHandlerContext) -> Peer? {
    let now = shared.clock.now()
    let source = shared.sources.source(of: address)
    if let reason = refusal(source, at: now) {
      shared.counters.refused(reason)
      return nil
    }
    if peers.count >= shared.settings.maximumConnections, let oldest = idle.oldest { expire(oldest) }
    let peer = Peer(address, source: source, receiver: self, eventLoop: context.eventLoop, at: now)
    peers[address] = peer
    peer.idle = idle.append(peer)
    peer.begin(with: RemotePeer(address))
    sweepLater()
    return peers[address]
  }

  private func refusal(_ source: SourceAddress?, at now: Timestamp) -> RefusalReason? {
    if isStopping { return .stopping }
    guard peers.count < shared.settings.maximumConnections || idle.count > 0 else { return .full }
    return source.flatMap { shared.sources.admit($0, at: now) }
  }

  private func expire(_ peer: Peer) {
    takeFromIdle(peer)
    peer.hosted.partingReason = .idle
    peer.happen(.peerClosed)
  }

  private func takeFromIdle(_ peer: Peer) {
    guard let place = peer.idle else { return }
    idle.remove(place)
    peer.idle = nil
  }
}

/// What the peers ask for.
extension DatagramHandler {
  /// Sends one datagram; where the network takes no more it is dropped, and the peer asks again.
  func reply(_ bytes: [UInt8], to address: SocketAddress) {
    guard let context, context.channel.isActive else { return }
    guard context.channel.isWritable, bytes.count <= 65_507 else { return shared.counters.refused(.answerNotSent) }
    let datagram = AddressedEnvelope(remoteAddress: address, data: context.channel.allocator.buffer(bytes: bytes))
    context.write(wrapOutboundOut(datagram), promise: nil)
    guard !isFlushDue else { return }
    isFlushDue = true
    context.eventLoop.assumeIsolated().execute { self.flush() }
  }

  private func flush() {
    isFlushDue = false
    context?.flush()
  }

  func unsettledChanged(_ peer: Peer) {
    if peer.hosted.unsettled == 0 {
      peer.lastActive = shared.clock.now()
      if peer.idle == nil { peer.idle = idle.append(peer) }
      sweepLater()
    } else {
      takeFromIdle(peer)
    }
  }

  func left(_ peer: Peer) {
    takeFromIdle(peer)
    peer.forget()
    peers[peer.address] = nil
    if let source = peer.source {
      shared.sources.release(source, wasProven: peer.hosted.isProven, at: shared.clock.now())
    }
  }

  private func touch(_ peer: Peer) {
    peer.lastActive = shared.clock.now()
    guard peer.idle != nil else { return }
    takeFromIdle(peer)
    peer.idle = idle.append(peer)
  }
}

/// Forgetting.
extension DatagramHandler {
  /// Looks again when the peer that was inactive longest has been so for long enough.
  private func sweepLater() {
    guard !isSweepDue, let context, let oldest = idle.oldest else { return }
    isSweepDue = true
    let wait = max(oldest.lastActive + limits.idleLimit - shared.clock.now(), .zero)
    context.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(wait.microseconds)) { [weak self] in
      self?.sweep()
    }
  }

  private func sweep() {
    isSweepDue = false
    let now = shared.clock.now()
    while let oldest = idle.oldest, now - oldest.lastActive >= limits.idleLimit { expire(oldest) }
    sweepLater()
  }
}
