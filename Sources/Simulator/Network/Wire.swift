import CareModel
import FeedSession

/// One connection: the product's session at one end, a simulated peer at the other, a network between.
struct Wire {
  /// Who is at the far end.
  enum Peer {
    case client(Int)
    case hospital(Int)
    case stranger
  }

  var session: any FeedSession
  var peer: Peer
  var principal: Principal?
  /// The server's end is open.
  var isServed = true
  /// The peer's end is open; a connection with one open end is half open.
  var hasPeer = true
  /// Bytes arrive in order: not before these moments.
  var serverHears = Timestamp.distantPast
  var peerHears = Timestamp.distantPast
  /// The network has lost it; nothing arrives any more, and both ends learn of it some time.
  var isBroken = false
  /// When the session wants to be woken, in the daemon's time.
  var wish: Timestamp?
  /// Downlinks whose fate is not known.
  var tokens: [DownlinkToken] = []

  /// The peer's number for ``Reachability``; strangers come from everywhere.
  var place: Int? {
    switch peer {
    case .client(let client): client
    case .hospital(let hospital): Reachability.hospitalsFrom + hospital
    case .stranger: nil
    }
  }
}

extension Reachability {
  /// Hospitals are numbered from here, devices and phones below.
  static let hospitalsFrom = 1_000_000
}
