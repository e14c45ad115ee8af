import CareModel
import EngineHost
import FeedSession
import NIOCore

/// Hosts the session of one peer that sends datagrams. Everything here runs on the receiver's event loop.
final class DatagramPeer<Session: FeedSession>: SessionHost {
  let shared: ReceiverContext<Session>
  var hosted = HostedSession<Session>()
  let address: SocketAddress
  /// Nil where nothing limits the peer's source.
  let source: SourceAddress?
  /// The session takes nothing more for now: what comes is dropped, and its sender, who hears nothing, sends again.
  private(set) var isPaused = false
  /// When it was last heard, or its last delivery was settled.
  var lastActive: Timestamp
  /// Set while nothing is unsettled: it may be forgotten.
  var idle: ArrivalList<DatagramPeer>.Place?
  /// Nil once the peer is forgotten.
  private var receiver: DatagramHandler<Session>?
  private(set) var eventLoop: (any EventLoop)?

  init(
    _ address: SocketAddress, source: SourceAddress?, receiver: DatagramHandler<Session>, eventLoop: any EventLoop,
    at now: Timestamp
  ) {
    self.address = address
    self.source = source
    self.receiver = receiver
    self.eventLoop = eventLoop
    shared = receiver.shared
    lastActive = now
  }

  /// Nothing more is heard from the peer.
  func forget() {
    receiver = nil
    eventLoop = nil
  }

  func reply(_ bytes: [UInt8]) { receiver?.reply(bytes, to: address) }

  func read(_ isReading: Bool) { isPaused = !isReading }

  func proved() {
    if let source { shared.sources.proved(source) }
  }

  func signInFailed() -> TimeSpan {
    guard let source else { return .zero }
    return shared.sources.signInFailed(source, at: shared.clock.now())
  }

  /// A client's own name binds no one here: whoever sends from another address is another peer.
  func becameReachable(as principal: Principal, clientID: String) {}

  func unsettledChanged() { receiver?.unsettledChanged(self) }

  func leave() { receiver?.left(self) }
}
