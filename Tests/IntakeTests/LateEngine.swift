import AlertEngine
import CareModel
import EngineHost
import FeedSession
import Synchronization

/// An engine in memory which settles when the test says so, or on a thread of its own; never at once.
final class LateEngine: EnginePort {
  enum Settlement: Sendable {
    case byTest
    case onItsOwn(DeliveryOutcome)
  }

  /// What was offered and is not settled yet.
  struct Delivery: Sendable {
    let signal: Signal?
    let settle: @Sendable (DeliveryOutcome) -> Void
  }

  private struct State {
    var nextPeer: UInt64 = 1
    var peers: [Principal: (PeerID, @Sendable (Downlink) -> Void)] = [:]
  }

  static let password = "s3cret"

  let deliveries: AsyncStream<Delivery>
  let arrivals: AsyncStream<Principal>
  let departures: AsyncStream<PeerID>
  let reports: AsyncStream<Bool>
  private let settlement: Settlement
  private let state = Mutex(State())
  private let delivered: AsyncStream<Delivery>.Continuation
  private let arrived: AsyncStream<Principal>.Continuation
  private let departed: AsyncStream<PeerID>.Continuation
  private let reported: AsyncStream<Bool>.Continuation

  init(_ settlement: Settlement = .byTest) {
    self.settlement = settlement
    (deliveries, delivered) = AsyncStream.makeStream()
    (arrivals, arrived) = AsyncStream.makeStream()
    (departures, departed) = AsyncStream.makeStream()
    (reports, reported) = AsyncStream.makeStream()
  }

  func offer(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) { take(signal, answer) }

  func offer(_ answer: StaffAnswerMessage, answer settled: @escaping @Sendable (DeliveryOutcome) -> Void) {
    take(nil, settled)
  }

  func act(_ action: OperatorAction, by staff: StaffID, id: InputID?) async -> Acknowledgement { .unavailable }

  func authenticate(_ credentials: Credentials) -> Principal? {
    guard credentials.secret == Array(Self.password.utf8) else { return nil }
    return .device(serial: credentials.userName)
  }

  func connected(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID {
    let peer = state.withLock { state in
      let peer = PeerID(number: state.nextPeer)
      state.nextPeer += 1
      state.peers[principal] = (peer, send)
      return peer
    }
    arrived.yield(principal)
    return peer
  }

  func disconnected(_ peer: PeerID) { departed.yield(peer) }

  func downlinkReported(_ token: DownlinkToken, isDelivered: Bool) { reported.yield(isDelivered) }

  /// Sends to a principal that is connected.
  func send(_ payload: [UInt8], toDevice serial: String, token: DownlinkToken? = nil) {
    let peer = state.withLock { $0.peers[.device(serial: serial)] }
    peer?.1(Downlink(purpose: .deviceStatus(serial: serial), payload: payload, token: token))
  }

  private func take(_ signal: Signal?, _ settle: @escaping @Sendable (DeliveryOutcome) -> Void) {
    if case .onItsOwn(let outcome) = settlement { Task { settle(outcome) } }
    delivered.yield(Delivery(signal: signal, settle: settle))
  }
}
