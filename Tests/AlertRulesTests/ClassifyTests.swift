import AlertRules
import CareModel
import Testing

@Suite struct ClassifyTests {
  private let rules = [
    ClassifyDefinition(id: "urgent", when: "signal.kind == 'panic'", alertClass: .urgent, severity: 9),
    ClassifyDefinition(id: "life", when: "signal.kind in ['panic', 'fall']", alertClass: .life, severity: 3),
    ClassifyDefinition(id: "frail", when: "has(resident.risk) && resident.risk >= 4", severity: 10),
    ClassifyDefinition(id: "service", when: "true", alertClass: .service),
  ]

  @Test func `all matching rules apply, and class and severity combine by maximum in any order`() throws {
    for order in [rules, rules.reversed(), [rules[2], rules[0], rules[3], rules[1]]] {
      let decision = try compiled(smallSet(classify: order)).decide(facts(.panic))
      #expect(decision.alertClass == .life)
      #expect(decision.severity == 9)
      let frail = try compiled(smallSet(classify: order)).decide(facts(.fall, resident: person(risk: 4)))
      #expect(frail.alertClass == .life)
      #expect(frail.severity == 10)
    }
  }

  @Test func `the reason names what matched in the order of the set`() throws {
    let set = try compiled(smallSet(classify: rules, alert: [alertRule()]))
    #expect(
      set.decide(facts(.panic)).reason == "classify: urgent, life, service; alert: all; route: desk")
    #expect(set.decide(facts(.motion)).reason == "classify: service; alert: all; route: desk")
  }

  @Test(
    arguments: [
      (SignalKind.panic, AlertClass.urgent), (.doorOpen, .urgent), (.unknown, .urgent), (.batteryLow, .technical),
      (.admit, .hospital), (.requestAdvice, .service), (.motion, .service), (.heartbeat, .service),
    ])
  func `a kind that no rule knows gets the class of its group`(kind: SignalKind, expected: AlertClass) throws {
    let decision = try compiled(smallSet()).decide(facts(kind))
    #expect(decision.alertClass == expected)
    #expect(decision.severity == 0)
    #expect(decision.reason.hasPrefix("classify: no rule, by group"))
  }

  @Test func `the index on kind and group leaves out no rule that could match`() throws {
    let indexed = [
      "signal.kind == 'panic'", "signal.kind in ['fall', 'smoke']", "'gas' == signal.kind || signal.kind == 'heat'",
      "signal.group == 'hospital'", "signal.group == 'alarm' && signal.kind != 'panic'",
      "signal.hasOddity || signal.kind == 'water'", "!(signal.kind != 'tamper')",
    ]
    let opaque = indexed.map { $0.replacing("signal.kind", with: "[signal.kind][0]") }
      .map { $0.replacing("signal.group", with: "[signal.group][0]") }
    func set(_ conditions: [String]) throws -> RuleSet {
      let rules = conditions.enumerated().map {
        ClassifyDefinition(id: "r\($0)", when: $1, severity: 1)
      }
      return try compiled(smallSet(classify: rules))
    }
    let (left, right) = (try set(indexed), try set(opaque))
    for kind in SignalKind.allCases {
      for oddities in [[], [SignalOddity.wrongClock]] {
        let given = facts(kind, oddities: oddities)
        #expect(left.explain(given).trace.classified == right.explain(given).trace.classified)
      }
    }
    #expect(left.explain(facts(.gas)).trace.classified == ["r2", "r4"])
  }

  @Test func `conditions see every record`() throws {
    let since = Timestamp(seconds: 1_767_222_000)
    let given = RuleFacts(
      signal: Signal(
        source: SignalSource(feed: .mllp, sender: "SZ01"), kind: .admit, batteryPercent: 7, zone: "bedroom",
        value: 1.5,
        hospital: HospitalMessage(
          hospitalCode: "SZ01", eventCode: "A01", patient: PatientIdentity(), patientClass: .inpatient),
        oddities: [.unknownPatient]),
      device: Device(serial: "K1", dwelling: nil, resident: person().id, district: 5, heartbeatSeconds: 60),
      resident: person(risk: 2), dwelling: Dwelling(id: DwellingID(high: 0, low: 9), district: 6, address: "a"),
      hospitalSince: since, now: Timestamp(seconds: 1_767_225_600))
    let conditions = [
      "signal.kind == 'admit' && signal.group == 'hospital' && signal.feed == 'mllp'",
      "signal.sender == 'SZ01' && signal.serial == '' && signal.origin == 'SZ01'",
      "signal.battery == 7 && signal.zone == 'bedroom' && signal.value == 1.5",
      "signal.hospitalCode == 'SZ01' && signal.patientClass == 'inpatient'",
      "signal.hasOddity && 'unknownPatient' in signal.oddities",
      "resident.known && resident.risk == 2 && resident.canSpeak && resident.lifecycle == 'active'",
      "resident.id == '00000000-0000-0001-0000-000000000001' && resident.district == 3",
      "device.known && device.district == 5 && device.heartbeatSeconds == 60 && device.isWorn",
      "dwelling.known && dwelling.district == 6 && dwelling.id == '00000000-0000-0000-0000-000000000009'",
      "hospital.known && now - hospital.since == duration('1h')",
    ]
    let rules = conditions.enumerated().map { ClassifyDefinition(id: "r\($0)", when: $1, severity: 1) }
    let trace = try compiled(smallSet(classify: rules)).explain(given).trace
    #expect(trace.classified == rules.map(\.id))
    #expect(trace.failures == [])
  }

  @Test func `what is not known is absent, and its flag is false`() throws {
    let conditions = [
      "!resident.known && !has(resident.risk) && !has(resident.canSpeak)", "!device.known && !has(device.district)",
      "!dwelling.known && !has(dwelling.id)", "!hospital.known && !has(hospital.since)",
      "!has(signal.battery) && !has(signal.zone) && !has(signal.value) && !signal.hasOddity",
    ]
    let rules = conditions.enumerated().map { ClassifyDefinition(id: "r\($0)", when: $1, severity: 1) }
    #expect(try compiled(smallSet(classify: rules)).explain(facts(.motion)).trace.classified == rules.map(\.id))
  }

  @Test func `the same facts give the same decision, also from a set compiled anew`() throws {
    let definition = smallSet(classify: rules, alert: [alertRule(key: ["signal.origin", "signal.kind"])])
    let (first, second) = (try compiled(definition), try compiled(definition))
    for kind in SignalKind.allCases {
      let given = facts(kind, battery: 3, oddities: [.wrongClock, .unknownDevice], resident: person(risk: 5))
      #expect(first.explain(given) == second.explain(given))
      #expect(first.decide(given) == first.decide(given))
    }
  }
}
