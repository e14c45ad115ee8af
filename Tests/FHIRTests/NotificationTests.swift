import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR notifications")
struct NotificationTests {
  private let exchange = Exchange()

  @Test("an admission, whole")
  func admission() {
    let text = Sample.message()
    let expected = HospitalMessage(
      hospitalCode: "H1", eventCode: "notification-admit", visitNumber: "V1",
      patient: PatientIdentity(
        identifiers: [
          PatientIdentifier(kind: .identityCard, value: "11010519491231002X"),
          PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "0017"),
        ], name: "张 三", birthDate: "19491231"), patientClass: .inpatient,
      eventAt: moment(Sample.bundleTime), admittedAt: moment("2026-11-22T08:30:00+08:00"))
    let signals = exchange.signals(text)
    #expect(signals.map(\.kind) == [.admit] && signals.map(\.hospital) == [expected])
    #expect(signals.map(\.raw) == [Array(text.utf8)] && signals.map(\.oddities) == [[]])
    #expect(signals.map(\.source) == [SignalSource(feed: .fhir, sender: "H1")])
    #expect(signals.map(\.occurredAt) == [expected.eventAt])
  }

  @Test(
    "event and status give the kind",
    arguments: [
      ("notification-admit", "in-progress", SignalKind.admit), ("notification-admit", "arrived", .admit),
      ("notification-admit", "triaged", .admit), ("notification-admit", "finished", .admit),
      ("notification-admit", "unknown", .admit), ("notification-admit", "nonsense", .admit),
      ("notification-admit", "planned", .register), ("notification-admit", "onleave", .leave),
      ("notification-admit", "cancelled", .cancelAdmit), ("notification-admit", "entered-in-error", .cancelAdmit),
      ("notification-transfer", "in-progress", .transfer), ("notification-transfer", "onleave", .leave),
      ("notification-transfer", "planned", .transfer), ("notification-transfer", "finished", .transfer),
      ("notification-transfer", "cancelled", .cancelAdmit), ("notification-discharge", "finished", .discharge),
      ("notification-discharge", "in-progress", .discharge), ("notification-discharge", "onleave", .discharge),
      ("notification-discharge", "entered-in-error", .cancelAdmit),
    ])
  func kinds(event: String, status: String, kind: SignalKind) {
    let signals = exchange.signals(Sample.message(event, encounter: ["status": "\"\(status)\""]))
    #expect(signals.map(\.kind) == [kind] && signals.first?.hospital?.eventCode == event)
    #expect(signals.first?.hospital?.patientClass == (status == "planned" ? .preadmit : .inpatient))
  }

  @Test(
    "an event of HL7 version 2 means what it means over MLLP",
    arguments: [
      ("A01", SignalKind.admit), ("A02", .transfer), ("A03", .discharge), ("A04", .register), ("A05", .register),
      ("A06", .admit), ("A07", .discharge), ("A08", .updateVisit), ("A11", .cancelAdmit), ("A12", .transfer),
      ("A13", .cancelDischarge), ("A21", .leave), ("A22", .returned), ("A28", .updateVisit), ("A31", .updateVisit),
      ("A40", .mergeIdentity),
    ])
  func version2(code: String, kind: SignalKind) {
    for system in ["http://terminology.hl7.org/CodeSystem/v2-0003", "http://hl7.org/fhir/v2/0003"] {
      let header = #"{"resourceType":"MessageHeader","eventCoding":{"system":"\#(system)","code":"\#(code)"}}"#
      let signals = exchange.signals(Sample.bundle([header, Sample.encounter(), Sample.patient], type: "batch"))
      #expect(signals.map(\.kind) == [kind] && signals.first?.oddities == [])
      #expect(signals.first?.hospital?.patientClass == (code == "A05" ? .preadmit : .inpatient))
      #expect(signals.first?.hospital?.eventCode == code)
    }
  }

  @Test(
    "another event is stored as not used",
    arguments: [
      #""eventCoding":{"code":"notification-teapot"}"#, #""eventCoding":{"code":"A60"}"#, #""eventCoding":{"code":7}"#,
      #""eventCoding":{"system":"urn:other","code":"A01"}"#, #""eventCoding":[]"#, #""x":1"#,
      #""eventUri":"http://example.org/patient-link""#,
    ])
  func unsupported(event: String) {
    let header = #"{"resourceType":"MessageHeader",\#(event),"focus":[{"reference":"urn:uuid:e1"}]}"#
    let text = Sample.bundle([header, Sample.encounter(), Sample.encounter(["id": "\"e2\""]), Sample.patient])
    let signals = exchange.signals(text)
    #expect(signals.map(\.kind) == [.unknown] && signals.first?.oddities.first == .unsupportedEvent)
    #expect(signals.first?.hospital == nil && signals.first?.raw == Array(text.utf8))
    #expect(signals.first?.occurredAt == moment(Sample.bundleTime))
  }

  @Test("an event may be an address, and have no system")
  func eventForms() {
    for event in [
      #""eventUri":"http://h.example/events#notification-admit""#, #""eventCoding":{"code":"A01"}"#,
      #""eventCanonical":"http://h.example/EventDefinition/notification-admit|1.0""#, #""event":{"code":"A01"}"#,
    ] {
      let header = #"{"resourceType":"MessageHeader",\#(event)}"#
      #expect(exchange.signals(Sample.bundle([header, Sample.encounter(), Sample.patient])).map(\.kind) == [.admit])
    }
  }

  @Test(
    "focus and subject are found by every form of reference",
    arguments: [
      ("urn:uuid:e1", "urn:uuid:p1"), ("Encounter/e1", "Patient/p1"), ("Encounter/e1/_history/2", "Patient/p1"),
      ("http://h.example/fhir/Encounter/e1", "http://h.example/fhir/Patient/p1/_history/9"),
    ])
  func references(focus: String, subject: String) {
    let other = Sample.encounter(["id": "\"e9\"", "subject": #"{"reference":"Patient/p9"}"#])
    let encounter = Sample.encounter(["subject": #"{"reference":"\#(subject)"}"#, "identifier": ""])
    let stranger = Sample.patient.replacing("p1", with: "p9").replacing("0017", with: "9999")
    let text = Sample.bundle([Sample.header(focus: focus), other, encounter, stranger, Sample.patient])
    let messages = exchange.signals(text).compactMap(\.hospital)
    #expect(messages.map { $0.patient.identifiers.last?.value } == ["0017"])
  }

  @Test("the Encounters in focus are signals of their own; without a focus all are, and none is guessed")
  func severalEncounters() {
    let first = Sample.encounter()
    let second = Sample.encounter(["id": "\"e2\"", "identifier": #"[{"value":"V2"}]"#])
    func visits(_ header: String, _ encounters: [String]) -> [String?] {
      let signals = exchange.signals(Sample.bundle([header] + encounters + [Sample.patient]))
      #expect(Set(signals.map(\.repeatKey)).count == signals.count && signals.allSatisfy { $0.kind == .admit })
      return signals.map(\.hospital?.visitNumber)
    }
    let silent = Sample.header().replacing(#","focus":[{"reference":"urn:uuid:e1"}]"#, with: "")
    let twice = Sample.header().replacing(
      #"[{"reference":"urn:uuid:e1"}]"#, with: #"[{"reference":"Encounter/e2"},{"reference":"urn:uuid:e2"}]"#)
    let lost = Sample.header(focus: "urn:uuid:nowhere")
    #expect(visits(Sample.header(), [first, second]) == ["V1"] && visits(twice, [first, second]) == ["V2"])
    #expect(visits(silent, [first, second]) == ["V1", "V2"])
    #expect(visits(lost, [second]) == ["V2"] && visits(lost, [first, second]) == [nil])
    #expect(visits(Sample.header(focus: "Patient/p1"), [first, second]) == [nil])
  }

  @Test("a message without its Encounter keeps its kind and says what is missing")
  func noEncounter() {
    let signals = exchange.signals(Sample.bundle([Sample.header(), Sample.patient]))
    #expect(signals.map(\.kind) == [.admit] && signals.first?.oddities == [.missingField])
    #expect(signals.first?.hospital?.patient.name == "张 三")
  }

  @Test("the MessageHeader may stand anywhere, and the Bundle in Parameters")
  func tolerances() {
    let late = Sample.bundle([Sample.encounter(), Sample.patient, Sample.header()])
    #expect(exchange.signals(late).map(\.kind) == [.admit])
    let wrapped =
      #"{"resourceType":"Parameters","parameter":[{"name":"async","valueBoolean":false},"#
      + #"{"name":"content","resource":\#(Sample.message())}]}"#
    #expect(exchange.signals(wrapped).map(\.kind) == [.admit])
  }

  @Test("a message marked as a test has no effect, unless it is to have one")
  func testMessages() {
    let marks = [
      #""meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0103","code":"T"}]},"#,
      #""meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0103","code":"D"}]},"#,
      #""meta":{"security":[{"code":"HTEST"}]},"#,
    ]
    for mark in marks {
      for place in [#"{"resourceType":"MessageHeader","#, #"{"resourceType":"Bundle","#] {
        let text = Sample.message().replacing(place, with: place + mark)
        let signal = exchange.signals(text).first
        #expect(signal?.kind == .unknown && signal?.hospital == nil && signal?.oddities == [.testMessage])
        let acting = Exchange(configuration: FHIRConfiguration(actsOnTestMessages: true))
        #expect(acting.signals(text).map(\.kind) == [.admit])
      }
    }
    let production = Sample.message().replacing(
      #"{"resourceType":"Bundle","#,
      with: #"{"resourceType":"Bundle","meta":{"tag":[{"system":"x/v2-0103","code":"P"}]},"#)
    #expect(exchange.signals(production).map(\.kind) == [.admit])
  }
}
