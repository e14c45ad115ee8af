import CareModel
import DequeModule

/// How far the local log is, and what may go out on its strength while the store does not answer.
struct LogProgress {
  /// Inputs are logged.
  private(set) var isWritten = false
  /// The log holds the inputs of all commits from ``start`` to this number.
  private var through: Int64 = 0
  /// The first commit that needs the log; earlier ones were made without it.
  private var start = Int64.max
  /// What the log holds up to this number has gone out while the store was away.
  private(set) var shownThrough: Int64 = 0
  /// Commits whose life notifications wait, oldest first.
  private var life: Deque<(number: Int64, at: Timestamp)> = []

  /// The log holds the input of this commit.
  func holds(_ number: Int64) -> Bool { isWritten && number >= start && number <= through }

  /// The log holds the input of this commit, or is to hold it.
  func isDue(_ number: Int64) -> Bool { isWritten && number >= start }

  /// Nothing more is expected from the log for this commit.
  func isDone(_ number: Int64) -> Bool { number < start || number <= through }

  /// From the next commit on both copies count.
  mutating func ready(next number: Int64) {
    isWritten = true
    start = number
  }

  /// From now on the store alone counts.
  mutating func lost() {
    isWritten = false
    start = .max
    life = []
  }

  /// The log holds everything up to this number.
  mutating func reached(_ number: Int64) { through = max(through, number) }

  /// A commit was made; `held` is what waits for it.
  mutating func appended(_ number: Int64, at time: Timestamp, _ held: [Output]) {
    if isWritten, held.contains(where: \.isLife) { life.append((number, time)) }
  }

  /// A commit is durable everywhere.
  mutating func released(_ number: Int64) {
    while let first = life.first, first.number <= number { life.removeFirst() }
  }

  /// What the log holds up to this number has gone out.
  mutating func shown(_ number: Int64) { shownThrough = max(shownThrough, number) }

  /// Numbers from this one on are given out again.
  mutating func failed(from number: Int64) {
    through = min(through, number - 1)
    shownThrough = min(shownThrough, number - 1)
    if isWritten { start = min(start, number) }
    while let last = life.last, last.number >= number { life.removeLast() }
  }

  /// When the oldest life notification that the log holds was decided.
  var oldestLife: Timestamp? { life.first.flatMap { holds($0.number) ? $0.at : nil } }

  /// The commits whose life notifications were decided at this moment or before and are in the log.
  mutating func takeLife(until moment: Timestamp) -> [Int64] {
    var numbers: [Int64] = []
    while let first = life.first, holds(first.number), first.at <= moment {
      numbers.append(first.number)
      life.removeFirst()
    }
    return numbers
  }
}

/// What goes out on the strength of the local log (architecture page, sections 1 and 2).
extension CommitStream {
  /// The log holds the inputs of this lineage up to a number.
  ///
  /// - Returns: fingerprints of the released signals that have no message id.
  mutating func logged(upTo number: Int64, lineage: Int, into outputs: inout [Output]) -> [UInt64] {
    guard lineage == self.lineage else { return [] }
    log.reached(number)
    let fingerprints = release(into: &outputs)
    if isStoreAway { releaseByLog(into: &outputs) }
    return fingerprints
  }

  /// The log failed: senders of what it does not hold keep it, and from now on the store alone counts.
  ///
  /// - Returns: fingerprints of the released signals that have no message id.
  mutating func logLost(into outputs: inout [Output]) -> [UInt64] {
    for index in unconfirmed.indices where !log.isDone(unconfirmed[index].number) {
      Self.releaseAsUnavailable(&unconfirmed[index].held, into: &outputs)
    }
    log.lost()
    return release(into: &outputs)
  }

  /// Lets out what the log holds while the store is away: notifications, entries without an id, and the answers that
  /// the policy allows. The entries come again with their ids when their commit is durable.
  mutating func releaseByLog(into outputs: inout [Output]) {
    guard let first = unconfirmed.first?.number else { return }
    var index = unconfirmed.startIndex + Int(max(0, log.shownThrough + 1 - first))
    while index < unconfirmed.endIndex, log.isDone(unconfirmed[index].number) {
      let number = unconfirmed[index].number
      if log.holds(number) {
        unconfirmed[index].held.removeAll { output in
          switch output {
          case .publish(_, _, let events):
            outputs.append(.publishProvisionally(events))
            return false
          case .notify, .acknowledge:
            outputs.append(output)
            return true
          case .log, .commit, .publishProvisionally, .reload: return false
          }
        }
      }
      log.shown(number)
      index += 1
    }
  }

  /// Lets out the life notifications that were decided at this moment or before and whose commit is unanswered.
  ///
  /// - Returns: whether there were any.
  mutating func releaseLife(until moment: Timestamp, into outputs: inout [Output]) -> Bool {
    let numbers = log.takeLife(until: moment)
    guard let first = unconfirmed.first?.number else { return !numbers.isEmpty }
    for number in numbers {
      let index = unconfirmed.startIndex + Int(number - first)
      guard unconfirmed.indices.contains(index) else { continue }
      outputs += unconfirmed[index].held.filter(\.isLife)
      unconfirmed[index].held.removeAll(where: \.isLife)
    }
    return !numbers.isEmpty
  }
}

extension Output {
  /// A notification that somebody's life may depend on.
  fileprivate var isLife: Bool {
    if case .notify(let notification) = self { notification.alertClass == .life } else { false }
  }
}

extension Input {
  /// Hospital messages are acknowledged only when both copies hold them: their senders queue.
  var isAlwaysStrict: Bool {
    if case .signalReceived(_, let signal) = self { signal.kind.group == .hospital || signal.hospital != nil } else {
      false
    }
  }
}
