import CareModel
import FeedSession

/// What a frame means: signals to hand over, and what the watch is to be told after them.
struct WatchMeaning: Sendable, Equatable {
  var signals: [Signal] = []
  /// The content of the answer; nil for none.
  var answer: String?
}

/// Turns frames into signals and answers; remembers per connection what has been raised already.
struct WatchReader: Sendable {
  private let configuration: WatchConfiguration
  private var memory = ConditionMemory()
  /// The watch of the last frame; what has been raised is remembered for one watch only.
  private var id: String?

  init(configuration: WatchConfiguration) { self.configuration = configuration }

  mutating func meaning(of frame: WatchFrame) -> WatchMeaning {
    if id != frame.header.id {
      id = frame.header.id
      memory = ConditionMemory()
    }
    switch frame.command {
    case "LK": return WatchMeaning(signals: [heartbeat(frame)], answer: "LK")
    case "UD", "UD2", "UD3", "WT": return WatchMeaning(signals: report(frame, isAlarm: false))
    case "AL": return WatchMeaning(signals: report(frame, isAlarm: true), answer: "AL")
    // Asks for voice messages that wait: there are none.
    case "TKQ", "TKQ2": return WatchMeaning(answer: frame.command)
    case "INIT": return WatchMeaning(answer: "INIT,1")
    // The watch's answer to a voice message.
    case "TK": return WatchMeaning()
    default: return WatchMeaning(signals: measurements(frame) ?? [unknown(frame)])
    }
  }

  /// What answers a content that was skipped. A voice message is not kept, and the watch is told so (result 0), so that
  /// its wearer knows.
  static func answer(toSkipped command: String) -> String? { command == "TK" ? "TK,0" : nil }

  /// `LK,steps,tumbles,battery`. Every heartbeat counts, so it has no repeat key.
  private func heartbeat(_ frame: WatchFrame) -> Signal {
    var signal = signal(of: frame, .heartbeat)
    signal.batteryPercent = frame.value(3).flatMap(percent)
    return signal
  }

  private mutating func report(_ frame: WatchFrame, isAlarm: Bool) -> [Signal] {
    let report = WatchReport(frame, clockOffsetMinutes: configuration.clockOffsetMinutes)
    var base = signal(of: frame, isAlarm ? .unknown : .position)
    base.occurredAt = report.time
    base.batteryPercent = report.batteryPercent
    if report.time == nil { base.note(.wrongClock) }
    if report.status == nil { base.note(.missingField) }
    let rising = memory.rising(report.status ?? 0, isAlarm: isAlarm)
    if rising.isEmpty, isAlarm { base.note(.unknownKind) }
    return (rising.isEmpty ? [base.kind] : rising).map { kind in
      var signal = base
      signal.kind = kind
      signal.repeatKey = repeatKey(frame, kind.rawValue, time: report.time == nil ? nil : report.timeText)
      return signal
    }
  }

  /// Body values; nil when the command is none of theirs.
  private func measurements(_ frame: WatchFrame) -> [Signal]? {
    let values: [String?]
    switch frame.command {
    case "PULSE", "HEART", "TEMP": values = [frame.value(1)]
    // Systolic, diastolic, and with some the pulse.
    case "BLOOD", "BPHRT": values = [frame.value(1), frame.value(2)] + (frame.value(3).map { [$0] } ?? [])
    // The first value says how it was measured.
    case "OXYGEN", "BTEMP2": values = [frame.value(2) ?? frame.value(1)]
    default: return nil
    }
    return values.enumerated().map { position, text in
      var signal = signal(of: frame, .measurement)
      signal.value = text.flatMap(number)
      if signal.value == nil { signal.note(.missingField) }
      signal.repeatKey = repeatKey(frame, "\(position)", time: nil)
      return signal
    }
  }

  private func unknown(_ frame: WatchFrame) -> Signal {
    var signal = signal(of: frame, .unknown)
    signal.note(.unknownKind)
    signal.repeatKey = repeatKey(frame, "", time: nil)
    return signal
  }

  private func signal(of frame: WatchFrame, _ kind: SignalKind) -> Signal {
    let id = frame.header.id
    return Signal(source: SignalSource(feed: .watch, sender: id, serial: id), kind: kind, raw: frame.raw)
  }

  /// The same content with its time is the same message; the head is left out, as a resend may count on. What has no
  /// time is in doubt new.
  private func repeatKey(_ frame: WatchFrame, _ part: String, time: String?) -> RepeatKey {
    guard let time else {
      return .whileUnacknowledged(fingerprint: fixedHash(frame.raw + Array("#\(part)".utf8)))
    }
    let content = String(fixedHash(frame.raw.dropFirst(frame.header.byteCount)), radix: 16)
    return .message(id: "\(time):\(content):\(part)", window: WatchConfiguration.repeatWindow)
  }
}

/// A decimal number; nil for anything else, the words that `Double` knows included.
private func number(_ text: String) -> Double? {
  guard text.utf8.count <= 16, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }) else {
    return nil
  }
  return Double(text)
}
