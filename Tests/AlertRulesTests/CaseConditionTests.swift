import AlertRules
import CareModel
import Testing

@Suite struct CaseConditionTests {
  private let openedAt = Timestamp(seconds: 1_767_225_600)

  private func alert() -> Alert {
    Alert(
      id: AlertID(high: 1, low: 2), district: 1, caseKey: .device(serial: "K1"), key: "k", alertClass: .life,
      severity: 7, kind: .fall, resident: nil, dwelling: nil, serial: "K1", openedAt: openedAt,
      window: .seconds(90), policy: "life", ruleSetHash: "00", reason: "r", tracks: [], oddities: [.wrongClock])
  }

  private func holds(
    _ text: String, _ alert: Alert, resident: Resident? = nil, after: TimeSpan = .zero, onError: Bool = false
  ) throws -> Bool {
    try CaseCondition(text).holds(
      CaseFacts(alert: alert, resident: resident, now: openedAt + after), onError: onError)
  }

  @Test func `a condition sees the alert as it is`() throws {
    var alert = alert()
    #expect(try holds("alert.kind == 'fall' && alert.class == 'life' && alert.severity == 7", alert))
    #expect(try holds("alert.signals == 1 && alert.raised == 0 && alert.verdict == 'none'", alert))
    #expect(try holds("!alert.held && alert.state == 'open' && !alert.inHospital", alert))
    #expect(try holds("alert.oddities == ['wrongClock']", alert))
    #expect(try holds("alert.secondsOpen == 61 && now - alert.openedAt == duration('61s')", alert, after: .seconds(61)))
    alert.signalCount = 3
    alert.raisedCount = 1
    alert.verdict = .nobodyAnswers
    alert.state = .held
    alert.holder = Alert.Hold(staff: StaffID(high: 1, low: 1), leaseUntil: openedAt)
    alert.hospitalSince = openedAt
    #expect(try holds("alert.signals == 3 && alert.raised == 1 && alert.verdict == 'nobodyAnswers'", alert))
    #expect(try holds("alert.held && alert.state == 'held' && alert.inHospital", alert))
  }

  @Test func `a condition sees the resident, when there is one`() throws {
    let text = "has(resident.risk) && resident.risk >= 4 || has(resident.canSpeak) && !resident.canSpeak"
    #expect(try !holds(text, alert(), onError: true))
    #expect(try !holds(text, alert(), resident: person(risk: 3), onError: true))
    #expect(try holds(text, alert(), resident: person(risk: 4)))
    #expect(try holds(text, alert(), resident: person(canSpeak: false)))
  }

  @Test(arguments: [true, false]) func `the caller says what an error counts as`(onError: Bool) throws {
    #expect(try holds("resident.risk >= 4", alert(), onError: onError) == onError)
    let never = TimeSpan(microseconds: .max)
    #expect(try holds("now.getFullYear() > 0", alert(), after: never, onError: onError) == onError)
  }

  @Test func `a condition must give a bool and know its names`() {
    for text in ["1", "alert.kind", "signal.kind == 'panic'", "alert.nothing", "alert.kind ="] {
      #expect(throws: (any Error).self) { _ = try CaseCondition(text) }
    }
  }

  @Test func `the text is kept`() throws { #expect(try CaseCondition("alert.held").text == "alert.held") }
}
