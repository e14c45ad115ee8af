import AlertRules
import CareModel
import Testing

/// One call of a machine: what happens when, and what it says; times are seconds after the start.
struct MachineCall: Sendable {
  let at: Int
  let event: CorrelationEvent
  /// The moment of the emission; nil = it says nothing.
  let says: Int?
  /// The deadline after it; nil = no instance.
  let until: Int?

  init(_ at: Int, _ event: CorrelationEvent, says: Int? = nil, until: Int?) {
    self.at = at
    self.event = event
    self.says = says
    self.until = until
  }
}

/// A machine and what is done to it.
struct MachineTable: Sendable, CustomTestStringConvertible {
  let name: String
  let machine: CorrelationMachine
  let calls: [MachineCall]
  var testDescription: String { name }

  init(_ name: String, _ plan: CorrelationMachine.Plan, keep: Int? = nil, _ calls: [MachineCall]) {
    self.name = name
    machine = CorrelationMachine(plan, keep: keep.map { .seconds($0) })
    self.calls = calls
  }
}

@Suite struct CorrelationMachineTests {
  private static let start = Timestamp(seconds: 1_800_000_000)
  private static let due = CorrelationEvent.deadline(isStill: true)
  private static let over = CorrelationEvent.deadline(isStill: false)
  private static let hold = CorrelationMachine.Plan.hold(span: .seconds(60))
  private static let sequence = CorrelationMachine.Plan.sequence(within: .seconds(30))
  private static let after = CorrelationMachine.Plan.absent(isArmedByAfter: true)
  private static let watch = CorrelationMachine.Plan.absent(isArmedByAfter: false)
  private static let three = CorrelationMachine.Plan.count(atLeast: 3, within: .seconds(100))

  private static func seen(after: Bool = false, of: Bool = false) -> CorrelationEvent {
    .seen(after: after, of: of, span: .seconds(60))
  }

  private static func first(_ at: Int) -> CorrelationEvent {
    .first(
      RecordedSignal(
        Signal(source: SignalSource(feed: .mqtt, sender: "K1", serial: "K1"), kind: .door), at: start + .seconds(at)))
  }

  static let tables: [MachineTable] = [
    MachineTable("hold: told once, quiet while it goes on, over when it ends", hold, [
      MachineCall(0, .holds(false), until: nil), MachineCall(0, .holds(true), until: 60),
      MachineCall(30, .holds(true), until: 60), MachineCall(60, due, says: 60, until: 120),
      MachineCall(90, .holds(true), until: 150), MachineCall(100, .holds(false), until: nil),
      MachineCall(100, .holds(true), until: 160),
    ]),
    MachineTable("hold: ended before its time it says nothing", hold, [
      MachineCall(0, .holds(true), until: 60), MachineCall(59, .holds(false), until: nil),
      MachineCall(60, due, until: nil),
    ]),
    MachineTable("hold: late, its moment is the deadline; what is not heard of for keep begins anew", hold, keep: 10, [
      MachineCall(0, .holds(true), until: 60), MachineCall(65, due, says: 60, until: 70),
      MachineCall(70, due, until: nil), MachineCall(71, .holds(true), until: 131),
    ]),
    MachineTable("sequence: the second within the time completes it", sequence, [
      MachineCall(0, .second, until: nil), MachineCall(1, first(1), until: 31),
      MachineCall(30, .second, says: 30, until: nil),
    ]),
    MachineTable("sequence: every first opens the time anew; past it nothing is left", sequence, [
      MachineCall(0, first(0), until: 30), MachineCall(20, first(20), until: 50), MachineCall(50, due, until: nil),
      MachineCall(50, .second, until: nil),
    ]),
    MachineTable("sequence: with keep it is quiet after it was told", sequence, keep: 100, [
      MachineCall(0, first(0), until: 30), MachineCall(1, .second, says: 1, until: 101),
      MachineCall(2, first(2), until: 101), MachineCall(3, .second, until: 101), MachineCall(101, due, until: nil),
    ]),
    MachineTable("absent after: a second start does not put the deadline off", after, [
      MachineCall(0, seen(of: true), until: nil), MachineCall(0, seen(after: true), until: 60),
      MachineCall(30, seen(after: true), until: 60), MachineCall(60, due, says: 60, until: nil),
    ]),
    MachineTable("absent after: what was waited for disarms it, and both at once arm it anew", after, [
      MachineCall(0, seen(after: true), until: 60), MachineCall(10, seen(after: true, of: true), until: 70),
      MachineCall(20, seen(of: true), until: nil), MachineCall(30, seen(after: true), until: 90),
      MachineCall(90, over, until: nil),
    ]),
    MachineTable("absent: every sign arms anew; silence is told once", watch, [
      MachineCall(0, seen(of: true), until: 60), MachineCall(50, seen(of: true), until: 110),
      MachineCall(110, due, says: 110, until: nil), MachineCall(500, seen(of: true), until: 560),
    ]),
    MachineTable("absent: while somebody cannot be missed it is looked at again, also much later", watch, [
      MachineCall(0, seen(of: true), until: 60), MachineCall(60, over, until: 120), MachineCall(900, over, until: 960),
      MachineCall(960, due, says: 960, until: nil),
    ]),
    MachineTable("absent: a sign ends the quiet after it was told", watch, keep: 1000, [
      MachineCall(0, seen(of: true), until: 60), MachineCall(60, due, says: 60, until: 1060),
      MachineCall(100, seen(of: true), until: 160), MachineCall(160, due, says: 160, until: 1160),
    ]),
    MachineTable("count: so many within the time, then from nothing", three, [
      MachineCall(0, .counted(distinct: nil), until: 100), MachineCall(60, .counted(distinct: nil), until: 160),
      MachineCall(100, .counted(distinct: nil), until: 200),
      MachineCall(120, .counted(distinct: nil), says: 120, until: nil),
      MachineCall(121, .counted(distinct: nil), until: 221), MachineCall(221, due, until: nil),
    ]),
    MachineTable("count: equal values count once, by the newest", three, [
      MachineCall(0, .counted(distinct: 1), until: 100), MachineCall(90, .counted(distinct: 1), until: 190),
      MachineCall(100, .counted(distinct: 2), until: 200),
      MachineCall(180, .counted(distinct: 3), says: 180, until: nil),
    ]),
    MachineTable("count: one is enough, and quiet for keep", .count(atLeast: 1, within: .seconds(5)), keep: 50, [
      MachineCall(0, .counted(distinct: nil), says: 0, until: 50), MachineCall(49, .counted(distinct: nil), until: 50),
      MachineCall(50, due, until: nil),
    ]),
    MachineTable("pair: an interval, told when it ends; what starts twice is one", .pair, [
      MachineCall(0, .stops, until: nil), MachineCall(0, .starts, until: 31 * 86_400),
      MachineCall(10, .starts, until: 31 * 86_400), MachineCall(90, .stops, says: 90, until: nil),
    ]),
    MachineTable("pair: an interval that nobody ends is forgotten after keep", .pair, keep: 100, [
      MachineCall(0, .starts, until: 100), MachineCall(99, due, until: 100), MachineCall(100, due, until: nil),
    ]),
  ]

