import AlertEngine
import AlertRules
import CareModel
import RuleFiles

/// An engine over a store of commits: what a killed engine begins from is what was committed, and nothing else.
struct CorrelationWorld {
  private(set) var core: EngineCore
  private(set) var rules: RuleSet
  private(set) var now = Timestamp(seconds: 1_800_000_000)
  private(set) var commits: [Commit] = []
  /// Kills the engine after every commit.
  var diesAfterCommits = false
  /// Restarts so far.
  private(set) var restarts = 0
  private var store = CommittedRows()
  private var inputs: UInt64 = 0
  private let register: [RegisterChange]

  static let start = Timestamp(seconds: 1_800_000_000)
  static let resident = ResidentID(high: 1, low: 1)
  static let spouse = ResidentID(high: 1, low: 2)
  static let desk = StaffID(high: 2, low: 1)

  /// An engine with these `correlate` rules (YAML); homes 1 and 2 with a person each, device `K<n>` of the person and
  /// `H<n>` of the home; `spouse` lives with the first.
  init(_ correlate: String, withSpouse: Bool = false) throws {
    rules = try Self.rules(correlate)
    var register: [RegisterChange] = [
      .staff(StaffMember(id: Self.desk, name: "desk", roles: [.desk])),
      .shift(
        Shift(
          id: ShiftID(high: 3, low: 1), staff: Self.desk, role: .desk, from: now - .hours(1),
          until: now + .hours(24 * 90))),
    ]
    for number in 1...6 {
      let home = DwellingID(high: 2, low: UInt64(number))
      let person = ResidentID(high: 1, low: UInt64(number == 1 ? 1 : number + 1))
      register += [
        .dwelling(Dwelling(id: home, district: number < 6 ? 1 : 2, address: "home")),
        .resident(
          Resident(id: person, district: number < 6 ? 1 : 2, dwelling: home, name: "p", risk: number == 2 ? 4 : 1)),
        .device(Self.device("K\(number)", home, person, number < 6 ? 1 : 2)),
        .device(Self.device("H\(number)", home, nil, number < 6 ? 1 : 2)),
      ]
    }
    if withSpouse {
      register.append(
        .resident(Resident(id: Self.spouse, district: 1, dwelling: DwellingID(high: 2, low: 1), name: "s")))
    }
    self.register = register
    core = EngineCore(rules: rules)
    begin()
  }

  private static func device(
    _ serial: String, _ home: DwellingID, _ person: ResidentID?, _ district: DistrictID
  ) -> Device {
    Device(serial: serial, dwelling: home, resident: person, district: district, heartbeatSeconds: 90_000)
  }

  static func rules(_ correlate: String) throws -> RuleSet {
    try RuleFiles.parse(text: correlationBase.replacing("CORRELATE", with: correlate), name: "rules")
  }

  private mutating func begin() {
    _ = core.step(.referenceChanged(register), at: now)
    _ = core.step(.casesLoaded(store.snapshot(at: now)), at: now)
  }

  // MARK: what happens

  mutating func step(_ input: Input) {
    let outputs = core.step(input, at: now)
    for commit in outputs.commits {
      commits.append(commit)
      store.apply(commit)
      _ = core.step(.committed(commit.number), at: now)
    }
    store.heardUntil = now
    if diesAfterCommits, !outputs.commits.isEmpty { kill() }
  }

  mutating func nextInput() -> InputID {
    inputs += 1
    return InputID(at: now, random: (inputs, fixedMix(inputs)))
  }

  mutating func signal(
    _ kind: SignalKind, from serial: String = "K1", value: Double? = nil, id: String? = nil,
    occurredAt: Timestamp? = nil
  ) {
    var signal = Signal(source: SignalSource(feed: .mqtt, sender: serial, serial: serial), kind: kind)
    signal.value = value
    signal.occurredAt = occurredAt
    signal.repeatKey = id.map { .message(id: $0, window: .hours(168)) }
    step(.signalReceived(nextInput(), signal))
  }

  mutating func act(_ action: OperatorAction) { step(.operatorActed(nextInput(), action, by: Self.desk)) }

  /// Lets time pass; what becomes due happens when it is due.
  mutating func wait(_ span: TimeSpan) { wait(until: now + span) }

  mutating func wait(until end: Timestamp) {
    while let due = core.nextDeadline, due <= end {
      now = max(now, due)
      step(.deadlineReached(nextInput()))
    }
    now = max(now, end)
    // Somewhere in the city something beats all the time.
    store.heardUntil = now
  }

  /// Time passes and nothing is done or heard, as in a frozen process.
  mutating func freeze(_ span: TimeSpan) { now = now + span }

