import AlertEngine
import CareModel
import InputRecords
import Testing

/// What the local log keeps of an input is the input.
@Suite("Input records")
struct InputRecordTests {
  @Test("every input that changes state comes back as it was", arguments: inputs)
  func roundTrip(_ input: Input) throws {
    let bytes = try #require(InputRecord.encode(input))
    #expect(try InputRecord.decode(bytes[...]) == input)
  }

  @Test("cut anywhere, or with a byte more, a record is refused", arguments: inputs)
  func damaged(_ input: Input) throws {
    let bytes = try #require(InputRecord.encode(input))
    for end in bytes.indices {
      #expect(throws: InputRecordError.self) { try InputRecord.decode(bytes[..<end]) }
    }
    #expect(throws: InputRecordError.tooLong) { try InputRecord.decode((bytes + [0])[...]) }
  }

  @Test("a record with any one byte changed is read or refused, and never traps", arguments: inputs)
  func changed(_ input: Input) throws {
    let bytes = try #require(InputRecord.encode(input))
    for index in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var other = bytes
        other[index] ^= change
        #expect((try? InputRecord.decode(other[...])) != input)
      }
    }
  }

  @Test("news are not logged")
  func news() {
    let news: [Input] = [.committed(1), .storeLost, .storeBack, .logged(1, lineage: 0), .logLost, .logReady, .heard([])]
    for input in news {
      #expect(InputRecord.encode(input) == nil)
    }
  }

  @Test("the form is fixed: a deadline and a staff member's answer, byte for byte")
  func golden() {
    let id = InputID(high: 0x0102_0304_0506_0708, low: 9)
    #expect(InputRecord.encode(.deadlineReached(id)) == [5, 8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0])
    let answer = StaffAnswerMessage(staff: StaffID(high: 0, low: 1), offer: OfferID(high: 0, low: 2), answer: .accept)
    let tail: [UInt8] =
      [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
      + [6, 0, 0, 0] + Array("accept".utf8) + [0]
    #expect(
      InputRecord.encode(.staffAnswered(id, answer)) == [2, 8, 7, 6, 5, 4, 3, 2, 1, 9, 0, 0, 0, 0, 0, 0, 0] + tail)
  }

  static let inputs: [Input] = signals + answers + actions.map { .operatorActed(id, $0, by: staff) }

  private static let id = InputID(high: 0x0193_0000_0000_7000, low: 0x8000_0000_0000_0001)
  private static let staff = StaffID(high: 2, low: 3)
  private static let alert = AlertID(high: 4, low: 5)
  private static let task = TaskID(high: 6, low: 7)
  private static let offer = OfferID(high: 8, low: 9)
  private static let resident = ResidentID(high: 10, low: 11)
  private static let moment = Timestamp(seconds: 1_800_000_000)

  private static var signals: [Input] {
    var full = Signal(
      source: SignalSource(feed: .mqtt, sender: "K1", serial: "K1"), kind: .panic,
      repeatKey: .message(id: "铃-1", window: .hours(1)), occurredAt: moment, batteryPercent: 7, zone: "卧室",
      value: -0.5, oddities: [.wrongClock, .late], raw: [0, 255, 10])
    full.hospital = HospitalMessage(
      hospitalCode: "H1", eventCode: "A01", visitNumber: "V", patient: patient, patientClass: .inpatient,
      location: "3^1", eventAt: moment, admittedAt: moment, dischargedAt: moment, disposition: "home")
    let bare = Signal(
      source: SignalSource(feed: .dc09, sender: "A"), kind: .unknown, repeatKey: .whileUnacknowledged(fingerprint: 77))
    return [.signalReceived(id, full), .signalReceived(id, bare)]
  }

  private static var patient: PatientIdentity {
    PatientIdentity(
      identifiers: [PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "7")], name: "王",
      birthDate: "19400101")
  }

  private static var answers: [Input] {
    let plain = StaffAnswerMessage(staff: staff, offer: offer, answer: .decline, reason: "远")
    let reports: [DeliveryReport] = [.delivered, .failed(isRetryable: true), .failed(isRetryable: false), .unreachable]
    return [.staffAnswered(id, plain), .deadlineReached(id)]
      + reports.map { .deliveryReported(id, NotificationID(high: 1, low: 2), $0) }
  }

  private static var actions: [OperatorAction] {
    let newTask = OperatorAction.NewTask(
      kind: .response, resident: resident, dwelling: nil, alert: alert, slotCount: 2, startsAt: moment)
    let pause = OperatorAction.NewSuspension(
      resident: resident, holds: .all, reason: "探亲", owner: staff, from: nil, until: moment)
    let suspension = SuspensionID(high: 1, low: 1)
    return [
      .hold(alert), .release(alert), .reopen(alert, reason: "again"), .note(alert, text: "记"), .sendStaff(alert),
      .verify(alert, spokeTo: "her", isIdentityConfirmed: true, verdict: .needsHelp),
      .resolve(alert, cause: .fall, action: .lifted, closedBy: .seenBy, note: nil), .settleSubject(alert, resident),
      .recordCall(alert, party: "daughter", outcome: .noAnswer), .createTask(newTask), .assignTask(task, staff),
      .cancelTask(task, reason: ""), .setTaskState(task, staff, .onScene),
      .answerOffer(offer, staff, .accept, reason: nil), .confirmReminder(ReminderID(high: 1, low: 1)),
      .suspend(pause), .extendSuspension(suspension, until: moment), .endSuspension(suspension),
    ]
  }
}
