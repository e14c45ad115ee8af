import CareModel

/// What a candidate would do otherwise than the active set.
package struct RuleDifferences: Sendable {
  /// What differs.
  package enum Kind: String, Sendable, CaseIterable {
    /// An alert, or a task of an alert, that only the candidate has.
    case added
    /// One that only the active set has.
    case removed
    /// The same alert with another class, severity, policy or key.
    case moved
    /// People are asked, or a task is made, earlier than by the active set.
    case earlier
    /// Later, or not within the time in which alerts are watched.
    case later
  }

  /// One difference.
  package struct Entry: Sendable, Equatable {
    /// What differs.
    package var kind: Kind
    /// `alert`, or the task's kind.
    package var thing: String
    /// The signal that opened the alert; nil when time did.
    package var signal: SignalID?
    /// When the alert was opened, by the active set where it has it.
    package var at: Timestamp
    /// What it is about: the kind of the signal.
    package var about: SignalKind
    /// From what to what.
    package var text: String
  }

  /// Most differences that are listed; all are counted.
  package static let maximumListed = 200

  /// Signals that were replayed.
  package var signals = 0
  /// The first one's time.
  package var first: Timestamp?
  /// The last one's time.
  package var last: Timestamp?
  /// Alerts of the active set.
  package var activeAlerts = 0
  /// Alerts of the candidate.
  package var candidateAlerts = 0
  /// Steps of the core with the active set.
  package var stepsOfActive = 0
  /// Steps of the core with the candidate.
  package var stepsOfCandidate = 0
  /// How many of each kind, alerts.
  package private(set) var alerts: [Kind: Int] = [:]
  /// How many of each kind, tasks.
  package private(set) var tasks: [Kind: Int] = [:]
  /// The first of them.
  package private(set) var entries: [Entry] = []

  /// Nothing differs.
  package var isEmpty: Bool { alerts.isEmpty && tasks.isEmpty }

  /// Counts and lists an alert that only one has, with its tasks.
  mutating func note(_ kind: Kind, _ before: Alert?, _ after: Alert?, _ record: AlertRecord) {
    let alert = before ?? after ?? record.opened
    add(kind, "alert", record, "\(Self.text(alert))")
    for task in record.tasks { add(kind, task.kind.rawValue, record, "a \(task.kind.rawValue) task") }
  }

  /// Counts and lists how two records of the same alert differ.
  mutating func compare(_ before: AlertRecord, _ after: AlertRecord) {
    let (old, new) = (before.opened, after.opened)
    let isMoved =
      old.alertClass != new.alertClass || old.severity != new.severity || old.policy != new.policy
      || old.key != new.key
    if isMoved { add(.moved, "alert", before, "\(Self.text(old)) becomes \(Self.text(new))") }
    compareTimes("alert", "opened", before.openedAt, after.openedAt, before)
    compareTimes("alert", "desk asked", before.deskAskedAt, after.deskAskedAt, before)
    compareTimes("alert", "field asked", before.fieldAskedAt, after.fieldAskedAt, before)
    var rest = after.tasks
    for task in before.tasks {
      if let place = rest.firstIndex(where: { $0.kind == task.kind }) {
        compareTimes(task.kind.rawValue, "made", task.at, rest.remove(at: place).at, before)
      } else {
        add(.removed, task.kind.rawValue, before, "a \(task.kind.rawValue) task")
      }
    }
    for task in rest { add(.added, task.kind.rawValue, before, "a \(task.kind.rawValue) task") }
  }

  private mutating func compareTimes(
    _ thing: String, _ what: String, _ before: Timestamp?, _ after: Timestamp?, _ record: AlertRecord
  ) {
    guard before != after else { return }
    let isLater = (before ?? .distantFuture) < (after ?? .distantFuture)
    let texts = [before, after].map { $0.map { "after " + ($0 - record.openedAt).offsetText } ?? "not" }
    add(isLater ? .later : .earlier, thing, record, "\(what) \(texts[0]), now \(texts[1])")
  }

  private mutating func add(_ kind: Kind, _ thing: String, _ record: AlertRecord, _ text: String) {
    if thing == "alert" { alerts[kind, default: 0] += 1 } else { tasks[kind, default: 0] += 1 }
    guard entries.count < Self.maximumListed else { return }
    entries.append(
      Entry(
        kind: kind, thing: thing, signal: record.openedBy, at: record.openedAt, about: record.opened.kind, text: text))
  }

  private static func text(_ alert: Alert) -> String {
    "\(alert.alertClass.rawValue) \(alert.severity), policy \(alert.policy)"
  }
}
