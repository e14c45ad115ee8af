import CareModel
import EngineHost
import JSONText
import Synchronization
import Testing

@Suite struct SuspensionRoutesTests {
  static let nobody = ResidentID(high: 9, low: 9)
  private static let path = "/api/v1/suspensions"

  private static func body(_ until: String, resident: ResidentID = People.wang, _ more: String = "") -> String {
    #"{"resident": "\#(resident)", "holds": "absence", "reason": "去女儿家", "until": "\#(until)"\#(more)}"#
  }

  @Test func aSuspensionIsStartedExtendedAndEnded() async throws {
    try await Harness.run { (console: Harness) async throws in
      let until = (console.world.now + .hours(48)).rfc3339
      let made = try await console.post(Self.path, as: "desk", Self.body(until))
      #expect(made.status == 201)
      let id = try #require(made.json["suspension"]?.string)
      let shown = try await console.get(Self.path, as: "watch").items
      #expect(shown.count == 1)
      #expect(shown.first?["residentName"]?.string == "王秀英")
      #expect(shown.first?["ownerName"]?.string == "陈静")
      #expect(shown.first?["state"]?.string == "active")
      let later = (console.world.now + .hours(96)).rfc3339
      let extended = try await console.post(Self.path + "/\(id)/extend", as: "desk2", #"{"until": "\#(later)"}"#)
      #expect(extended.status == 200)
      let one = try await console.get(Self.path + "/\(id)", as: "watch")
      #expect(one.json["until"]?.string?.prefix(19) == later.prefix(19))
      #expect(try await console.post(Self.path + "/\(id)/end", as: "desk").status == 200)
      #expect(try await console.get(Self.path, as: "watch").items.isEmpty)
      let again = try await console.post(Self.path + "/\(id)/end", as: "desk")
      #expect(again.status == 409)
      #expect(again.code == "alreadyEnded")
      let late = try await console.post(Self.path + "/\(id)/extend", as: "desk", #"{"until": "\#(later)"}"#)
      #expect(late.status == 409)
      let history = try await console.get(Self.path + "?resident=\(People.wang)&ended=true", as: "audit")
      #expect(history.items.first?["endedByName"]?.string == "陈静")
    }
  }

  @Test func theSameRequestSentAgainIsDoneOnce() async throws {
    try await Harness.run { (console: Harness) async throws in
      let body = Self.body((console.world.now + .hours(48)).rfc3339)
      let first = try await console.post(Self.path, as: "desk", body, key: "s")
      let second = try await console.post(Self.path, as: "desk", body, key: "s")
      #expect(second.text == first.text)
      #expect(second.header("Idempotency-Replayed") == "true")
      #expect(console.world.unfinishedSuspensions().count == 1)
    }
  }

  @Test(arguments: [
    ("device", 403, "roleNotAllowed"), ("responder", 403, "roleNotAllowed"), ("audit", 403, "roleNotAllowed"),
    ("family", 403, "roleNotAllowed"), ("watch", 403, "noStaff"), ("admin", 403, "noStaff"),
    ("nobody", 401, "signInNeeded"), ("district2", 404, "notFound"),
  ])
  func whoMayNotStartOne(_ token: String, _ status: Int, _ code: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      let body = Self.body((console.world.now + .hours(48)).rfc3339)
      let answer = try await console.post(Self.path, as: token, body)
      #expect(answer.status == status)
      #expect(answer.code == code)
      #expect(console.world.unfinishedSuspensions().isEmpty)
    }
  }

  @Test func aSupervisorWithANameStartsAndEndsThemInTheDistricts() async throws {
    try await Harness.run { (console: Harness) async throws in
      for (role, token) in [(Account.Role.supervisor, "s2"), (.administrator, "a2")] {
        console.world.addAccount(role, token: token, staff: People.secondDesk, districts: [2])
        let until = (console.world.now + .hours(48)).rfc3339
        #expect(try await console.post(Self.path, as: token, Self.body(until)).status == 404)
        let made = try await console.post(Self.path, as: token, Self.body(until, resident: People.li))
        #expect(made.status == 201)
        let id = try #require(made.json["suspension"]?.string)
        #expect(try await console.post(Self.path + "/\(id)/end", as: token).status == 200)
      }
    }
  }

  @Test func anotherDistrictSeesAndTouchesNothing() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.suspend()
      let later = #"{"until": "\#((console.world.now + .hours(999)).rfc3339)"}"#
      #expect(try await console.get(Self.path, as: "district2").items.isEmpty)
      #expect(try await console.get(Self.path + "/\(id)", as: "district2").status == 404)
      #expect(try await console.post(Self.path + "/\(id)/end", as: "district2").status == 404)
      #expect(try await console.post(Self.path + "/\(id)/extend", as: "district2", later).status == 404)
      let history = Self.path + "?ended=true&resident=\(People.wang)"
      #expect(try await console.get(history, as: "district2").items.isEmpty)
      #expect(console.world.state.withLock { $0.actions.isEmpty })
      #expect(console.world.suspension(id)?.state == .active)
    }
  }

  @Test(arguments: [
    (#"{"holds": "absence", "reason": "x", "until": "2027-01-01T00:00:00Z"}"#, "resident"),
    (#"{"resident": "\#(People.wang)", "holds": "life", "reason": "x", "until": "2027-01-01T00:00:00Z"}"#, "holds"),
    (#"{"resident": "\#(People.wang)", "holds": "all", "until": "2027-01-01T00:00:00Z"}"#, "reason"),
    (#"{"resident": "\#(People.wang)", "holds": "all", "reason": "", "until": "2027-01-01T00:00:00Z"}"#, "reason"),
    (#"{"resident": "\#(People.wang)", "holds": "all", "reason": "x"}"#, "until"),
    (#"{"resident": "\#(People.wang)", "holds": "all", "reason": "x", "until": "2036-01-01T00:00:00Z"}"#, "until"),
    (#"{"resident": "\#(People.wang)", "holds": "all", "reason": "x", "until": "2020-01-01T00:00:00Z"}"#, "until"),
    (
      #"{"resident": "\#(nobody)", "holds": "all", "reason": "x", "until": "2026-10-01T00:00:00Z"}"#,
      "resident"
    ),
  ])
  func whatIsMissingOrWrongIsNamed(_ body: String, _ field: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      let answer = try await console.post(Self.path, as: "desk", body)
      #expect(answer.status == 422)
      #expect(answer.json["field"]?.string == field)
      #expect(console.world.unfinishedSuspensions().isEmpty)
    }
  }

  @Test func anUnknownOwnerIsNamed() async throws {
    try await Harness.run { (console: Harness) async throws in
      let owner = #", "owner": "\#(StaffID(high: 9, low: 9))""#
      let answer = try await console.post(
        Self.path, as: "desk", Self.body((console.world.now + .hours(48)).rfc3339, owner))
      #expect(answer.status == 422)
      #expect(answer.json["field"]?.string == "owner")
    }
  }

  @Test(arguments: ["?resident=x", "?ended=true", "?ended=maybe", "?resident=", "?limit=0"])
  func aQueryThatSaysNothingIsRefused(_ query: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.get(Self.path + query, as: "desk").status == 400)
    }
  }

  @Test func theListIsPagedAndKnowsOneResident() async throws {
    try await Harness.run { (console: Harness) async throws in
      let first = console.world.suspend()
      let second = console.world.suspend()
      console.world.suspend(People.li, district: 2)
      #expect(try await console.get(Self.path, as: "desk").items.count == 3)
      #expect(try await console.get(Self.path + "?resident=\(People.wang)", as: "desk").items.count == 2)
      let page = try await console.get(Self.path + "?resident=\(People.wang)&limit=1", as: "desk")
      #expect(page.items.first?["id"]?.string == first.description)
      let next = try #require(page.json["next"]?.string)
      let rest = try await console.get(Self.path + "?resident=\(People.wang)&limit=1&cursor=\(next)", as: "desk")
      #expect(rest.items.first?["id"]?.string == second.description)
      #expect(rest.json["next"] == nil)
    }
  }

  @Test func whatMemoryForgotComesFromTheRecordWhichMayBeAway() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.suspend()
      _ = try await console.post(Self.path + "/\(id)/end", as: "desk")
      console.world.change { $0.forgottenSuspensions = [id] }
      #expect(try await console.get(Self.path + "/\(id)", as: "desk").json["state"]?.string == "ended")
      #expect(try await console.post(Self.path + "/\(id)/end", as: "desk").code == "alreadyEnded")
      let unknown = SuspensionID(high: 7, low: 7)
      #expect(try await console.get(Self.path + "/\(unknown)", as: "desk").status == 404)
      #expect(try await console.post(Self.path + "/\(unknown)/end", as: "desk").status == 404)
      console.world.change { $0.isStoreAway = true }
      #expect(try await console.get(Self.path, as: "desk").status == 200)
      #expect(try await console.get(Self.path + "?ended=true&resident=\(People.wang)", as: "desk").status == 503)
      #expect(try await console.get(Self.path + "/\(id)", as: "desk").status == 503)
    }
  }

  @Test func anAlertShowsThatItsPersonIsSuspended() async throws {
    try await Harness.run { (console: Harness) async throws in
      let shown = Alert.Suspended(
        suspension: SuspensionID(high: 1, low: 1), since: console.world.now, until: console.world.now + .hours(2),
        reason: "旅行")
      let alert = console.world.openAlert { $0.suspended = shown }
      let answer = try await console.get("/api/v1/alerts/\(alert)", as: "desk")
      #expect(answer.json["suspended"]?["reason"]?.string == "旅行")
      let document = try await console.get("/api/openapi.json").json
      let checker = SchemaChecker(document: document)
      #expect(checker.faults(answer.json, path: "/api/v1/alerts/{id}", method: "get") == [])
    }
  }
}
