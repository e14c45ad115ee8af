import CareModel
import FeedSession

/// One connection: the product's session at one end, a simulated peer at the other, a network between.
struct Wire {
  /// Who is at the far end.
  enum Peer {
    case client(Int)
    case hospital(Int)
  }

  var session: any FeedSession
  var peer: Peer
  var principal: Principal?
  /// The server's end is open.
  var isServed = true
  /// Bytes arrive in order: not before these moments.
  var serverHears = Timestamp.distantPast
  var peerHears = Timestamp.distantPast
  /// The network has lost it; nothing arrives any more, and both ends learn of it some time.
  var isBroken = false
  var wish: Timestamp?
  /// Downlinks whose fate is not known.
  var tokens: [DownlinkToken] = []
}
