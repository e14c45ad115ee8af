import CareModel
import FeedSession

/// A protocol of single letters, for what has no feed yet: each event's bytes are one word.
struct WordSession: FeedSession {
  private var delivered: UInt64 = 0

  mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    switch event {
    case .bytes(let bytes): hear(String(decoding: bytes, as: UTF8.self), at: now)
    case .settled(let token, .accepted): [.reply(Array("ok \(token.number)".utf8))]
    case .settled(_, .unavailable): [.close(.unavailable)]
    case .deadline: [.reply(Array("woken".utf8)), .resumeReading]
    case .shutdown: [.reply(Array("goodbye".utf8))]
    case .authenticated, .downlink, .peerClosed: []
    }
  }

  private mutating func hear(_ word: String, at now: Timestamp) -> [FeedAction] {
    switch word {
    case "": return []
    case "deliver":
      delivered += 1
      let source = SignalSource(feed: .mqtt, sender: "test", serial: nil)
      return [.deliver(Signal(source: source, kind: .panic, raw: Array(word.utf8)), DeliveryToken(number: delivered))]
    case "wake": return [.wakeAt(now + .seconds(5))]
    case "pause": return [.pauseReading, .wakeAt(now + .seconds(5))]
    case "close": return [.reply(Array("closed".utf8)), .close(.finished)]
    default: return [.reply(Array("heard \(word)".utf8))]
    }
  }
}
