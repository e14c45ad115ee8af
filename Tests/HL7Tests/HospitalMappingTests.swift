import Testing

import CareModel
import HL7

@Suite("Hospital messages")
struct HospitalMappingTests {
  @Test("an admission in the words of the house")
  func admission() throws {
    let block = Samples.message()
    let signal = try #require(Samples.signal(block))
    #expect(signal.kind == .admit && signal.oddities == [] && signal.raw == block)
    #expect(signal.source == SignalSource(feed: .mllp, sender: "HOSP1"))
    #expect(signal.occurredAt == Timestamp(rfc3339: "2026-03-01T00:30:00Z"))
    let identifier = PatientIdentifier(kind: .hospitalNumber, authority: "HOSP1", value: "900001")
    #expect(
      signal.hospital
        == HospitalMessage(
          hospitalCode: "HOSP1", eventCode: "A01", visitNumber: "V900001",
          patient: PatientIdentity(identifiers: [identifier], name: "张三", birthDate: "19410203"),
          patientClass: .inpatient, location: "3N/301/02", eventAt: Timestamp(rfc3339: "2026-03-01T00:30:00Z"),
          admittedAt: Timestamp(rfc3339: "2026-03-01T00:20:00Z")))
  }

  @Test(
    "every event has its word",
    arguments: [
      ("A01", SignalKind.admit), ("A02", .transfer), ("A03", .discharge), ("A04", .register), ("A05", .register),
      ("A06", .admit), ("A07", .discharge), ("A08", .updateVisit), ("A11", .cancelAdmit), ("A12", .transfer),
      ("A13", .cancelDischarge), ("A21", .leave), ("A22", .returned), ("A28", .updateVisit), ("A31", .updateVisit),
      ("A40", .mergeIdentity),
    ])
  func events(code: String, kind: SignalKind) {
    let signal = Samples.signal(Samples.message(event: "ADT^\(code)^ADT_X"))
    #expect(signal?.kind == kind && signal?.hospital?.eventCode == code && signal?.oddities == [])
  }

  @Test(
    "what is not used is kept and says so",
    arguments: ["ADT^A60", "ADT^A34", "ORU^R01^ORU_R01", "ADT^Z99", "", "SIU^A01"])
  func unsupported(event: String) {
    let signal = Samples.signal(Samples.message(event: event, body: ["PID|1||9"]))
    #expect(signal?.kind == .unknown && signal?.oddities == [.unsupportedEvent] && signal?.hospital == nil)
  }

  @Test("an old sender leaves the event in EVN-1")
  func oldEvent() { #expect(Samples.signal(Samples.message(event: "ADT", version: "2.1"))?.kind == .admit) }

  struct PatientRow: Sendable {
    let segment: String
    let identifiers: [PatientIdentifier]
  }

  @Test(
    "identifiers by type",
    arguments: [
      PatientRow(
        segment: "PID|1||1^^^H^MR~110101194102030017^^^^NI~SH123^^^^HC~D1^^^^DL",
        identifiers: [
          PatientIdentifier(kind: .hospitalNumber, authority: "HOSP1", value: "1"),
          PatientIdentifier(kind: .identityCard, value: "110101194102030017"),
          PatientIdentifier(kind: .medicalInsurance, value: "SH123"),
        ]),
      PatientRow(
        segment: "PID|1||~11010119410203001x^^^^身份证~5^^^^SS~5^^^^MI",
        identifiers: [
          PatientIdentifier(kind: .identityCard, value: "11010119410203001X"),
          PatientIdentifier(kind: .medicalInsurance, value: "5"),
        ]),
      PatientRow(
        segment: "PID|1|77||", identifiers: [PatientIdentifier(kind: .hospitalNumber, authority: "HOSP1", value: "77")]
      ),
      PatientRow(
        segment: "PID|1||1||||||||||||||||11010119410203001X",
        identifiers: [
          PatientIdentifier(kind: .hospitalNumber, authority: "HOSP1", value: "1"),
          PatientIdentifier(kind: .identityCard, value: "11010119410203001X"),
        ]),
      PatientRow(
        segment: "PID|1||||||||||||||||||987-65",
        identifiers: [PatientIdentifier(kind: .medicalInsurance, value: "987-65")]),
      PatientRow(segment: "PID|1||\"\"^^^^MR", identifiers: []),
    ])
  func identifiers(row: PatientRow) {
    let signal = Samples.signal(Samples.message(body: ["EVN|A01|20260301", row.segment, "PV1|1|I"]))
    #expect(signal?.hospital?.patient.identifiers == row.identifiers)
    #expect(signal?.oddities == (row.identifiers.isEmpty ? [.missingField] : []))
  }

  @Test("identifiers are bounded")
  func identifierLimit() {
    for count in [Resident.maximumIdentifiers, Resident.maximumIdentifiers + 1] {
      let field = (0..<count).map { "\($0)^^^^MR" }.joined(separator: "~")
      let signal = Samples.signal(Samples.message(body: ["PID|1||\(field)", "PV1|1|I"]))
      #expect(signal?.hospital?.patient.identifiers.count == Resident.maximumIdentifiers)
    }
  }

  @Test("a merge names the old numbers after the surviving ones")
  func merge() {
    let body = ["EVN|A40|20260301", "PID|1||new^^^H^MR", "MRG|old^^^H^MR~older^^^H^MR"]
    let merge = Samples.signal(Samples.message(event: "ADT^A40", body: body))
    #expect(merge?.hospital?.patient.identifiers.map(\.value) == ["new", "old", "older"])
    let update = Samples.signal(Samples.message(event: "ADT^A31", body: body))
    #expect(update?.hospital?.patient.identifiers.map(\.value) == ["new"])
  }

  @Test(
    "names and birth dates",
    arguments: [
      ("欧阳^淑芬", "19410203", "欧阳 淑芬", "19410203"), ("张三", "194102031205+0800", "张三", "19410203"),
      ("EVERYMAN&&&&Aniston^ADAM^A", "1941", "EVERYMAN ADAM", nil), ("~李四^^^^^^L", "19410230", "李四", nil),
      ("\"\"", "", nil, nil), ("\\E\\x^\\X0D\\", "x", "\\x", nil),
    ] as [(String, String, String?, String?)])
  func person(name: String, birth: String, meantName: String?, meantBirth: String?) {
    let signal = Samples.signal(Samples.message(body: ["PID|1||9||\(name)||\(birth)", "PV1|1|I"]))
    #expect(signal?.hospital?.patient.name == meantName && signal?.hospital?.patient.birthDate == meantBirth)
  }

  @Test("text longer than a column takes stays in the raw message")
  func longText() {
    for count in [Signal.maximumTextBytes, Signal.maximumTextBytes + 1] {
      let name = String(repeating: "x", count: count)
      let signal = Samples.signal(Samples.message(body: ["PID|1||9||\(name)", "PV1|1|I|\(name)"]))
      let kept = count == Signal.maximumTextBytes ? name : nil
      #expect(signal?.hospital?.patient.name == kept && signal?.hospital?.location == kept)
    }
  }

  @Test(
    "patient classes",
    arguments: [
      ("I", PatientClass.inpatient), ("E", .emergency), ("O", .outpatient), ("P", .preadmit), ("R", .recurring),
      ("OBS", .observation), ("NB", .newborn), ("N", .unknown), ("ff", .unknown), ("", .unknown),
    ])
  func classes(code: String, meaning: PatientClass) {
    let body = ["PID|1||9", "PV1|1|\(code)"]
    #expect(Samples.signal(Samples.message(body: body))?.hospital?.patientClass == meaning)
    #expect(Samples.signal(Samples.message(event: "ADT^A05", body: body))?.hospital?.patientClass == .preadmit)
  }

  struct TimeRow: Sendable {
    let event: String
    let body: [String]
    let moment: String
  }

  @Test(
    "the time of the event in order of trust",
    arguments: [
      TimeRow(event: "A01", body: ["EVN|A01|20260301|||| 20260302"], moment: "2026-02-28T16:00:00Z"),
      TimeRow(event: "A01", body: ["EVN|A01|20260301||||20260302"], moment: "2026-03-01T16:00:00Z"),
      TimeRow(event: "A01", body: ["PV1|1" + tail("20260303", "20260304")], moment: "2026-03-02T16:00:00Z"),
      TimeRow(event: "A03", body: ["PV1|1" + tail("20260303", "20260304")], moment: "2026-03-03T16:00:00Z"),
      TimeRow(event: "A03", body: ["PV1|1" + tail("20260303", "")], moment: "2026-03-02T16:00:00Z"),
      TimeRow(event: "A01", body: ["EVN|A01|never"], moment: "2026-03-01T00:30:00Z"),
    ])
  func eventTime(row: TimeRow) {
    let signal = Samples.signal(Samples.message(event: "ADT^\(row.event)", body: row.body))
    #expect(signal?.occurredAt == Timestamp(rfc3339: row.moment) && signal?.occurredAt != nil)
  }

  private static func tail(_ admitted: String, _ discharged: String) -> String {
    String(repeating: "|", count: 43) + admitted + "|" + discharged
  }

  @Test("the header's offset counts before the configured one")
  func offsets() {
    let text = "MSH|^~\\&|HIS|H1|||20260301083000-0500||ADT^A01|1|P|2.4\rEVN|A01|20260301\rPID|1||9\rPV1|1|I\r"
    let signal = Samples.signal(Array(text.utf8))
    #expect(signal?.occurredAt == Timestamp(rfc3339: "2026-03-01T05:00:00Z"))
  }

  @Test(
    "what is missing is noted and the message delivered",
    arguments: [[], ["PID|1", "PV1|1|I"], ["PID|1||9"]] as [[String]])
  func missing(body: [String]) {
    let signal = Samples.signal(Samples.message(body: body))
    #expect(signal?.kind == .admit && signal?.oddities == [.missingField] && signal?.hospital != nil)
  }

  @Test("the visit number falls back to the account")
  func account() {
    let body = ["PID|1||9|||||||||||||||ACC1^^^H", "PV1|1|I"]
    #expect(Samples.signal(Samples.message(body: body))?.hospital?.visitNumber == "ACC1")
  }

  @Test(
    "the hospital's code",
    arguments: [
      (MLLPConfiguration(), "HOSP1"), (MLLPConfiguration(hospitalCode: "A"), "A"),
      (MLLPConfiguration(hospitalCode: "A", hospitalCodes: ["HOSP1": "B"]), "B"),
      (MLLPConfiguration(hospitalCode: "A", hospitalCodes: ["HOSP2": "B"]), "A"),
    ])
  func hospitalCode(configuration: MLLPConfiguration, code: String) {
    let signal = Samples.signal(Samples.message(), configuration)
    #expect(signal?.source.sender == code && signal?.hospital?.hospitalCode == code)
    #expect(signal?.hospital?.patient.identifiers.first?.authority == code)
  }

  @Test("a sender without any name is called unknown")
  func nameless() {
    let text = Array("MSH|^~\\&|||||20260301||ADT^A01|1|P|2.4\r".utf8)
    #expect(Samples.signal(text)?.source.sender == MLLPConfiguration.namelessSender)
  }

  @Test("test and debugging messages change nothing unless configured", arguments: ["T", "D"])
  func testMessages(processing: String) {
    let block = Samples.message(processing: processing)
    let signal = Samples.signal(block)
    #expect(signal?.kind == .unknown && signal?.hospital == nil && signal?.oddities == [.testMessage])
    #expect(Samples.signal(block, MLLPConfiguration(actsOnTestMessages: true))?.kind == .admit)
  }

  @Test("a resend has the same key, a reused id with another body has not")
  func repeatKeys() throws {
    let first = try #require(Samples.signal(Samples.message())?.repeatKey)
    #expect(Samples.signal(Samples.message())?.repeatKey == first)
    #expect(Samples.signal(Samples.message(body: ["PID|1||8"]))?.repeatKey != first)
    guard case .message(let id, let window) = first else {
      Issue.record("no id")
      return
    }
    #expect(id.hasPrefix("HIS|HOSP1|C1|") && id.utf8.count == 29 && window == .hours(168))
    let long = Samples.signal(Samples.message(id: String(repeating: "9", count: 1000)))
    guard case .message(let longID, _) = long?.repeatKey else {
      Issue.record("no id")
      return
    }
    #expect(longID.utf8.count == 27 + MLLPConfiguration.maximumRepeatKeyPartBytes)
  }
}
