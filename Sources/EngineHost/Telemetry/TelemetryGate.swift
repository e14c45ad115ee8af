import AlertEngine
import CareModel

/// Bounds of what the host remembers about telemetry.
package struct TelemetryGateSettings: Sendable {
  /// Of a device's motion one row is written in each of these spans of time.
  package var motionInterval = TimeSpan.minutes(1)
  /// Most devices whose motion is remembered; what others tell is written every time.
  package var maximumMoving = 500_000
  /// Most message ids remembered, the newest: their second copies cost no failed try at the store.
  package var maximumRemembered = 200_000

  /// The defaults.
  package init() {}
}

/// Decides what of telemetry becomes a row, and under which id.
///
/// A message with an id of its sender gets a row id that follows from both, so that the month's key in the database
/// recognises a second copy, also after a restart. The id begins with the start of the window in which the message id
/// is unique (windows are counted from 1970): the same message id in a later window is another row. What is remembered
/// here covers a second copy that comes just after the end of a window or month; after a restart it may become a
/// second row there.
package struct TelemetryGate {
  /// What is done with a signal.
  package enum Decision: Sendable, Equatable {
    /// It becomes a row, or is one already.
    case write(SignalID, receivedAt: Timestamp, isPossibleRepeat: Bool)
    /// Its device's motion has its row for this span: it is acknowledged and counted.
    case passOver
  }

  private let settings: TelemetryGateSettings
  private var repeats: RepeatMemory
  private var moving: Set<String> = []
  private var span: Int64 = .min

  /// A gate that has seen nothing.
  package init(settings: TelemetryGateSettings = TelemetryGateSettings()) {
    self.settings = settings
    repeats = RepeatMemory(limit: settings.maximumRemembered)
  }

  /// Devices whose motion has its row for this span.
  package var movingCount: Int { moving.count }
  /// Message ids remembered.
  package var rememberedCount: Int { repeats.count }

  /// Decides about a signal received `now`; `input` is new and names it when it has no id of its own.
  package mutating func admit(_ signal: Signal, at now: Timestamp, input: InputID) -> Decision {
    guard case .message(let id, let window) = signal.repeatKey else {
      guard takesMotion(signal, at: now) else { return .passOver }
      return .write(.derived(from: input, .signal, ordinal: 0), receivedAt: now, isPossibleRepeat: false)
    }
    let digest = MessageDigest(source: signal.source, id: id)
    if let first = repeats.find(digest, at: now) {
      return .write(first.signal, receivedAt: first.until - window, isPossibleRepeat: true)
    }
    guard takesMotion(signal, at: now) else { return .passOver }
    let row = SignalID(digest, within: window, at: now)
    repeats.remember(RememberedMessage(digest: digest, signal: row, until: now + window), at: now)
    return .write(row, receivedAt: now, isPossibleRepeat: false)
  }

  /// The row of a motion could not be written: the device's next one in the same span is.
  package mutating func failed(_ signal: Signal, receivedAt: Timestamp) {
    guard signal.kind == .motion, span(of: receivedAt) == span else { return }
    moving.remove(signal.source.mover)
  }

  /// Whether a signal is no motion, or the device's first one in its span.
  private mutating func takesMotion(_ signal: Signal, at now: Timestamp) -> Bool {
    guard signal.kind == .motion else { return true }
    let current = span(of: now)
    if current != span {
      span = current
      moving.removeAll(keepingCapacity: true)
    }
    guard !moving.contains(signal.source.mover) else { return false }
    if moving.count < settings.maximumMoving { moving.insert(signal.source.mover) }
    return true
  }

  private func span(of moment: Timestamp) -> Int64 {
    moment.microseconds / max(1, settings.motionInterval.microseconds)
  }
}

extension SignalSource {
  /// Whose motion it is.
  fileprivate var mover: String { serial ?? sender }
}

extension SignalID {
  /// The id of a message within its window: the window's start and the digest; version 8 of RFC 9562, as all derived
  /// ids. It is stored, so it never changes.
  init(_ digest: MessageDigest, within window: TimeSpan, at now: Timestamp) {
    let length = max(1, window.microseconds)
    let start = now.microseconds / length * length
    let salt = fixedMix(UInt64(bitPattern: start) ^ digest.low)
    self.init(
      high: UInt64(bitPattern: max(0, start / 1000)) << 16 | 0x8000 | fixedMix(digest.high ^ salt) & 0x0FFF,
      low: 0x8000_0000_0000_0000 | fixedMix(digest.high &+ salt) & 0x3FFF_FFFF_FFFF_FFFF)
  }
}
