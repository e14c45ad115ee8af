import CareModel
import JSONText
import Synchronization
import Testing

@Suite struct AlertRoutesTests {
  @Test func openAlertsComeOldestFirstWithNamesAndPageByPage() async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.openAlert(secondsAgo: 5)
      let first = console.world.openAlert(.fall, secondsAgo: 60)
      let page = try await console.get("/api/v1/alerts?limit=1", as: "desk")
      #expect(page.status == 200)
      #expect(page.items.map { $0["id"]?.string } == [first.description])
      #expect(page.items.first?["residentName"]?.string == "王秀英")
      #expect(page.items.first?["address"]?.string == "幸福路 8 号 3 单元 502")
      let cursor = try #require(page.json["next"]?.string)
      let rest = try await console.get("/api/v1/alerts?limit=1&cursor=\(cursor)", as: "desk")
      #expect(rest.items.count == 1)
      #expect(rest.json["next"] == nil)
    }
  }

  @Test(arguments: ["limit=0", "limit=501", "limit=x", "cursor=x", "cursor=1_2", "resolved=maybe"])
  func aWrongQueryIsSaidToBeWrong(_ query: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/alerts?" + query, as: "desk").status == 400)
    }
  }

  @Test func resolvedAlertsComeFromTheRecordWithinTheDistricts() async throws {
    try await Harness.run { (console: Harness) async throws in
      let near = console.world.openAlert { $0.state = .resolved }
      console.world.openAlert(resident: People.li, dwelling: nil, district: 2) { $0.state = .resolved }
      let all = try await console.get("/api/v1/alerts?resolved=true", as: "watch")
      #expect(all.items.count == 2)
      #expect(all.items.last?["id"]?.string == near.description)
      #expect(all.items.last?["residentName"]?.string == "王秀英")
      #expect(try await console.get("/api/v1/alerts?resolved=true", as: "district2").items.count == 1)
      console.world.change { $0.isStoreAway = true }
      let away = try await console.get("/api/v1/alerts?resolved=true", as: "watch")
      #expect(away.status == 503)
      #expect(away.header("Retry-After") == "5")
    }
  }

  @Test func anAlertComesWithItsTimelineAndTheNamesInIt() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      _ = try await console.post("/api/v1/alerts/\(id)/hold", as: "desk")
      let answer = try await console.get("/api/v1/alerts/\(id)", as: "desk")
      #expect(answer.json["holderName"]?.string == "陈静")
      #expect(answer.json["timeline"]?.array?.map { $0["type"]?.string } == ["alert.opened", "alert.held"])
      #expect(answer.json["people"]?.array?.first?["name"]?.string == "陈静")
    }
  }

  @Test func aResolvedAlertThatMemoryNoLongerHoldsComesFromTheRecord() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert { $0.state = .resolved }
      let path = "/api/v1/alerts/\(id)"
      let held = try await console.get(path, as: "desk")
      console.world.change { $0.forgottenAlerts = [id] }
      let answer = try await console.get(path, as: "desk")
      #expect(answer.status == 200)
      #expect(answer.json["id"]?.string == id.description)
      #expect(answer.json["residentName"]?.string == "王秀英")
      #expect(answer.json["timelineAvailable"]?.bool == true)
      #expect(answer.json["timeline"] == held.json["timeline"])
      #expect(try await console.get(path, as: "district2").status == 404)
      #expect(try await console.get("/api/v1/alerts/\(AlertID(high: 7, low: 7))", as: "desk").status == 404)
      console.world.change { $0.isStoreAway = true }
      #expect(try await console.get(path, as: "desk").status == 503)
    }
  }

  @Test func whoMayReopenWhatMemoryNoLongerHoldsIsLookedUpInTheRecord() async throws {
    try await Harness.run { (console: Harness) async throws in
      let own = console.world.openAlert(resident: People.li, dwelling: nil, district: 2) { $0.state = .resolved }
      let other = console.world.openAlert { $0.state = .resolved }
      console.world.change { $0.forgottenAlerts = [own, other] }
      let reason = #"{"reason": "rang again"}"#
      #expect(try await console.post("/api/v1/alerts/\(other)/reopen", as: "district2", reason).status == 404)
      #expect(console.world.state.withLock { $0.actions.isEmpty })
      console.world.change { $0.isStoreAway = true }
      #expect(try await console.post("/api/v1/alerts/\(own)/reopen", as: "district2", reason).status == 503)
      console.world.change { $0.isStoreAway = false }
      #expect(try await console.post("/api/v1/alerts/\(own)/reopen", as: "district2", reason).status == 200)
      #expect(console.world.alert(own)?.state == .open)
    }
  }

  @Test func anAlertIsShownWhileTheDatabaseIsAwayAndSaysThatItsTimelineIsNot() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      _ = try await console.get("/api/v1/me", as: "desk")
      console.world.change { $0.isStoreAway = true }
      let answer = try await console.get("/api/v1/alerts/\(id)", as: "desk")
      #expect(answer.status == 200)
      #expect(answer.json["timelineAvailable"]?.bool == false)
    }
  }

  @Test func theDeskTakesVerifiesAndResolvesInItsOwnName() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      let path = "/api/v1/alerts/\(id)"
      let taken = try await console.post(path + "/hold", as: "desk")
      #expect(taken.status == 200)
      #expect(taken.json["alert"]?.string == id.description)
      #expect(console.world.alert(id)?.holder?.staff == People.desk)
      let verify = #"{"spokeTo": "本人", "identityConfirmed": true, "verdict": "needsHelp"}"#
      #expect(try await console.post(path + "/verify", as: "desk", verify).status == 200)
      #expect(console.world.alert(id)?.verification?.spokeTo == "本人")
      let resolve = #"{"cause": "fall", "action": "lifted", "closedBy": "seenBy", "note": "ok"}"#
      #expect(try await console.post(path + "/resolve", as: "desk", resolve).status == 200)
      #expect(console.world.alert(id)?.resolution?.by == People.desk)
      #expect(try await console.post(path + "/reopen", as: "desk", #"{"reason": "rang again"}"#).status == 200)
      #expect(console.world.alert(id)?.state == .open)
    }
  }

  @Test func theOtherActionsReachTheEngine() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert(resident: nil, dwelling: nil, district: 0)
      let path = "/api/v1/alerts/\(id)"
      #expect(try await console.post(path + "/notes", as: "desk", #"{"text": "狗在叫"}"#).status == 200)
      #expect(try await console.post(path + "/settle", as: "desk", #"{"resident": "\#(People.wang)"}"#).status == 200)
      #expect(try await console.post(path + "/sendStaff", as: "desk").json["task"]?.string != nil)
      let call = #"{"party": "device", "outcome": "noAnswer"}"#
      #expect(try await console.post(path + "/calls", as: "desk", call).status == 200)
      let named = #"{"alert": "\#(id)", "party": "resident", "outcome": "answered"}"#
      #expect(try await console.post("/api/v1/calls", as: "desk", named).status == 200)
      #expect(try await console.post(path + "/hold", as: "desk").status == 200)
      #expect(try await console.post(path + "/release", as: "desk").status == 200)
      #expect(console.world.state.withLock { $0.actions.count } == 7)
    }
  }

  @Test(arguments: [
    ("hold", nil, "alreadyResolved", 409), ("release", nil, "alreadyResolved", 409),
    ("reopen", #"{"reason": ""}"#, "invalid", 422), ("reopen", #"{"reason": 4}"#, "invalid", 422),
    ("verify", #"{"verdict": "needsHelp"}"#, "invalid", 422), ("verify", "{", "notJSON", 400),
    ("resolve", #"{"cause": "moon", "action": "none", "closedBy": "seenBy"}"#, "invalid", 422),
    ("notes", "[]", "invalid", 422), ("settle", #"{"resident": "x"}"#, "invalid", 422),
    ("calls", #"{"party": "device", "outcome": "maybe"}"#, "invalid", 422),
  ] as [(String, String?, String, Int)])
  func aRefusalHasItsStatusAndCode(_ action: String, _ body: String?, _ code: String, _ status: Int) async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert { $0.state = .resolved }
      let answer = try await console.post("/api/v1/alerts/\(id)/\(action)", as: "desk", body)
      #expect(answer.status == status)
      #expect(answer.code == code)
      #expect(answer.header("Content-Type") == "application/problem+json")
    }
  }

  @Test func anotherHoldsItAndALifeAlertNeedsSomebodysWord() async throws {
    try await Harness.run { (console: Harness) async throws in
      let path = "/api/v1/alerts/\(console.world.openAlert())"
      #expect(try await console.post(path + "/release", as: "desk").code == "notHeld")
      _ = try await console.post(path + "/hold", as: "desk")
      #expect(try await console.post(path + "/hold", as: "desk2").code == "heldByAnother")
      let resolve = #"{"cause": "test", "action": "none", "closedBy": "notNeeded"}"#
      let refused = try await console.post(path + "/resolve", as: "desk", resolve)
      #expect(refused.status == 422)
      #expect(refused.code == "closingNotAllowed")
    }
  }

  @Test func whatIsNotDurableIsAnsweredWithRetryAfter() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      console.world.change { $0.isEngineAway = true }
      let answer = try await console.post("/api/v1/alerts/\(id)/hold", as: "desk")
      #expect(answer.status == 503)
      #expect(answer.header("Retry-After") == "2")
    }
  }

  @Test func anAlertIsNotSettledOnAResidentOfAnotherDistrict() async throws {
    try await Harness.run { (console: Harness) async throws in
      let path = "/api/v1/alerts/\(console.world.openAlert(resident: nil, dwelling: nil, district: 2))/settle"
      for stranger in [People.wang, ResidentID(high: 7, low: 7)] {
        let body = #"{"resident": "\#(stranger)"}"#
        #expect(try await console.post(path, as: "district2", body).status == 404)
      }
      #expect(console.world.state.withLock { $0.actions.isEmpty })
      #expect(try await console.post(path, as: "district2", #"{"resident": "\#(People.li)"}"#).status == 200)
    }
  }

  @Test func anotherDistrictsAlertIsNotThere() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      #expect(try await console.get("/api/v1/alerts", as: "district2").items.isEmpty)
      #expect(try await console.get("/api/v1/alerts/\(id)", as: "district2").status == 404)
      #expect(try await console.post("/api/v1/alerts/\(id)/hold", as: "district2").status == 404)
      let unknown = AlertID(high: 7, low: 7)
      #expect(try await console.post("/api/v1/alerts/\(unknown)/hold", as: "district2").status == 404)
      #expect(console.world.state.withLock { $0.actions.isEmpty })
      #expect(try await console.get("/api/v1/alerts/no-id", as: "desk").status == 404)
    }
  }
}
