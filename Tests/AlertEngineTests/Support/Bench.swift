import AlertEngine
import AlertRules
import CareModel
import Simulator

/// An engine on the bench: calls in, outputs out, time by hand. Commits are durable at once unless held back.
struct Bench {
  var core: EngineCore
  var now = Timestamp(seconds: 1_800_000_000)
  /// Says that every commit is durable right after it was decided.
  var confirms = true
  private(set) var outputs: [Output] = []
  private(set) var commits: [Commit] = []
  private var inputs: UInt64 = 0

  static let resident = ResidentID(high: 1, low: 1)
  static let desk = StaffID(high: 2, low: 1)
  static let colleague = StaffID(high: 2, low: 2)
  static let responders = (1...4).map { StaffID(high: 3, low: $0) }
  static let carer = StaffID(high: 4, low: 1)
  static let patient = PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "P1")

  init(
    onDuty: [StaffRole] = [.desk, .shiftLeader, .dutyChief, .responder, .carer],
    settings: EngineSettings = EngineSettings(), rules: RuleSet = SimulationRules.standard,
    also: [RegisterChange] = []
  ) {
    core = EngineCore(rules: rules, settings: settings)
    _ = core.step(.referenceChanged(Self.register(onDuty, now) + also), at: now)
    _ = core.step(.casesLoaded(CaseSnapshot(caseKeys: nil, commitNumber: 0)), at: now)
  }

  private static func register(_ onDuty: [StaffRole], _ now: Timestamp) -> [RegisterChange] {
    let dwelling = DwellingID(high: 1, low: 2)
    let unit = PartyID(high: 1, low: 3)
    var changes: [RegisterChange] = [
      .resident(
        Resident(
          id: resident, district: 1, dwelling: dwelling, name: "resident", unit: unit, identifiers: [patient])),
      .dwelling(Dwelling(id: dwelling, district: 1, address: "home")),
      .device(Device(serial: "K1", dwelling: dwelling, resident: resident, district: 1)),
      .party(
        Party(id: unit, kind: .unit, name: "unit", destination: Destination(channel: "webhook", address: "unit"))),
      .hospital(Hospital(code: "H1", name: "hospital", population: .filtered)),
    ]
    var people = responders.map { ($0, StaffRole.responder) } + [(carer, .carer)]
    people += [(desk, .desk), (colleague, .desk), (desk, .shiftLeader), (desk, .dutyChief)]
    for (number, (id, role)) in people.enumerated() {
      changes.append(.staff(StaffMember(id: id, name: "staff", roles: [role])))
      guard onDuty.contains(role) else { continue }
      changes.append(
        .shift(
          Shift(
            id: ShiftID(high: 5, low: UInt64(number)), staff: id, role: role, from: now - .hours(1),
            until: now + .hours(24 * 60))))
    }
    return changes
  }

  /// Steps an input and, unless held back, makes what it decided durable.
  @discardableResult
  mutating func step(_ input: Input) -> [Output] {
    var all = core.step(input, at: now)
    commits += all.commits
    if confirms, let last = all.commits.last { all += core.step(.committed(last.number), at: now) }
    outputs += all
    return all
  }

  mutating func nextInput() -> InputID {
    inputs += 1
    return InputID(at: now, random: (inputs, inputs))
  }

  @discardableResult
  mutating func signal(
    _ kind: SignalKind = .panic, from serial: String = "K1", key: RepeatKey? = nil, raw: [UInt8] = []
  ) -> [Output] {
    step(
      .signalReceived(
        nextInput(),
        Signal(
          source: SignalSource(feed: .mqtt, sender: serial, serial: serial), kind: kind, repeatKey: key, raw: raw)))
  }

  /// What a person at the desk does, and what comes of it.
  @discardableResult
  mutating func act(_ action: OperatorAction, by staff: StaffID = desk) -> Acknowledgement? {
    step(.operatorActed(nextInput(), action, by: staff)).acknowledgements.first
  }

  /// What somebody answers on the phone.
  @discardableResult
  mutating func answer(_ offer: Offer, _ answer: StaffAnswer) -> Acknowledgement? {
    step(.staffAnswered(nextInput(), StaffAnswerMessage(staff: offer.staff, offer: offer.id, answer: answer)))
      .acknowledgements.first
  }

  /// Lets time pass; what becomes due on the way happens when it is due.
  mutating func wait(_ span: TimeSpan) {
    let end = now + span
    while let due = core.nextDeadline, due <= end {
      now = max(now, due)
      step(.deadlineReached(nextInput()))
    }
    now = end
  }

  var alerts: [Alert] { core.openWork.alerts }
  var tasks: [WorkTask] { core.openWork.tasks }
  var alert: Alert { alerts[0] }
  var offers: [Offer] { tasks.flatMap(\.slots).flatMap(\.offers) }
  /// Entries of the timeline so far.
  var events: [CareEvent] { commits.flatMap(\.events) }
}

extension [Output] {
  var commits: [Commit] { compactMap { if case .commit(let commit) = $0 { commit } else { nil } } }
  var acknowledgements: [Acknowledgement] {
    compactMap { if case .acknowledge(_, let acknowledgement) = $0 { acknowledgement } else { nil } }
  }
  var notifications: [Notification] {
    compactMap { if case .notify(let notification) = $0 { notification } else { nil } }
  }
  var logged: [LoggedInput] { compactMap { if case .log(let input) = $0 { input } else { nil } } }
  /// Entries that go out with an id, and those without one.
  var published: [CareEvent] {
    flatMap { output -> [CareEvent] in if case .publish(_, _, let events) = output { events } else { [] } }
  }
  var provisional: [CareEvent] {
    flatMap { output -> [CareEvent] in if case .publishProvisionally(let events) = output { events } else { [] } }
  }
  var reloads: [[CaseKey]] { compactMap { if case .reload(let keys) = $0 { keys } else { nil } } }
}

extension Acknowledgement? {
  var refusal: ActionRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

extension Acknowledgement {
  var isRepeat: Bool? { if case .accepted(let receipt) = self { receipt.isRepeat } else { nil } }
}
