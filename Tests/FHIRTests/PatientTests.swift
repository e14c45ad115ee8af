import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR patients")
struct PatientTests {
  private func identity(
    _ changes: [String: String], _ configuration: FHIRConfiguration = FHIRConfiguration()
  ) -> PatientIdentity? {
    var members = ["resourceType": #""Patient""#, "id": #""p1""#]
    members.merge(changes) { $1 }
    return Exchange(configuration: configuration).hospital(
      Sample.bundle([Sample.header(), Sample.encounter(), Sample.object(members)]))?.patient
  }

  private func identifiers(
    _ text: String, _ configuration: FHIRConfiguration = FHIRConfiguration()
  ) -> [PatientIdentifier]? {
    identity(["identifier": text], configuration)?.identifiers
  }

  private func type(_ code: String) -> String { #""type":{"coding":[{"code":"\#(code)"}]},"# }

  @Test(
    "a type says what the number is",
    arguments: [
      ("MR", PatientIdentifier.Kind.hospitalNumber as PatientIdentifier.Kind?), ("MRN", .hospitalNumber),
      ("PI", .hospitalNumber), ("pt", .hospitalNumber), ("NI", .identityCard), ("NNCHN", .identityCard),
      ("NNCN", .identityCard), ("身份证", .identityCard), ("SS", .medicalInsurance), ("HC", .medicalInsurance),
      ("MI", .medicalInsurance), ("医保卡", .medicalInsurance), ("DL", nil), ("VN", nil), ("AN", nil), ("PPN", nil),
    ])
  func types(code: String, kind: PatientIdentifier.Kind?) {
    let authority = kind == .hospitalNumber ? "H1" : ""
    let expected = kind.map { [PatientIdentifier(kind: $0, authority: authority, value: "77")] } ?? []
    #expect(identifiers("[{\(type(code))\"value\":\"77\"}]") == expected)
    #expect(identifiers(#"[{"type":{"text":"\#(code)"},"value":"77"}]"#) == expected)
    #expect(identifiers(#"[{"system":"http://other","type":{"text":"\#(code)"},"value":"77"}]"#) == expected)
  }

  @Test("a number without a type is the hospital's")
  func untyped() {
    let number = [PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "a 7")]
    for text in [
      #"[{"value":"a\t7"}]"#, #"{"value":" a 7 "}"#, #"[{"system":"http://h","value":"a 7"}]"#,
      #"[{"type":{},"value":"a 7"}]"#, #"[{"value":"a 7"},{"value":"a  7"},5,null,{"value":""},{"value":null}]"#,
    ] {
      #expect(identifiers(text) == number, "\(text)")
    }
  }

  @Test("configured systems go before types, and shut out the numbers of other hospitals")
  func systems() {
    let configuration = FHIRConfiguration(identifierSystems: [
      "http://h1.example/mrn": .hospitalNumber, "http://city.example/yb": .medicalInsurance,
      "http://h1.example/card": .identityCard,
    ])
    let text = """
      [{"system":"http://h1.example/mrn",\(type("DL"))"value":"1"},{"system":"http://city.example/yb","value":"2"},\
      {"system":"http://h1.example/card","value":"3x"},{"system":"http://h2.example/mrn",\(type("MR"))"value":"4"},\
      {"system":"http://h2.example/any","value":"5"},{"value":"6"},\
      {"system":"http://h2.example/ni",\(type("NI"))"value":"7"}]
      """
    #expect(
      identifiers(text, configuration)?.map { "\($0.kind.rawValue) \($0.value)" } == [
        "hospitalNumber 1", "medicalInsurance 2", "identityCard 3X", "hospitalNumber 6", "identityCard 7",
      ])
    #expect(
      identifiers(text)?.map(\.value) == ["2", "3x", "4", "5", "6", "7"],
      "without settings, types and hospital numbers")
  }

  @Test("national systems are known")
  func nationalSystems() {
    let text = #"[{"system":"urn:oid:2.16.156.10011.1.3","value":"11010519491231002x"}]"#
    #expect(identifiers(text) == [PatientIdentifier(kind: .identityCard, value: "11010519491231002X")])
    let number = #"[{"system":"http://hl7.org/fhir/sid/us-ssn",\#(type("SB"))"value":"9"}]"#
    #expect(identifiers(number) == [PatientIdentifier(kind: .medicalInsurance, value: "9")])
  }

  @Test("identifiers and repetitions are bounded")
  func bounds() {
    func list(_ count: Int) -> String { "[" + (0..<count).map { #"{"value":"\#($0)"}"# }.joined(separator: ",") + "]" }
    for count in [Resident.maximumIdentifiers, Resident.maximumIdentifiers + 1] {
      #expect(identifiers(list(count))?.count == Resident.maximumIdentifiers)
    }
    for count in [FHIRConfiguration.maximumRepetitions - 1, FHIRConfiguration.maximumRepetitions] {
      let text = "[" + String(repeating: "{},", count: count) + #"{"value":"last"}]"#
      #expect(identifiers(text)?.count == (count < FHIRConfiguration.maximumRepetitions ? 1 : 0))
    }
    for length in [Signal.maximumTextBytes, Signal.maximumTextBytes + 1] {
      let text = #"[{"value":"\#(String(repeating: "9", count: length))"}]"#
      #expect(identifiers(text)?.count == (length == Signal.maximumTextBytes ? 1 : 0))
    }
  }

  @Test(
    "the name in use: family and first given name",
    arguments: [
      (#"[{"family":"EVERYMAN","given":["ADAM","A"]}]"#, "EVERYMAN ADAM" as String?),
      (#"[{"family":"欧阳淑芬"}]"#, "欧阳淑芬"), (#"[{"text":"张三"}]"#, "张三"), (#"[{"given":["三"]}]"#, "三"),
      (#"[{"use":"old","family":"A"},{"use":"official","family":"B"}]"#, "B"),
      (#"[{"use":"old","family":"A"}]"#, "A"), (#"{"family":"A","given":"B"}"#, "A B"), ("[]", nil), ("7", nil),
      (#"[{"family":7,"given":[null]}]"#, "7"), (#"[{"family":"a\u0000b"}]"#, "a b"),
    ])
  func names(text: String, name: String?) {
    #expect(identity(["name": text])?.name == name)
  }

  @Test(
    "the birth date, when it is a whole day",
    arguments: [
      ("1949-12-31", "19491231" as String?), ("1949-12", nil), ("1949", nil), ("1949-13-01", nil), ("", nil),
      ("19491231", nil),
    ])
  func birthDates(text: String, day: String?) {
    #expect(identity(["birthDate": "\"\(text)\""])?.birthDate == day)
  }

  @Test("an Encounter alone: patient contained, by identifier, by search, by name only")
  func withoutPatient() {
    let creation = Exchange(interaction: .createEncounter)
    func patient(_ changes: [String: String]) -> PatientIdentity? {
      creation.hospital(Sample.encounter(changes))?.patient
    }
    let contained = Sample.patient.replacing("\"p1\"", with: "\"c\"")
    #expect(patient(["contained": "[\(contained)]", "subject": ##"{"reference":"#c"}"##])?.name == "张 三")
    let number = PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "0017")
    let logical = #"{"identifier":{"system":"http://h1","value":"0017"},"display":"张三"}"#
    #expect(patient(["subject": logical]) == PatientIdentity(identifiers: [number], name: "张三"))
    for search in ["http://h1|0017", "http%3A%2F%2Fh1%7C0017", "0017", "|0017", "%30017"] {
      let subject = #"{"reference":"Patient?identifier=\#(search)"}"#
      #expect(patient(["subject": subject])?.identifiers == [number], "\(search)")
    }
    let nameOnly = creation.signals(Sample.encounter(["subject": #"{"reference":"Patient/9","display":"张三"}"#])).first
    #expect(nameOnly?.hospital?.patient == PatientIdentity(name: "张三") && nameOnly?.oddities == [.missingField])
  }

  @Test("another person of the Bundle is never taken for the patient")
  func otherPatient() {
    let base = Exchange(interaction: .bundle)
    let encounter = Sample.encounter(["subject": #"{"reference":"Patient/p2"}"#])
    #expect(base.hospital(Sample.bundle([encounter, Sample.patient], type: "batch"))?.patient == PatientIdentity())
    let second = Sample.patient.replacing("\"p1\"", with: "\"p2\"")
    let silent = Sample.encounter(["subject": ""])
    #expect(base.hospital(Sample.bundle([silent, Sample.patient], type: "batch"))?.patient.name == "张 三")
    #expect(
      base.hospital(Sample.bundle([silent, Sample.patient, second], type: "batch"))?.patient == PatientIdentity())
  }

  @Test("a merge names one person by all numbers, the surviving first")
  func merge() {
    func merged(_ resources: [String], focus: String = "") -> [String]? {
      let header = #"{"resourceType":"MessageHeader","eventCoding":{"code":"A40"}\#(focus)}"#
      return Exchange().hospital(Sample.bundle([header] + resources, type: "batch"))?.patient.identifiers.map(\.value)
    }
    let linkage = """
      {"resourceType":"Linkage","item":[\
      {"type":"historical","resource":{"type":"Patient","identifier":{"value":"old"}}},\
      {"type":"source","resource":{"type":"Patient","identifier":{"value":"new"}}},\
      {"type":"source","resource":{"type":"Account","identifier":{"value":"account"}}}]}
      """
    #expect(merged([linkage]) == ["new", "old"])
    let old = """
      {"resourceType":"Patient","id":"p2","active":false,"identifier":[{"value":"old"}],\
      "link":[{"type":"replaced-by","other":{"reference":"Patient/p3"}}]}
      """
    let new = """
      {"resourceType":"Patient","id":"p3","identifier":[{"value":"new"}],\
      "link":[{"type":"replaces","other":{"identifier":{"value":"older"}}}]}
      """
    #expect(merged([old, new]) == ["new", "old", "older"])
    let focus = #","focus":[{"reference":"Patient/p2"}]"#
    #expect(merged([old, new, Sample.patient], focus: focus) == ["new", "old"])
    #expect(merged([]) == [])
    for count in [FHIRConfiguration.maximumRepetitions - 1, FHIRConfiguration.maximumRepetitions] {
      let silent = Array(repeating: #"{"resource":{"type":"Patient"}}"#, count: count).joined(separator: ",")
      let first = #"{"resourceType":"Linkage","item":[\#(silent)]}"#
      #expect(merged([first, linkage])?.isEmpty == (count == FHIRConfiguration.maximumRepetitions))
    }
  }
}
