import CareModel
import Mapped
import Testing

@Suite("Admissions from a table")
struct HospitalRowTests {
  private let keys = #"""
    "absent":["-"],"hospital":{"code":{"path":"org","table":{"3205":"SZ01"}},"visitNumber":"visit",
    "identityCard":"card","insuranceNumber":"ins","hospitalNumber":"mrn","name":"name","birthDate":"born",
    "class":{"path":"class","table":{"住院":"inpatient"}},"location":{"join":["dept","ward","bed"]},
    "admittedAt":{"path":"in","format":"local","offsetMinutes":480},
    "dischargedAt":{"path":"out","format":"local","offsetMinutes":480},"disposition":"how"},
    "rules":[{"when":{"in":{"present":true}},"kind":"admit","continue":true},
      {"when":{"out":{"present":true}},"kind":"discharge"}]
    """#
  private let header = "org,visit,card,ins,mrn,name,born,class,dept,ward,bed,in,out,how\n"

  private func signals(_ row: String) throws -> [Signal] { try rows(header + row, keys).flatMap(\.signals) }

  @Test("every field of an admission")
  func admission() throws {
    let row = "3205,V1,32050119400101123x,INS1,M1,张三,1940-01-01,住院,内科,三病区,12,2026/11/23 10:00,-,"
    let signal = try #require(try signals(row).first)
    let message = HospitalMessage(
      hospitalCode: "SZ01", eventCode: "admit", visitNumber: "V1",
      patient: PatientIdentity(
        identifiers: [
          PatientIdentifier(kind: .identityCard, value: "32050119400101123X"),
          PatientIdentifier(kind: .medicalInsurance, value: "INS1"),
          PatientIdentifier(kind: .hospitalNumber, authority: "SZ01", value: "M1"),
        ], name: "张三", birthDate: "19400101"), patientClass: .inpatient, location: "内科/三病区/12",
      eventAt: try moment("2026-11-23T02:00:00Z"), admittedAt: try moment("2026-11-23T02:00:00Z"))
    let expected = Signal(
      source: SignalSource(feed: .mapped, sender: "rows"), kind: .admit, repeatKey: signal.repeatKey,
      occurredAt: message.eventAt, hospital: message, raw: Array(row.utf8))
    #expect(try signals(row) == [expected])
  }

  @Test("a row with a discharge is both, each once")
  func discharge() throws {
    let found = try signals("3205,V1,,,M1,,,住院,内科,,,2026-11-23 10:00,2026-11-25 09:30,医嘱离院")
    #expect(found.map(\.kind) == [.admit, .discharge])
    let left = try moment("2026-11-25T01:30:00Z")
    #expect(found.last?.hospital?.eventAt == left && found.last?.occurredAt == left)
    #expect(found.last?.hospital?.dischargedAt == left && found.last?.hospital?.disposition == "医嘱离院")
    #expect(found.first?.hospital?.eventAt == found.first?.hospital?.admittedAt)
    #expect(found.first?.repeatID != found.last?.repeatID)
  }

  @Test(
    "what is missing or damaged is an oddity",
    arguments: [
      ("3205,V1,,,M1,,,,,,,2026-11-23,,", [], 1), ("9999,V1,,,M1,,,,,,,2026-11-23,,", [.missingField], 1),
      ("3205,V1,,,,,,,,,,2026-11-23,,", [.missingField], 0),
      ("3205,V1,1.10101E+17,,,,,,,,,2026-11-23,,", [.missingField], 0),
      ("3205,V1,,2.1E+10,,,,,,,,2026-11-23,,", [.missingField], 0),
      ("3205,V1,'320501194001011234,,,,,,,,,2026-11-23,,", [], 1),
      ("3205,V1,passport,,M1,,,,,,,2026-11-23,,", [], 1),
      ("3205,V1,,,M1,,,,,,,soon,,", [.wrongClock, .missingField], 1),
      ("3205,V1,,,M1,,,,,,,2026-11-23,2026-02-30,", [.wrongClock], 1), ("3205,V1,,,M1,,,其他,,,,2026-11-23,,", [], 1),
    ] as [(String, [SignalOddity], Int)])
  func oddities(row: String, oddities: [SignalOddity], identifiers: Int) throws {
    let signal = try #require(try signals(row).first)
    #expect(signal.kind == .admit && signal.oddities == oddities)
    #expect(signal.hospital?.patient.identifiers.count == identifiers)
    #expect(signal.hospital?.hospitalCode == (row.hasPrefix("9999") ? "rows" : "SZ01"))
  }

  @Test("a row that says nothing of a stay is unknown and has no hospital message")
  func neither() throws {
    let found = try signals("3205,V1,,,M1,,,,,,,,,")
    #expect(found.map(\.kind) == [.unknown] && found.first?.hospital == nil)
  }

  @Test("an unreadable class is unknown, a bad date of birth is left out")
  func loose() throws {
    let message = try signals("3205,V1,,,M1,,1940-13-01,其他,,,,2026-11-23,,").first?.hospital
    #expect(message?.patientClass == .unknown && message?.patient.birthDate == nil)
  }
}
