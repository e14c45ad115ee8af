import CareModel
import EngineHost
import JSONText
import Synchronization
import Testing

@Suite struct TaskRoutesTests {
  @Test func theDeskMakesATaskAndStaffAcceptItOnce() async throws {
    try await Harness.run { (console: Harness) async throws in
      let body = #"{"kind": "visit", "resident": "\#(People.wang)"}"#
      let made = try await console.post("/api/v1/tasks", as: "desk", body)
      #expect(made.status == 201)
      let task = try #require(made.json["task"]?.string)
      let mine = try await console.get("/api/v1/offers?staff=me", as: "responder")
      let theirs = try await console.get("/api/v1/offers", as: "responder2")
      #expect(mine.items.first?["residentName"]?.string == "王秀英")
      let first = try #require(mine.items.first?["id"]?.string)
      let second = try #require(theirs.items.first?["id"]?.string)
      #expect(try await console.post("/api/v1/offers/\(first)/accept", as: "responder").status == 200)
      let late = try await console.post("/api/v1/offers/\(second)/accept", as: "responder2", "{}")
      #expect(late.status == 409)
      #expect(late.code == "alreadyTaken")
      let shown = try await console.get("/api/v1/tasks/\(task)", as: "desk")
      #expect(shown.json["slots"]?.array?.first?["staff"]?.string == People.responder.description)
      #expect(shown.json["people"]?.array?.count == 2)
    }
  }

  @Test func staffMoveTheirOwnTaskAndTheDeskMayDoItForThem() async throws {
    try await Harness.run { (console: Harness) async throws in
      let (task, offer) = try await acceptedTask(console)
      let path = "/api/v1/tasks/\(task)/status"
      #expect(try await console.post(path, as: "responder", #"{"state": "enRoute"}"#).status == 200)
      #expect(try await console.post(path, as: "desk", #"{"state": "onScene"}"#).status == 200)
      #expect(console.world.task(task)?.state == .onScene)
      #expect(try await console.post(path, as: "responder2", #"{"state": "onScene"}"#).code == "notYours")
      #expect(try await console.post(path, as: "responder", #"{"state": "pending"}"#).status == 422)
      let other = #"{"state": "onScene", "staff": "\#(People.secondResponder)"}"#
      #expect(try await console.post(path, as: "responder", other).code == "notYours")
      #expect(try await console.post("/api/v1/offers/\(offer)/distress", as: "responder").status == 200)
      #expect(try await console.post("/api/v1/offers/\(offer)/relinquish", as: "responder").status == 200)
      #expect(try await console.post("/api/v1/offers/\(offer)/decline", as: "responder").code == "offerClosed")
    }
  }

  @Test func theDeskAssignsAndCancels() async throws {
    try await Harness.run { (console: Harness) async throws in
      let (busyTask, _) = try await acceptedTask(console)
      let path = "/api/v1/tasks/\(busyTask)"
      let busy = #"{"staff": "\#(People.responder)"}"#
      #expect(try await console.post(path + "/assign", as: "desk", busy).code == "staffBusy")
      let free = #"{"staff": "\#(People.secondDesk)"}"#
      #expect(try await console.post(path + "/assign", as: "desk", free).status == 200)
      let stranger = #"{"staff": "\#(StaffID(high: 9, low: 9))"}"#
      #expect(try await console.post(path + "/assign", as: "desk", stranger).code == "unknownStaff")
      #expect(try await console.post(path + "/cancel", as: "desk", #"{"reason": "family came"}"#).status == 200)
      #expect(try await console.post(path + "/cancel", as: "desk", #"{"reason": "again"}"#).code == "wrongState")
      #expect(try await console.get("/api/v1/tasks", as: "desk").items.isEmpty)
    }
  }

