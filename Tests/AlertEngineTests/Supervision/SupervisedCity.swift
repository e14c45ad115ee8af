import AlertEngine
import AlertRules
import CareModel
import RuleFiles

/// The real core with the shipped rules around supervised homes; time by hand, commits durable at once.
struct SupervisedCity {
  var core: EngineCore
  var now = Timestamp(seconds: 1_800_000_000)
  /// Says that every commit is durable right after it was decided.
  var confirms = true
  private(set) var commits: [Commit] = []
  private var inputs: UInt64 = 0

  static let desk = StaffID(high: 2, low: 1)

  /// Homes in district 1, each with one resident and one device; every tenth resident is at risk 5.
  init(homes: Int, beat: Int = 60, lines: [KnownLine] = [], alerts: [Alert] = []) throws {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    let rules = try RuleFiles.load(path: parts.joined(separator: "/") + "/deploy/rules/default.yaml")
    core = EngineCore(rules: rules)
    var register: [RegisterChange] = [
      .staff(StaffMember(id: Self.desk, name: "desk", roles: [.desk])),
      .shift(
        Shift(
          id: ShiftID(high: 5, low: 1), staff: Self.desk, role: .desk, from: now - .hours(48),
          until: now + .hours(24 * 30))),
    ]
    for number in 0..<homes {
      let resident = Self.resident(number)
      register += [
        .resident(
          Resident(id: resident, district: 1, dwelling: nil, name: "resident", risk: number % 10 == 9 ? 5 : 1)),
        .device(Device(serial: "D\(number)", dwelling: nil, resident: resident, district: 1, heartbeatSeconds: beat)),
      ]
    }
    // What was started long ago hears everybody; a restart is now.
    let start = lines.isEmpty ? now - .hours(48) : now
    _ = core.step(.referenceChanged(register), at: start)
    let snapshot = CaseSnapshot(caseKeys: nil, commitNumber: 0, alerts: alerts, lines: lines)
    _ = core.step(.casesLoaded(snapshot), at: start)
  }

  static func resident(_ number: Int) -> ResidentID { ResidentID(high: 1, low: UInt64(number + 1)) }

  @discardableResult
  mutating func step(_ input: Input) -> [Output] {
    var all = core.step(input, at: now)
    commits += all.commits
    if confirms, let last = all.commits.last { all += core.step(.committed(last.number), at: now) }
    return all
  }

  mutating func hear(_ numbers: Range<Int>) {
    step(.heard(numbers.map { HeardDevice(serial: "D\($0)", at: now) }))
  }

  @discardableResult
  mutating func signal(_ kind: SignalKind, from number: Int) -> [Output] {
    let serial = "D\(number)"
    return step(
      .signalReceived(
        nextInput(), Signal(source: SignalSource(feed: .mqtt, sender: serial, serial: serial), kind: kind)))
  }

  mutating func act(_ action: OperatorAction) { step(.operatorActed(nextInput(), action, by: Self.desk)) }

  mutating func nextInput() -> InputID {
    inputs += 1
    return InputID(at: now, random: (inputs, inputs))
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
  func alerts(_ kind: SignalKind) -> [Alert] { alerts.filter { $0.kind == kind } }
  var lines: [DeviceLine] { commits.flatMap(\.lines) }
  var events: [CareEvent] { commits.flatMap(\.events) }
}