  @Test("Every operator, call by call", arguments: tables)
  func calls(table: MachineTable) {
    var state: CorrelationState?
    for (index, call) in table.calls.enumerated() {
      let step = table.machine.step(state, call.event, at: Self.start + .seconds(call.at))
      #expect(step.emission?.at == call.says.map { Self.start + .seconds($0) }, "call \(index) of \(table.name)")
      #expect(step.state?.deadline == call.until.map { Self.start + .seconds($0) }, "call \(index) of \(table.name)")
      state = step.state
    }
  }

  @Test("What is told carries its figure: how many, or how long")
  func values() {
    let machine = CorrelationMachine(.pair)
    let open = machine.step(nil, .starts, at: Self.start).state
    #expect(machine.step(open, .stops, at: Self.start + .milliseconds(1500)).emission?.value == 1.5)
    let one = CorrelationMachine(.count(atLeast: 1, within: .seconds(1)))
    #expect(one.step(nil, .counted(distinct: nil), at: Self.start).emission?.value == 1)
  }

  @Test("A sequence remembers four firsts, and not the fifth oldest")
  func firsts() {
    let machine = CorrelationMachine(Self.sequence)
    var state: CorrelationState?
    for second in 0..<RuleLimits.sequenceFirsts + 1 {
      state = machine.step(state, Self.first(second), at: Self.start + .seconds(second)).state
    }
    guard case .awaiting(let firsts) = state?.phase else {
      Issue.record("it waits")
      return
    }
    #expect(firsts.map(\.at) == (1...4).map { Self.start + .seconds($0) })
  }

  @Test("Every phase is read as it was written; damaged bytes are refused")
  func bytes() throws {
    var full = Signal(
      source: SignalSource(feed: .http, sender: "s|\u{1}", serial: "K1"), kind: .vitals, batteryPercent: 3, zone: "卧室",
      value: -0.5, oddities: [.wrongClock, .late])
    full.hospital = HospitalMessage(
      hospitalCode: "H1", eventCode: "", patient: PatientIdentity(), patientClass: .inpatient)
    let phases: [CorrelationState.Phase] = [
      .holding, .quiet, .armed(span: .hours(12)), .open(since: Self.start),
      .awaiting([
        RecordedSignal(full, at: Self.start),
        RecordedSignal(Signal(source: SignalSource(feed: .mqtt, sender: ""), kind: .door), at: .distantPast),
      ]),
      .counting([CountedSignal(at: Self.start, distinct: .max), CountedSignal(at: Self.start)]),
    ]
    for phase in phases {
      var writer = StateWriter()
      CorrelationState(phase, until: Self.start).write(to: &writer)
      var reader = StateReader(writer.bytes)
      let read = try CorrelationState(from: &reader, until: Self.start)
      #expect(read.phase == phase && reader.isAtEnd)
      for count in 0..<writer.bytes.count {
        var cut = StateReader(Array(writer.bytes.prefix(count)))
        #expect(throws: StateUnreadable.self) { try CorrelationState(from: &cut, until: Self.start) }
      }
    }
    var many = StateWriter()
    many.byte(4)
    many.number(RuleLimits.counted + 1)
    var reader = StateReader(many.bytes + [UInt8](repeating: 0, count: 20_000))
    #expect(throws: StateUnreadable.self) { try CorrelationState(from: &reader, until: Self.start) }
  }
}
