import FeedSession

/// Messages for the peer: those that wait and those that the peer has not acknowledged.
///
/// Neither version resends on a live connection (section 4.4); whatever is unacknowledged at the end is reported as not
/// delivered, and the engine sends it again.
struct DownlinkQueue: Sendable {
  private struct Sent: Sendable {
    let id: PacketID
    let token: DownlinkToken?
  }

  /// What the peer's subscription grants; nil while it has none.
  var granted: QualityOfService?
  private var waiting: [Downlink] = []
  private var inFlight: [Sent] = []
  private var nextID = PacketID.first
  private let maximumWaiting: Int
  private let maximumInFlight: Int

  /// A queue that sends at most `receiveMaximum` messages ahead, as the client wants it.
  init(limits: MQTTLimits, receiveMaximum: UInt16) {
    maximumWaiting = limits.maximumDownlinksWaiting
    maximumInFlight = min(limits.maximumDownlinksInFlight, Int(receiveMaximum))
  }

  /// Takes a message, unless the queue is full.
  ///
  /// - Returns: the message that will not be sent because of it: an older status, or itself.
  mutating func add(_ downlink: Downlink) -> Downlink? {
    if case .deviceStatus = downlink.purpose,
      let index = waiting.firstIndex(where: { $0.purpose == downlink.purpose })
    {
      let replaced = waiting.remove(at: index)
      waiting.append(downlink)
      return replaced
    }
    guard waiting.count < maximumWaiting else { return downlink }
    waiting.append(downlink)
    return nil
  }

  /// The next message that may be sent now, with its packet id when it will be acknowledged.
  mutating func next() -> (downlink: Downlink, id: PacketID?)? {
    guard let granted, let downlink = waiting.first else { return nil }
    if granted == .atMostOnce {
      waiting.removeFirst()
      return (downlink, nil)
    }
    guard inFlight.count < maximumInFlight else { return nil }
    waiting.removeFirst()
    while isInFlight(nextID) { nextID = nextID.next }
    let id = nextID
    nextID = id.next
    inFlight.append(Sent(id: id, token: downlink.token))
    return (downlink, id)
  }

  /// Whether the peer owes an acknowledgement under this id.
  func isInFlight(_ id: PacketID) -> Bool { inFlight.contains { $0.id == id } }

  /// Takes the peer's acknowledgement; an unknown id is none of ours.
  mutating func acknowledged(_ id: PacketID) -> DownlinkToken? {
    guard let index = inFlight.firstIndex(where: { $0.id == id }) else { return nil }
    return inFlight.remove(at: index).token
  }

  /// Gives everything up.
  ///
  /// - Returns: the tokens of what was not delivered, in order.
  mutating func abandon() -> [DownlinkToken] {
    let tokens = inFlight.compactMap(\.token) + waiting.compactMap(\.token)
    inFlight = []
    waiting = []
    return tokens
  }
}
