import CareModel

/// Our messages over UDP that wait for their answers: client transactions (RFC 3261 section 17.1.2).
struct OwnMessages: Sendable {
  /// First wait for an answer (T1).
  static let firstWait = TimeSpan.milliseconds(500)
  /// Longest wait between two copies (T2).
  static let longestWait = TimeSpan.seconds(4)
  /// When a message is given up (timer F).
  static let limit = TimeSpan.seconds(32)

  private struct Entry: Sendable {
    let message: OwnMessage
    var wait = OwnMessages.firstWait
    var resendAt: Timestamp
    let givenUpAt: Timestamp
  }

  private let maximum: Int
  private var entries: [Entry] = []

  init(maximum: Int) { self.maximum = maximum }

  var isEmpty: Bool { entries.isEmpty }

  /// When there is something to do.
  var nextDeadline: Timestamp? { entries.map { min($0.resendAt, $0.givenUpAt) }.min() }

  /// Notes a message that was sent; past the bound the oldest is given up, its sender resends on its own account.
  mutating func sent(_ message: OwnMessage, at now: Timestamp) {
    if entries.count >= maximum { entries.removeFirst() }
    entries.append(Entry(message: message, resendAt: now + Self.firstWait, givenUpAt: now + Self.limit))
  }

  /// An answer has come: a final one ends the message, a provisional one slows it down.
  mutating func answered(branch: String, status: Int) {
    guard let index = entries.firstIndex(where: { $0.message.branch == branch }) else { return }
    if status >= 200 {
      entries.remove(at: index)
    } else {
      entries[index].wait = Self.longestWait
    }
  }

  /// The copies that are due.
  mutating func takeDue(at now: Timestamp) -> [[UInt8]] {
    entries.removeAll { $0.givenUpAt <= now }
    var due: [[UInt8]] = []
    for index in entries.indices where entries[index].resendAt <= now {
      due.append(entries[index].message.bytes)
      entries[index].wait = min(entries[index].wait + entries[index].wait, Self.longestWait)
      entries[index].resendAt = now + entries[index].wait
    }
    return due
  }
}

extension TimeSpan {
  fileprivate static func + (left: Self, right: Self) -> Self {
    Self(microseconds: left.microseconds &+ right.microseconds)
  }
}