  mutating func tell(_ input: Input) { _ = core.step(input, at: now) }

  /// Ends the engine and begins anew from what is committed.
  mutating func kill(outage: TimeSpan = .zero) {
    now = now + outage
    restarts += 1
    core = EngineCore(rules: rules)
    begin()
  }

  mutating func activate(_ correlate: String) throws {
    rules = try Self.rules(correlate)
    core.activate(rules)
  }

  /// A store whose row was damaged.
  mutating func damage(_ key: CorrelationKey) { store.correlations[key]?.state = [99] }

  // MARK: what came of it

  /// What the rules have said, in order.
  var said: [Said] { commits.flatMap(\.emissions).map(Said.init) }
  var rows: [CorrelationRow] { store.correlations.values.sorted { $0.key < $1.key } }
  var alerts: [Alert] { core.openWork.alerts }
}

/// An emission: which rule, about when and whom; times are seconds after the start.
struct Said: Equatable, CustomStringConvertible {
  var rule: String
  var at: Int
  var sender: String
  var isLate: Bool

  init(_ rule: String, _ at: Int, _ sender: String = "K1", late isLate: Bool = false) {
    self.rule = rule
    self.at = at
    self.sender = sender
    self.isLate = isLate
  }

  init(_ stored: StoredSignal) {
    let words = (stored.reason ?? "").dropFirst("correlate: ".count)
    rule = String(words.prefix { $0 != "," && $0 != ";" })
    at = Int(((stored.signal.occurredAt ?? .distantPast) - CorrelationWorld.start).wholeSeconds)
    sender = stored.signal.source.sender
    isLate = stored.signal.oddities.contains(.late)
  }

  var description: String { "\(rule) at \(at) about \(sender)\(isLate ? ", late" : "")" }
}

/// The rows that commits have written.
private struct CommittedRows {
  var correlations: [CorrelationKey: CorrelationRow] = [:]
  var heardUntil = CorrelationWorld.start
  private var number: Int64 = 0
  private var alerts: [AlertID: Alert] = [:]
  private var tasks: [TaskID: WorkTask] = [:]
  private var stays: [StayID: Stay] = [:]
  private var suspensions: [SuspensionID: Suspension] = [:]
  private var notifications: [NotificationID: Notification] = [:]
  private var repeats: [RememberedMessage] = []

  mutating func apply(_ commit: Commit) {
    number = commit.number
    for row in commit.correlations { correlations[row.key] = row.deadline == nil ? nil : row }
    for alert in commit.alerts { alerts[alert.id] = alert }
    for task in commit.tasks { tasks[task.id] = task }
    for stay in commit.stays { stays[stay.id] = stay }
    for suspension in commit.suspensions { suspensions[suspension.id] = suspension }
    for notification in commit.notifications { notifications[notification.id] = notification }
    for mark in commit.outboxMarks { notifications[mark.notification] = nil }
    if let message = commit.signal?.remembered { repeats.append(message) }
  }

  func snapshot(at now: Timestamp) -> CaseSnapshot {
    var snapshot = CaseSnapshot(
      caseKeys: nil, commitNumber: number, alerts: alerts.values.sorted { $0.id < $1.id },
      tasks: tasks.values.filter { !$0.state.isFinished }.sorted { $0.id < $1.id },
      stays: stays.values.sorted { $0.id < $1.id },
      suspensions: suspensions.values.filter { $0.state != .ended }.sorted { $0.id < $1.id },
      notifications: notifications.values.sorted { $0.id < $1.id }, repeats: repeats,
      lines: [KnownLine(serial: "beat", heardAt: heardUntil)])
    snapshot.correlations = correlations.values.sorted { $0.key < $1.key }
    return snapshot
  }
}

private let correlationBase = """
  apiVersion: silverbell/v1
  name: small
  classify:
    - id: life
      when: signal.kind in ['panic', 'fall']
      set: {class: life, severity: 7}
  correlate:
  CORRELATE
  alert:
    - id: person
      match: alert.class == 'life'
      key: ["signal.origin", "'person'"]
      window: 90s
    - id: rest
      match: alert.class in ['urgent', 'technical'] && signal.feed == 'engine'
      key: ["signal.origin", "signal.kind"]
      window: 90s
  route:
    policy: desk
  policies:
    - id: desk
      tracks:
        - id: desk
          start: now
          finally: {ask: desk, mode: all, timeout: 24h}
    - id: task
      tracks:
        - id: people
          start: now
          finally: {ask: shiftLeader, mode: all, timeout: 5m}
          steps:
            - {ask: carer, mode: oneByOne, timeout: 90s}
  tests:
    - name: a press
      given:
        - {kind: panic}
      expect: {class: life}

  """
