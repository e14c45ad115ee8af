import CareModel
import FeedSession

/// What a principal may publish and hear (interfaces page, section 3): only what is its own.
struct TopicScope: Sendable {
  /// Where a published message goes.
  enum Route: Sendable, Equatable {
    case signal(serial: String)
    case heartbeat(serial: String)
    case answers(StaffID)
  }

  /// The sender's name in signals.
  let sender: String
  /// Whether nobody knows who it is.
  let isAnonymous: Bool
  /// The one topic that may be subscribed to; nil when there is none.
  let downlinkTopic: [UInt8]?
  private let principal: Principal
  /// What every own topic begins with, up to its last level; for anonymous senders up to the serial.
  private let prefix: [UInt8]

  private static let root = "silverbell/"

  /// Nil for principals that have no business here.
  init?(principal: Principal, clientID: String) {
    self.principal = principal
    switch principal {
    case .device(let serial):
      sender = serial
      isAnonymous = false
      prefix = Array((Self.root + serial + "/").utf8)
      downlinkTopic = prefix + Array("status".utf8)
    case .staff(let id):
      sender = "staff:\(id)"
      isAnonymous = false
      prefix = Array((Self.root + "staff/\(id)/").utf8)
      downlinkTopic = prefix + Array("offers".utf8)
    case .anonymous:
      sender = "anonymous:" + clientID
      isAnonymous = true
      prefix = Array(Self.root.utf8)
      downlinkTopic = nil
    case .hospital: return nil
    }
  }

  /// Where a message on `topic` goes; nil when the principal may not publish there.
  func route(_ topic: ArraySlice<UInt8>) -> Route? {
    guard topic.starts(with: prefix) else { return nil }
    let rest = topic.dropFirst(prefix.count)
    switch principal {
    case .device(let serial): return deviceRoute(lastLevel: rest, serial: serial)
    case .staff(let id): return rest.elementsEqual("answers".utf8) ? .answers(id) : nil
    case .anonymous:
      guard let slash = rest.firstIndex(of: UInt8(ascii: "/")),
        (1...Signal.maximumTextBytes).contains(slash - rest.startIndex)
      else { return nil }
      let serial = String(decoding: rest[..<slash], as: UTF8.self)
      return deviceRoute(lastLevel: rest[(slash + 1)...], serial: serial)
    case .hospital: return nil
    }
  }

  /// The topic for a downlink message; nil when it is not for this principal.
  func topic(for purpose: Downlink.Purpose) -> [UInt8]? {
    switch (purpose, principal) {
    case (.deviceStatus(let wanted), .device(let own)) where wanted == own: downlinkTopic
    case (.staffOffer(let wanted), .staff(let own)) where wanted == own: downlinkTopic
    case (.deviceStatus, _), (.staffOffer, _): nil
    }
  }

  private func deviceRoute(lastLevel: ArraySlice<UInt8>, serial: String) -> Route? {
    if lastLevel.elementsEqual("signal".utf8) { return .signal(serial: serial) }
    if lastLevel.elementsEqual("heartbeat".utf8) { return .heartbeat(serial: serial) }
    return nil
  }
}
