import CareModel
import EngineHost
import HTTPTypes
import JSONText
import Testing

@Suite struct RegisterRoutesTests {
  /// A body for each kind, and the name of the row it makes; nil = made by the house.
  static let bodies: [(RegisterKind, String, String?)] = [
    (.residents, #"{"name": "孙玉梅", "district": 2}"#, nil),
    (.dwellings, #"{"address": "梅园 9 号", "district": 2}"#, nil),
    (
      .contacts,
      #"{"resident": "\#(People.li)", "name": "李丽", "relation": "niece", "phone": "1", "mayBeTold": true}"#, nil
    ),
    (.devices, #"{"serial": "SB-9", "district": 2}"#, "SB-9"),
    (.staff, #"{"name": "何平", "roles": ["nurse"]}"#, nil),
    (
      .shifts,
      #"{"staff": "\#(People.desk)", "role": "desk", "from": "2026-11-23T08:00:00+08:00", "#
        + #""until": "2026-11-23T20:00:00+08:00"}"#, nil
    ),
    (.parties, #"{"kind": "unit", "name": "市委老干部局"}"#, nil),
    (.hospitals, #"{"code": "H1", "name": "市一院", "population": "filtered"}"#, "H1"),
  ]

  @Test(arguments: bodies)
  func aRowIsMadeReadListedAndWritten(_ kind: RegisterKind, _ body: String, _ name: String?) async throws {
    try await Harness.run { (console: Harness) async throws in
      let path = "/api/v1/\(kind.rawValue)"
      let made = try await console.post(path, as: "admin", body)
      #expect(made.status == 201)
      let id = try #require(name ?? made.json["id"]?.string)
      #expect(try await console.get("\(path)/\(id)", as: "watch").text == made.text)
      #expect(try await console.get(path + "?limit=500", as: "desk").text.contains(made.text))
      #expect(try await console.send(.put, "\(path)/\(id)", as: "admin", body).status == 200)
      let again = name == nil ? String(body.dropLast()) + #", "id": "\#(id)"}"# : body
      #expect(try await console.post(path, as: "admin", again).code == "exists")
      #expect(try await console.post(path, as: "desk", body).status == 403)
      #expect(try await console.send(.put, "\(path)/\(id)", as: "watch", body).status == 403)
      #expect(try await console.post(path, as: "admin", "{}").status == 422)
      #expect(try await console.post(path, as: "admin", "nonsense").status == 400)
      #expect(try await console.get("\(path)/00000000-0000-0000-0000-00000000ffff", as: "desk").status == 404)
    }
  }

  @Test func listsArePagedByTheStoresCursor() async throws {
    try await Harness.run { (console: Harness) async throws in
      let first = try await console.get("/api/v1/staff?limit=3", as: "desk")
      let cursor = try #require(first.json["next"]?.string)
      #expect(try await console.get("/api/v1/staff?limit=3&cursor=\(cursor)", as: "desk").items.count == 1)
      #expect(try await console.get("/api/v1/staff?cursor=wrong", as: "desk").code == "badCursor")
    }
  }

  @Test func aScopedAccountReadsAndWritesItsDistrictsOnly() async throws {
    try await Harness.run { (console: Harness) async throws in
      let seen = try await console.get("/api/v1/residents", as: "admin2").items
      #expect(seen.map { $0["name"]?.string } == ["李建国"])
      #expect(try await console.get("/api/v1/residents/\(People.wang)", as: "admin2").status == 404)
      let path = "/api/v1/residents/\(People.li)"
      let moved = #"{"name": "李建国", "district": 1}"#
      #expect(try await console.send(.put, path, as: "admin2", moved).code == "outsideDistricts")
      let stolen = #"{"name": "王秀英", "district": 2}"#
      #expect(try await console.send(.put, "/api/v1/residents/\(People.wang)", as: "admin2", stolen).status == 404)
      let contact =
        #"{"resident": "\#(People.wang)", "name": "A", "relation": "son", "phone": "1", "mayBeTold": true}"#
      #expect(try await console.post("/api/v1/contacts", as: "admin2", contact).code == "outsideDistricts")
      #expect(try await console.get("/api/v1/devices/SB-1", as: "admin2").status == 404)
    }
  }

  @Test(
    arguments: [("[2]", true), ("[2, 2]", true), ("[]", false), ("[1]", false), ("[1, 2]", false), ("[0]", false)])
  func aScopedAdministratorWritesStaffOfItsDistrictsAloneAndTheirShifts(_ row: (String, Bool)) async throws {
    try await Harness.run { (console: Harness) async throws in
      let (districts, isOwn) = row
      let refusal = isOwn ? nil : "outsideDistricts"
      let body = #"{"name": "何平", "roles": ["nurse"], "districts": \#(districts)}"#
      #expect(try await console.post("/api/v1/staff", as: "admin2", body).code == refusal)
      let made = try await console.post("/api/v1/staff", as: "admin", body)
      let id = try #require(made.json["id"]?.string)
      let taken = #"{"name": "何平", "roles": ["nurse"], "districts": [2]}"#
      #expect(try await console.send(.put, "/api/v1/staff/\(id)", as: "admin2", taken).code == refusal)
      #expect(try await console.post("/api/v1/staff/\(id)/secret", as: "admin2").code == refusal)
      let shift =
        #"{"staff": "\#(id)", "role": "nurse", "from": "2026-11-23T08:00:00Z", "until": "2026-11-23T20:00:00Z"}"#
      #expect(try await console.post("/api/v1/shifts", as: "admin2", shift).code == refusal)
    }
  }

  @Test func aScopedAdministratorTakesOverNoShiftAndWritesNoPartiesAndHospitals() async throws {
    try await Harness.run { (console: Harness) async throws in
      let times = #""role": "desk", "from": "2026-11-23T08:00:00Z", "until": "2026-11-23T20:00:00Z""#
      let shift = #"{"staff": "\#(People.desk)", \#(times)}"#
      let made = try #require(try await console.post("/api/v1/shifts", as: "admin", shift).json["id"]?.string)
      console.world.store(
        .staff(StaffMember(id: People.secondResponder, name: "周芳", roles: [.responder], districts: [2])))
      let taken = #"{"staff": "\#(People.secondResponder)", \#(times)}"#
      #expect(try await console.send(.put, "/api/v1/shifts/\(made)", as: "admin2", taken).code == "outsideDistricts")
      for (path, body) in [
        ("parties", #"{"kind": "unit", "name": "市委老干部局"}"#),
        ("hospitals", #"{"code": "H1", "name": "市一院", "population": "filtered"}"#),
      ] {
        #expect(try await console.post("/api/v1/" + path, as: "admin2", body).code == "outsideDistricts")
        #expect(try await console.post("/api/v1/" + path, as: "admin", body).status == 201)
      }
    }
  }

  @Test func writingADeviceKeepsItsSecretAndNeverShowsIt() async throws {
    try await Harness.run { (console: Harness) async throws in
      let written = try await console.send(.put, "/api/v1/devices/SB-1", as: "admin", #"{"district": 1}"#)
      #expect(written.json["canSignIn"]?.bool == true)
      #expect(try await digest(of: "SB-1", console) == [1])
      let all = try await console.get("/api/v1/devices", as: "admin").text.lowercased()
      #expect(!all.contains("digest"))
    }
  }

  @Test func aNewSecretIsShownOnceAlsoUnderAnIdempotencyKey() async throws {
    try await Harness.run { (console: Harness) async throws in
      let path = "/api/v1/devices/SB-1/secret"
      let first = try await console.post(path, as: "admin", key: "k")
      #expect(first.json["secret"]?.string == "0123456789abcdef0123456789abcdef")
      #expect(try await digest(of: "SB-1", console) == [9, 9])
      let second = try await console.post(path, as: "admin", key: "k")
      #expect(second.status == 409)
      #expect(second.code == "alreadyDone")
      #expect(try await console.post("/api/v1/staff/\(People.responder)/secret", as: "admin").status == 200)
      #expect(try await console.post("/api/v1/devices/SB-404/secret", as: "admin").status == 404)
      #expect(try await console.post(path, as: "desk").status == 403)
      #expect(try await console.post("/api/v1/hospitals/H1/secret", as: "admin").status == 404)
    }
  }

  @Test(arguments: RegisterKind.allCases)
  func theRegisterIsUnavailableWhileTheDatabaseIsAway(_ kind: RegisterKind) async throws {
    try await Harness.run { (console: Harness) async throws in
      _ = try await console.get("/api/v1/me", as: "admin")
      console.world.change { $0.isStoreAway = true }
      let answer = try await console.get("/api/v1/\(kind.rawValue)", as: "admin")
      #expect(answer.status == 503)
      #expect(answer.code == "unavailable")
    }
  }

  private func digest(of serial: String, _ console: Harness) async throws -> [UInt8]? {
    guard case .device(let row) = try await console.world.find(.devices, id: serial) else { return nil }
    return row.secretDigest
  }
}