  @Test(arguments: [
    #"{"kind": "visit"}"#, #"{"kind": "party", "resident": "\#(People.wang)"}"#,
    #"{"kind": "visit", "resident": "\#(People.wang)", "slotCount": 9}"#,
    #"{"kind": "visit", "resident": "\#(ResidentID(high: 9, low: 9))"}"#,
    #"{"kind": "visit", "resident": "\#(People.wang)", "startsAt": "tomorrow"}"#,
  ])
  func aTaskThatCannotBeMadeIsRefused(_ body: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.post("/api/v1/tasks", as: "desk", body).status == 422)
      #expect(try await console.get("/api/v1/tasks", as: "desk").items.isEmpty)
    }
  }

  @Test func aTaskIsMadeForTheDistrictsOfTheAccountOnly() async throws {
    try await Harness.run { (console: Harness) async throws in
      let alert = console.world.openAlert()
      let forgotten = console.world.openAlert { $0.state = .resolved }
      console.world.change { $0.forgottenAlerts = [forgotten] }
      let strange = [
        #""resident": "\#(People.wang)""#, #""dwelling": "\#(People.home)""#, #""alert": "\#(alert)""#,
        #""alert": "\#(forgotten)""#, #""resident": "\#(People.li)", "dwelling": "\#(People.home)""#,
        #""dwelling": "\#(DwellingID(high: 7, low: 7))""#,
      ]
      for members in strange {
        let body = #"{"kind": "visit", \#(members)}"#
        #expect(try await console.post("/api/v1/tasks", as: "district2", body).status == 404, "\(members)")
      }
      #expect(console.world.state.withLock { $0.actions.isEmpty })
      let own = #"{"kind": "visit", "resident": "\#(People.li)", "dwelling": "\#(People.otherHome)"}"#
      #expect(try await console.post("/api/v1/tasks", as: "district2", own).status == 201)
    }
  }

  @Test func offersOfAnotherDistrictAreNotAnsweredByItsDesk() async throws {
    try await Harness.run { (console: Harness) async throws in
      let (_, offer) = try await acceptedTask(console)
      let done = console.world.state.withLock { $0.actions.count }
      let body = #"{"staff": "\#(People.responder)"}"#
      for answer in ["accept", "decline", "relinquish", "distress"] {
        let path = "/api/v1/offers/\(offer)/\(answer)"
        #expect(try await console.post(path, as: "district2", body).status == 404)
        let unknown = "/api/v1/offers/\(OfferID(high: 7, low: 7))/\(answer)"
        #expect(try await console.post(unknown, as: "district2", body).status == 404)
      }
      #expect(console.world.state.withLock { $0.actions.count } == done)
      console.world.addAccount(.dispatcher, token: "district1", staff: People.desk, districts: [1])
      #expect(try await console.post("/api/v1/offers/\(offer)/relinquish", as: "district1", body).status == 200)
    }
  }

  @Test func staffSeeOnlyWhatTheyAreAskedAndAnswerOnlyForThemselves() async throws {
    try await Harness.run { (console: Harness) async throws in
      let (task, offer) = try await acceptedTask(console)
      console.world.change { state in
        for (id, row) in state.tasks where id != task {
          var stranger = row
          stranger.slots[0].offers = []
          state.tasks[id] = stranger
        }
      }
      let other = WorkTask(
        id: console.world.newID(), district: 1, caseKey: .resident(People.li), kind: .visit, alert: nil,
        resident: People.li, dwelling: nil, createdAt: console.world.now, policy: "task",
        progress: TrackProgress(track: "field", state: .asking), slotCount: 1)
      console.world.put(other, .taskCreated)
      #expect(try await console.get("/api/v1/tasks", as: "responder").items.count == 1)
      #expect(try await console.get("/api/v1/tasks/\(other.id)", as: "responder").status == 404)
      #expect(try await console.get("/api/v1/tasks", as: "desk").items.count == 2)
      let foreign = "/api/v1/offers?staff=\(People.secondResponder)"
      #expect(try await console.get(foreign, as: "responder").code == "notYours")
      #expect(try await console.get(foreign, as: "desk").items.count == 1)
      #expect(try await console.get("/api/v1/offers?staff=x", as: "desk").status == 400)
      let named = #"{"staff": "\#(People.secondResponder)"}"#
      #expect(try await console.post("/api/v1/offers/\(offer)/decline", as: "responder", named).code == "notYours")
    }
  }

  @Test func tasksOfOneAlertAndStaysAndRemindersAreListed() async throws {
    try await Harness.run { (console: Harness) async throws in
      let alert = console.world.openAlert()
      _ = try await console.post("/api/v1/alerts/\(alert)/sendStaff", as: "desk")
      #expect(try await console.get("/api/v1/tasks?alert=\(alert)", as: "watch").items.count == 1)
      #expect(try await console.get("/api/v1/tasks?alert=\(AlertID(high: 5, low: 5))", as: "watch").items.isEmpty)
      #expect(try await console.get("/api/v1/tasks?alert=x", as: "watch").status == 400)
      let reminder = console.world.openReminder()
      #expect(try await console.get("/api/v1/stays", as: "watch").items.first?["residentName"]?.string == "王秀英")
      #expect(try await console.get("/api/v1/stays", as: "district2").items.isEmpty)
      #expect(try await console.get("/api/v1/reminders", as: "watch").items.count == 1)
      let shown = try await console.get("/api/v1/reminders", as: "watch").text
      #expect(!shown.contains("example.invalid"))
      let path = "/api/v1/reminders/\(reminder)/confirm"
      #expect(try await console.post(path, as: "district2").status == 404)
      #expect(try await console.post(path, as: "watch").status == 403)
      #expect(try await console.post(path, as: "desk").status == 200)
      #expect(try await console.post(path, as: "desk").code == "wrongState")
      #expect(try await console.get("/api/v1/reminders", as: "watch").items.isEmpty)
    }
  }

  private func acceptedTask(_ console: Harness) async throws -> (TaskID, OfferID) {
    let alert = console.world.openAlert()
    let made = try await console.post("/api/v1/alerts/\(alert)/sendStaff", as: "desk")
    let offer = try #require(console.world.openOffers(to: People.responder).first?.id)
    _ = try await console.post("/api/v1/offers/\(offer)/accept", as: "responder")
    return (try #require(made.json["task"]?.string.flatMap { TaskID($0) }), offer)
  }
}
