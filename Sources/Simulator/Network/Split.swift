import CareModel

/// A part of the network that cannot be reached for a while. Nothing is lost of a connection that outlives it: what was
/// sent comes late. Connections given up meanwhile are half open at the other end until then.
package struct Split: Sendable, Equatable, CustomStringConvertible {
  /// Who is cut off.
  package enum Part: Sendable, Equatable, CaseIterable {
    case everybody, homes, someHomes, phones, somePhones, hospitals
  }

  /// Which way is cut.
  package enum Direction: Sendable, Equatable, CaseIterable { case both, toServer, toPeer }

  /// Who.
  package var part: Part
  /// Which way.
  package var direction: Direction
  /// For how long.
  package var span: TimeSpan

  init(random: inout SeededRandom) {
    part = Part.allCases[random.below(Part.allCases.count)]
    direction = Direction.allCases[random.below(Direction.allCases.count)]
    span = .seconds(random.logarithmic(2, 1200))
  }

  /// In words.
  package var description: String { "\(part) cut off (\(direction)) for \(span.inWords)" }
}

/// Until when the way to and from each peer is cut.
struct Reachability {
  private var toServer: [Int: Timestamp] = [:]
  private var toPeer: [Int: Timestamp] = [:]

  mutating func cut(_ peers: [Int], _ direction: Split.Direction, until: Timestamp) {
    for peer in peers {
      if direction != .toPeer { toServer[peer] = max(toServer[peer] ?? until, until) }
      if direction != .toServer { toPeer[peer] = max(toPeer[peer] ?? until, until) }
    }
  }

  /// From when bytes to the server pass again.
  func serverHears(_ peer: Int) -> Timestamp { toServer[peer] ?? .distantPast }

  /// From when bytes to the peer pass again.
  func peerHears(_ peer: Int) -> Timestamp { toPeer[peer] ?? .distantPast }

  /// A new connection needs both ways.
  func isReachable(_ peer: Int, at now: Timestamp) -> Bool { serverHears(peer) <= now && peerHears(peer) <= now }
}
