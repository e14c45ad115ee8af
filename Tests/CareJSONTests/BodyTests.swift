import CareJSON
import CareModel
import JSONText
import Testing

@Suite("Bodies of the register")
struct BodyTests {
  @Test("a new resident needs a name and nothing else; the id comes from the caller")
  func shortestResident() throws {
    let id: ResidentID = Samples.id(7)
    let resident = try Resident(jsonText: #"{"name":"张三","unknown":1,"unit":null}"#, id: id)
    #expect(resident == Resident(id: id, district: 0, dwelling: nil, name: "张三"))
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var body: String
    var field: String
    var problem: CareJSONError.Problem
    var testDescription: String { "\(field): \(problem)" }
    init(_ body: String, _ field: String, _ problem: CareJSONError.Problem) {
      self.body = body
      self.field = field
      self.problem = problem
    }
  }

  static let wrongResidents = [
    Wrong("{", "", .notJSON), Wrong("[]", "", .wrongType), Wrong("{}", "name", .missing),
    Wrong(#"{"name":null}"#, "name", .missing), Wrong(#"{"name":1}"#, "name", .wrongType),
    Wrong(#"{"name":""}"#, "name", .length), Wrong(#"{"name":"a\u0000"}"#, "name", .notText),
    Wrong(#"{"name":"a","risk":6}"#, "risk", .outOfRange), Wrong(#"{"name":"a","risk":"6"}"#, "risk", .wrongType),
    Wrong(#"{"name":"a","canSpeak":0}"#, "canSpeak", .wrongType),
    Wrong(#"{"name":"a","lifecycle":"gone"}"#, "lifecycle", .unknownWord),
    Wrong(#"{"name":"a","district":-1}"#, "district", .outOfRange),
    Wrong(#"{"name":"a","district":2147483648}"#, "district", .outOfRange),
    Wrong(#"{"name":"a","dwelling":"x"}"#, "dwelling", .notAnID),
    Wrong(#"{"name":"a","identifiers":{}}"#, "identifiers", .wrongType),
    Wrong(#"{"name":"a","identifiers":[1]}"#, "identifiers[0]", .wrongType),
    Wrong(
      #"{"name":"a","identifiers":[{"kind":"identityCard","value":"1"},{"kind":"x","value":"1"}]}"#,
      "identifiers[1].kind", .unknownWord),
    Wrong(
      #"{"name":"a","identifiers":[{"kind":"hospitalNumber","value":"1"}]}"#, "identifiers[0].authority", .missing),
    Wrong(#"{"name":"a","id":"01234567-89ab-7cde-0000-000000000008"}"#, "id", .otherID),
  ]

  @Test("what is wrong with a resident is said with the field's name", arguments: wrongResidents)
  func wrongResident(_ wrong: Wrong) {
    #expect(throws: CareJSONError(field: wrong.field, wrong.problem)) {
      try Resident(jsonText: wrong.body, id: Samples.id(7))
    }
  }

  @Test("an id must come from somewhere")
  func missingID() {
    #expect(throws: CareJSONError(field: "id", .missing)) { try Resident(jsonText: #"{"name":"a"}"#) }
    #expect(throws: CareJSONError(field: "serial", .missing)) { try Device(jsonText: "{}") }
    #expect(throws: CareJSONError(field: "code", .otherID)) {
      try Hospital(jsonText: #"{"code":"H1","name":"a","population":"whole"}"#, id: "H2")
    }
  }

  @Test("a name of 1,024 bytes is taken and one of 1,025 is not")
  func textBound() throws {
    let longest = String(repeating: "a", count: JSONObjectReader.maximumTextBytes)
    #expect(try Dwelling(jsonText: #"{"address":"\#(longest)"}"#, id: Samples.id(3)).address == longest)
    #expect(throws: CareJSONError(field: "address", .length)) {
      try Dwelling(jsonText: #"{"address":"\#(longest)a"}"#, id: Samples.id(3))
    }
  }

  @Test("32 identifiers are taken and 33 are not; 256 districts are taken and 257 are not")
  func listBounds() throws {
    func resident(_ count: Int) throws -> Resident {
      let one = #"{"kind":"identityCard","value":"1"}"#
      let all = Array(repeating: one, count: count).joined(separator: ",")
      return try Resident(jsonText: #"{"name":"a","identifiers":[\#(all)]}"#, id: Samples.id(2))
    }
    #expect(try resident(Resident.maximumIdentifiers).identifiers.count == Resident.maximumIdentifiers)
    #expect(throws: CareJSONError(field: "identifiers", .tooMany)) {
      try resident(Resident.maximumIdentifiers + 1)
    }
    func staff(_ count: Int) throws -> StaffMember {
      let all = Array(repeating: "1", count: count).joined(separator: ",")
      return try StaffMember(jsonText: #"{"name":"a","roles":[],"districts":[\#(all)]}"#, id: Samples.id(4))
    }
    #expect(try staff(JSONObjectReader.maximumElements).districts.count == JSONObjectReader.maximumElements)
    #expect(throws: CareJSONError(field: "districts", .tooMany)) { try staff(JSONObjectReader.maximumElements + 1) }
  }

  @Test("positions, shifts, roles and heartbeats are checked")
  func otherRows() {
    #expect(throws: CareJSONError(field: "position", .outOfRange)) {
      try Dwelling(jsonText: #"{"address":"a","position":{"latitude":91,"longitude":0}}"#, id: Samples.id(3))
    }
    #expect(throws: CareJSONError(field: "position.longitude", .missing)) {
      try Dwelling(jsonText: #"{"address":"a","position":{"latitude":9}}"#, id: Samples.id(3))
    }
    var backwards = Samples.shift
    backwards.until = backwards.from
    #expect(throws: CareJSONError(field: "until", .outOfRange)) { try Shift(jsonText: backwards.jsonText) }
    #expect(throws: CareJSONError(field: "from", .notATime)) {
      let staff = Samples.shift.staff
      return try Shift(jsonText: #"{"staff":"\#(staff)","role":"desk","from":"noon"}"#, id: Samples.id(60))
    }
    #expect(throws: CareJSONError(field: "roles", .missing)) {
      try StaffMember(jsonText: #"{"name":"a"}"#, id: Samples.id(4))
    }
    #expect(throws: CareJSONError(field: "roles[1]", .unknownWord)) {
      try StaffMember(jsonText: #"{"name":"a","roles":["desk","cook"]}"#, id: Samples.id(4))
    }
    #expect(throws: CareJSONError(field: "heartbeatSeconds", .outOfRange)) {
      try Device(jsonText: #"{"heartbeatSeconds":9}"#, id: "EN-1")
    }
    #expect(throws: CareJSONError(field: "destination.address", .missing)) {
      try Party(jsonText: #"{"kind":"unit","name":"a","destination":{"channel":"sms"}}"#, id: Samples.id(40))
    }
  }

  @Test("a body never brings or takes away a secret's digest")
  func keepingSecret() throws {
    var old = Samples.device
    old.secretDigest = [9]
    let body = RegisterChange.device(try Device(jsonText: Samples.device.jsonText))
    #expect(body.keepingSecret(of: .device(old)) == .device(old))
    #expect(body.keepingSecret(of: nil) == body)
    var other = old
    other.serial = "EN-2"
    #expect(body.keepingSecret(of: .device(other)) == body)
    var staff = Samples.staff
    staff.secretDigest = [9]
    #expect(RegisterChange.staff(Samples.staff).keepingSecret(of: .staff(staff)) == .staff(staff))
    #expect(RegisterChange.staff(Samples.staff).keepingSecret(of: .device(old)) == .staff(Samples.staff))
  }

  @Test("an error's sentence names the field and no value")
  func sentences() {
    for problem in CareJSONError.Problem.allCases {
      #expect(CareJSONError(field: "a.b", problem).description.hasPrefix("The field a.b "))
    }
    #expect(CareJSONError(field: "", .notJSON).description == "The body is not JSON.")
  }
}
