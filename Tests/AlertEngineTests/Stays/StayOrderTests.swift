import AlertEngine
import CareModel
import Testing

@Suite("Hospital stays")
struct StayOrderTests {
  private struct Message: Sendable {
    var kind: SignalKind
    var minute: Int
  }

  private static let story = [
    Message(kind: .admit, minute: 0), Message(kind: .transfer, minute: 10), Message(kind: .discharge, minute: 20),
    Message(kind: .cancelAdmit, minute: 30), Message(kind: .cancelDischarge, minute: 40),
    Message(kind: .admit, minute: 50),
  ]

  private static func send(_ message: Message, to bench: inout Bench) {
    let begin = Timestamp(seconds: 1_799_990_000)
    let hospital = HospitalMessage(
      hospitalCode: "H1", eventCode: "", visitNumber: "V1", patient: PatientIdentity(identifiers: [Bench.patient]),
      patientClass: .inpatient, location: "ward \(message.minute)", eventAt: begin + .minutes(message.minute),
      admittedAt: begin)
    bench.step(
      .signalReceived(
        bench.nextInput(),
        Signal(source: SignalSource(feed: .mllp, sender: "H1"), kind: message.kind, hospital: hospital)))
  }

  /// What a stay has come to, without ids and without the moments at which it became known here.
  private static func outcome(_ bench: Bench) -> String {
    let work = bench.core.openWork
    let stays = work.stays.map { stay -> String in
      let times = [
        stay.admittedAt, stay.dischargedAt, stay.cancelledAt, stay.admissionEventAt, stay.dischargeEventAt,
        stay.dischargeCancelledAt, stay.locationEventAt,
      ]
      return "\(times.map { $0?.rfc3339 ?? "-" }) \(stay.location ?? "") \(stay.isOpen)"
    }
    let reminders = work.reminders.filter { $0.state == .due }.map(\.audience.rawValue).sorted()
    return "\(stays) \(reminders) \(work.tasks.map(\.kind.rawValue).sorted())"
  }

  @Test("A01 A02 A03 A11 A13 A01 end the same in every order, with every message repeated")
  func everyOrder() {
    var outcomes: Set<String> = []
    var count = 0
    for order in permutations(Self.story.indices.map { $0 }) {
      var bench = Bench()
      for index in order { Self.send(Self.story[index], to: &bench) }
      outcomes.insert(Self.outcome(bench))
      for index in order.reversed() { Self.send(Self.story[index], to: &bench) }
      outcomes.insert(Self.outcome(bench))
      count += 1
    }
    #expect(count == 720)
    #expect(outcomes.count == 1, "\(outcomes)")
    #expect(outcomes.first?.contains("hospitalVisit") == true)
  }

  @Test("Every prefix of the story ends the same in every order", arguments: 1...5)
  func everyPrefix(length: Int) {
    var outcomes: Set<String> = []
    for order in permutations(Array(0..<length)) {
      var bench = Bench()
      for index in order { Self.send(Self.story[index], to: &bench) }
      outcomes.insert(Self.outcome(bench))
    }
    #expect(outcomes.count == 1, "\(outcomes)")
  }

  @Test("Reminders are sent again until somebody confirms, and a cancelled admission withdraws the others")
  func reminders() throws {
    var bench = Bench()
    Self.send(Self.story[0], to: &bench)
    #expect(bench.core.openWork.reminders.map(\.state) == [.due, .due, .due])
    bench.wait(.hours(5))
    #expect(bench.core.openWork.reminders.map(\.sentCount) == [3, 3, 3])
    let unit = try #require(bench.core.openWork.reminders.first { $0.audience == .unit })
    #expect(bench.act(.confirmReminder(unit.id)).isAccepted)
    #expect(bench.act(.confirmReminder(unit.id)).isAccepted)
    bench.wait(.hours(3))
    #expect(bench.core.openWork.reminders.first { $0.audience == .unit }?.sentCount == 3)
    Self.send(Self.story[3], to: &bench)
    #expect(bench.core.openWork.reminders.map(\.state) == [.withdrawn, .withdrawn, .withdrawn])
    #expect(bench.tasks.isEmpty)
    #expect(bench.outputs.notifications.contains { if case .reminderWithdrawn = $0.content { true } else { false } })
  }

  @Test("Messages about a stay of long ago find the same stay")
  func oldStay() {
    var bench = Bench()
    bench.now = bench.now + .hours(24 * 40)
    for message in [Self.story[0], Self.story[2], Self.story[1], Self.story[4]] {
      Self.send(message, to: &bench)
      bench.wait(.minutes(1))
    }
    #expect(Set(bench.commits.flatMap(\.stays).map(\.id)).count == 1)
  }

  private func permutations(_ elements: [Int]) -> [[Int]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
      var rest = elements
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }
}
