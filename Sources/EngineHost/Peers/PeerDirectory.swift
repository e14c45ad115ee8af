import AlertEngine
import CareModel
import FeedSession
import Synchronization

/// Who can be reached now, and which messages to them are under way.
final class PeerDirectory: Sendable {
  /// Messages under way at once; more are reported as failed and tried again later.
  static let maximumUnderWay = 100_000

  private struct State {
    var nextNumber: UInt64 = 1
    var peers: [PeerID: Peer] = [:]
    var byPrincipal: [Principal: [PeerID]] = [:]
    var underWay: [DownlinkToken: UnderWay] = [:]
  }

  private struct Peer {
    var principal: Principal
    var send: @Sendable (Downlink) -> Void
    var tokens: Set<DownlinkToken> = []
  }

  private struct UnderWay {
    var peer: PeerID
    var report: @Sendable (DeliveryReport) -> Void
  }

  private let state = Mutex(State())

  /// Peers that can be reached, and messages under way to them.
  var counts: (peers: Int, underWay: Int) { state.withLock { ($0.peers.count, $0.underWay.count) } }

  func connect(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID {
    state.withLock { state in
      let id = PeerID(number: state.nextNumber)
      state.nextNumber += 1
      state.peers[id] = Peer(principal: principal, send: send)
      state.byPrincipal[principal, default: []].append(id)
      return id
    }
  }

  /// What was under way to the peer is not delivered.
  func disconnect(_ peer: PeerID) {
    let orphans = state.withLock { state -> [@Sendable (DeliveryReport) -> Void] in
      guard let gone = state.peers.removeValue(forKey: peer) else { return [] }
      state.byPrincipal[gone.principal]?.removeAll { $0 == peer }
      if state.byPrincipal[gone.principal]?.isEmpty == true { state.byPrincipal[gone.principal] = nil }
      return gone.tokens.compactMap { state.underWay.removeValue(forKey: $0)?.report }
    }
    for report in orphans { report(.failed(isRetryable: true)) }
  }

  /// Hands a message to the newest connection of a principal; nobody there is a failure worth another try.
  func send(
    _ purpose: Downlink.Purpose, _ payload: @autoclosure () -> [UInt8], to principal: Principal,
    report: @escaping @Sendable (DeliveryReport) -> Void
  ) {
    enum Way {
      case open(@Sendable (Downlink) -> Void, DownlinkToken)
      case full, nobody
    }
    let way = state.withLock { state -> Way in
      guard let peer = state.byPrincipal[principal]?.last, let send = state.peers[peer]?.send else { return .nobody }
      guard state.underWay.count < Self.maximumUnderWay else { return .full }
      let token = DownlinkToken(number: state.nextNumber)
      state.nextNumber += 1
      state.underWay[token] = UnderWay(peer: peer, report: report)
      state.peers[peer]?.tokens.insert(token)
      return .open(send, token)
    }
    switch way {
    case .open(let send, let token): send(Downlink(purpose: purpose, payload: payload(), token: token))
    case .full: report(.failed(isRetryable: true))
    case .nobody: report(.unreachable)
    }
  }

  func report(_ token: DownlinkToken, isDelivered: Bool) {
    let waiting = state.withLock { state -> UnderWay? in
      guard let waiting = state.underWay.removeValue(forKey: token) else { return nil }
      state.peers[waiting.peer]?.tokens.remove(token)
      return waiting
    }
    waiting?.report(isDelivered ? .delivered : .failed(isRetryable: true))
  }
}
