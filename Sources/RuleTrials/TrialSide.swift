import AlertEngine
import AlertRules
import CareModel

/// What became of one alert in a replay.
package struct AlertRecord: Sendable, Equatable {
  /// The signal that opened it; nil when time did.
  package var openedBy: SignalID?
  /// When.
  package var openedAt: Timestamp
  /// The alert as it was opened.
  package var opened: Alert
  /// When the desk was first asked within the time it was watched.
  package var deskAskedAt: Timestamp?
  /// When somebody in the field was first asked.
  package var fieldAskedAt: Timestamp?
  /// Its tasks: kind and when they were made.
  package var tasks: [(kind: WorkTask.Kind, at: Timestamp)] = []

  /// Whoever was asked first.
  package var firstAskAt: Timestamp? { [deskAskedAt, fieldAskedAt].compactMap { $0 }.min() }

  /// The case and kind by which alerts without a common signal are matched.
  var caseName: String { "\(opened.caseKey)|\(opened.kind.rawValue)" }

  package static func == (left: Self, right: Self) -> Bool {
    left.opened == right.opened && left.openedBy == right.openedBy && left.deskAskedAt == right.deskAskedAt
      && left.fieldAskedAt == right.fieldAskedAt && left.tasks.elementsEqual(right.tasks, by: ==)
  }
}

/// One rule set in a replay, with what became of its alerts.
struct TrialSide {
  private var run: TrialRun
  private var records: [AlertRecord] = []
  /// Where the records of alerts stand that are watched; older ones are not added to.
  private var places: [AlertID: Int] = [:]

  var steps: Int { run.steps }

  init(of rules: RuleSet, register: RegisterBook, start: Timestamp) {
    var settings = EngineSettings()
    settings.maximumRemembered = 1
    run = TrialRun(
      of: rules, register: register, start: start, attention: RuleComparison.attention, settings: settings)
  }

  /// Takes a signal.
  @discardableResult
  mutating func take(_ id: SignalID, _ signal: Signal, at time: Timestamp) -> StoredSignal? {
    run.advance(to: time)
    note(run.takeFindings(), openedBy: nil)
    let kept = run.take(signal, at: time)
    note(run.takeFindings(), openedBy: id)
    return kept
  }

  /// Lets what is open run out.
  mutating func finish() {
    run.advance(to: run.now + RuleComparison.attention + .seconds(1))
    note(run.takeFindings(), openedBy: nil)
  }

  /// Lets time pass.
  mutating func advance(to time: Timestamp) {
    run.advance(to: time)
    note(run.takeFindings(), openedBy: nil)
  }

  /// The record of an alert that is watched, or was and is not handed out yet.
  func record(of alert: AlertID) -> AlertRecord? { places[alert].map { records[$0] } }

  /// The records of alerts opened before a moment, in their order; they are forgotten here.
  mutating func takeRecords(before time: Timestamp) -> [AlertRecord] {
    let taken = records.filter { $0.openedAt < time }
    guard !taken.isEmpty else { return [] }
    giveBack(nil, keeping: records.filter { $0.openedAt >= time })
    return taken
  }

  /// Takes records back that were not needed.
  mutating func giveBack(_ young: [AlertRecord]) { giveBack(young, keeping: records) }

  private mutating func giveBack(_ young: [AlertRecord]?, keeping rest: [AlertRecord]) {
    records = (young ?? []) + rest
    places.removeAll(keepingCapacity: true)
    for (place, record) in records.enumerated() { places[record.opened.id] = place }
  }

  private mutating func note(_ findings: [TrialFinding], openedBy signal: SignalID?) {
    for finding in findings {
      switch finding.what {
      case .alert(let alert, let change):
        guard change == .opened || change == .reopened else { continue }
        places[alert.id] = records.count
        records.append(AlertRecord(openedBy: signal, openedAt: finding.at, opened: alert))
      case .task(let task):
        guard let place = task.alert.flatMap({ places[$0] }) else { continue }
        records[place].tasks.append((task.kind, finding.at))
      case .ask(let ask):
        guard let place = ask.alert.flatMap({ places[$0] }) else { continue }
        if ask.task == nil {
          records[place].deskAskedAt = records[place].deskAskedAt ?? finding.at
        } else {
          records[place].fieldAskedAt = records[place].fieldAskedAt ?? finding.at
        }
      }
    }
  }
}
