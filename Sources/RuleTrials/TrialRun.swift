import AlertEngine
import AlertRules
import CareModel
import DequeModule

/// The real engine core in virtual time: what it decides is durable at once, what it sends is delivered at once, and
/// nobody answers.
package struct TrialRun {
  /// What came out since the start, or since ``takeFindings()``.
  package private(set) var findings: [TrialFinding] = []
  /// Inputs stepped so far.
  package private(set) var steps = 0
  /// Engine time.
  package private(set) var now: Timestamp

  private var core: EngineCore
  private let attention: TimeSpan?
  private let correlatedKinds: Set<SignalKind>
  private var watched: Deque<(until: Timestamp, alert: AlertID)> = []
  /// Where the desk tracks of unresolved alerts stood last: a ring is a change of these.
  private var tracks: [AlertID: [TrackProgress]] = [:]
  private var queue: Deque<Input> = []
  private var inputs: UInt64 = 0

  /// Who closes alerts in a trial; no row of any register.
  private static let attendant = StaffID(high: 0, low: 0)

  /// A trial of a rule set.
  ///
  /// - Parameters:
  ///   - start: engine time of the beginning.
  ///   - isSupervised: devices that fall silent are lost; otherwise silence means nothing.
  ///   - attention: alerts are closed as not needed so long after they were opened; nil = never.
  package init(
    of rules: RuleSet, register: RegisterBook, start: Timestamp, loading snapshot: CaseSnapshot? = nil,
    isSupervised: Bool = false, attention: TimeSpan? = nil, settings: EngineSettings = EngineSettings()
  ) {
    core = EngineCore(rules: rules, settings: settings)
    now = start
    self.attention = attention
    correlatedKinds = rules.correlations.kinds
    if isSupervised { core.adopt(register, at: start) } else { core.adoptUnsupervised(register) }
    _ = core.step(.casesLoaded(snapshot ?? CaseSnapshot(caseKeys: nil, commitNumber: 0)), at: start)
  }

  /// Takes a signal at a time; what is due before or at that time happens first.
  ///
  /// - Returns: the signal as the engine keeps it; nil when it keeps none (a sign of life, a repeat).
  @discardableResult
  package mutating func take(_ signal: Signal, at time: Timestamp) -> StoredSignal? {
    advance(to: time)
    let isTelemetry = signal.kind.group == .telemetry
    if isTelemetry || signal.kind.group == .supervision {
      if let serial = signal.source.serial {
        step(.heard([HeardDevice(serial: serial, at: now, batteryPercent: signal.batteryPercent)]))
      }
      // As in the daemon: telemetry comes to the engine when a rule waits for its kind.
      guard isTelemetry, correlatedKinds.contains(signal.kind) else { return nil }
    }
    return step(.signalReceived(nextID(), signal))
  }

  /// Takes in a change of the register at a time.
  package mutating func take(_ change: RegisterChange, at time: Timestamp) {
    advance(to: time)
    step(.referenceChanged([change]))
  }

  /// Lets time pass: everything that is due until then happens, in order.
  ///
  /// - Parameter maximumSteps: most inputs in all; false when more would be needed.
  @discardableResult
  package mutating func advance(to time: Timestamp, maximumSteps: Int = .max) -> Bool {
    while true {
      let due = core.nextDeadline
      let closing = watched.first?.until
      guard let next = [due, closing].compactMap({ $0 }).min(), next <= time else { break }
      guard steps < maximumSteps else { return false }
      now = max(now, next)
      if let closing, closing <= next, let alert = watched.popFirst()?.alert {
        close(alert)
      } else {
        step(.deadlineReached(nextID()))
      }
    }
    now = max(now, time)
    return true
  }

  /// What came out since the last call; the run forgets it.
  package mutating func takeFindings() -> [TrialFinding] {
    defer { findings.removeAll(keepingCapacity: true) }
    return findings
  }

  /// Open work of the engine under trial.
  package var openWork: CaseSnapshot { core.openWork }

  // MARK: stepping

  private mutating func nextID() -> InputID {
    inputs += 1
    let random = fixedMix(inputs)
    return InputID(at: now, random: (random >> 52, inputs))
  }

  private mutating func close(_ alert: AlertID) {
    step(
      .operatorActed(
        nextID(),
        .resolve(alert, cause: .other, action: .none, closedBy: .seenBy, note: nil), by: Self.attendant))
  }

  /// Steps an input, makes its commits durable and its notifications delivered.
  @discardableResult
  private mutating func step(_ input: Input) -> StoredSignal? {
    var kept: StoredSignal?
    queue.append(input)
    while let next = queue.popFirst() {
      steps += 1
      for output in core.step(next, at: now) {
        switch output {
        case .commit(let commit):
          if kept == nil { kept = commit.signal }
          note(commit)
          queue.append(.committed(commit.number))
        case .notify(let notification):
          queue.append(.deliveryReported(nextID(), notification.id, .delivered))
        case .log, .acknowledge, .publish, .publishProvisionally, .reload: break
        }
      }
    }
    return kept
  }

  // MARK: findings

  private mutating func note(_ commit: Commit) {
    var rung: [AlertID: Int] = [:]
    for event in commit.events { note(event, &rung) }
    for alert in commit.alerts { noteDesk(alert, rung: rung[alert.id] ?? 0, at: commit.at) }
    noteOffers(commit)
  }

  private mutating func note(_ event: CareEvent, _ rung: inout [AlertID: Int]) {
    switch (event.kind, event.subject) {
    case (.alertOpened, .alert(let alert)): noteOpening(alert, .opened, at: event.at)
    case (.alertReopened, .alert(let alert)): noteOpening(alert, .reopened, at: event.at)
    case (.alertJoined, .alert(let alert)): note(.alert(alert, .joined), at: event.at)
    case (.alertRaised, .alert(let alert)): note(.alert(alert, .raised), at: event.at)
    case (.alertResolved, .alert(let alert)):
      tracks[alert.id] = nil
      note(.alert(alert, .resolved), at: event.at)
    case (.alertEscalated, .alert(let alert)):
      rung[alert.id, default: 0] += 1
      note(.ask(.init(role: event.text ?? "desk", alert: alert.id, people: 0)), at: event.at)
    case (.taskCreated, .task(let task)): note(.task(task), at: event.at)
    default: break
    }
  }

  private mutating func noteOpening(_ alert: Alert, _ change: TrialFinding.AlertChange, at time: Timestamp) {
    note(.alert(alert, change), at: time)
    if let attention { watched.append((time + attention, alert.id)) }
  }

  /// The desk's own first ring leaves no entry of its own on the timeline: it shows in the tracks.
  private mutating func noteDesk(_ alert: Alert, rung: Int, at time: Timestamp) {
    guard alert.state != .resolved else { return }
    let before = tracks[alert.id] ?? []
    let asking = alert.tracks.filter { $0.state == .asking && $0.deadline != nil && !before.contains($0) }
    tracks[alert.id] = alert.tracks
    if asking.count > rung { note(.ask(.init(role: StaffRole.desk.rawValue, alert: alert.id, people: 0)), at: time) }
  }

  /// Offers that one commit sends for one task are one ask.
  private mutating func noteOffers(_ commit: Commit) {
    var asked: [(task: TaskID, people: [StaffID])] = []
    for offer in commit.offers where offer.state == .sent && offer.sentAt == commit.at {
      if let index = asked.firstIndex(where: { $0.task == offer.task }) {
        asked[index].people.append(offer.staff)
      } else {
        asked.append((offer.task, [offer.staff]))
      }
    }
    for (id, people) in asked {
      let task = commit.tasks.first { $0.id == id }
      let ask = TrialFinding.Ask(
        role: people.first.flatMap(role) ?? "staff", alert: task?.alert, task: id, kind: task?.kind,
        people: people.count)
      note(.ask(ask), at: commit.at)
    }
  }

  private func role(of staff: StaffID) -> String? { core.roles(of: staff).first?.rawValue }

  private mutating func note(_ what: TrialFinding.What, at time: Timestamp) {
    findings.append(TrialFinding(at: time, what: what))
  }
}
