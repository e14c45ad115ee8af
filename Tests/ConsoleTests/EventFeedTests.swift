import CareModel
import Console
import EngineHost
import HTTPTypes
import JSONText
import Testing

@Suite struct EventFeedTests {
  @Test func aNewReaderStartsAtTheNewestEntry() async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.openAlert()
      let answer = try await console.get("/api/v1/events", as: "desk")
      #expect(answer.header("Content-Type") == "text/event-stream")
      #expect(answer.text == "id: s1:1.0\nevent: ready\ndata: {}\n\n")
    }
  }

  @Test(arguments: [true, false])
  func aReaderResumesAfterItsLastEntry(_ isHeader: Bool) async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<3 { console.world.openAlert() }
      let name = try #require(HTTPField.Name("Last-Event-ID"))
      let answer =
        isHeader
        ? try await console.get("/api/v1/events", as: "desk", headers: [name: "s1:1.0"])
        : try await console.get("/api/v1/events?lastEventId=s1:1.0", as: "desk")
      #expect(ids(answer) == ["s1:1.0", "s1:2.0", "s1:3.0"])
      #expect(answer.text.contains("event: alert.opened\ndata: {\"type\":\"alert.opened\""))
    }
  }

  @Test func whatMemoryHasForgottenComesFromTheRecordWithoutAGap() async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<1203 { console.world.openAlert() }
      console.world.change { $0.forgottenCommit = 1100 }
      let answer = try await console.get("/api/v1/events?lastEventId=s1:3.0", as: "desk")
      #expect(entries(answer) == (4...1203).map { "s1:\($0).0" })
      #expect(!answer.text.contains("event: reset"))
    }
  }

  @Test(arguments: ["s1:2.0", "s9:4.0", "s1:99.0", "nonsense", "s1:x.0"])
  func anIdTooOldOrUnknownGetsReset(_ id: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<5 { console.world.openAlert() }
      console.world.change {
        $0.forgottenCommit = 4
        $0.droppedCommit = 3
      }
      let answer = try await console.get("/api/v1/events?lastEventId=\(id)", as: "desk")
      #expect(answer.text == "id: s1:5.0\nevent: reset\ndata: {}\n\n")
    }
  }

  @Test(arguments: ["s1:3.0", "s1:3.\(Int.max)", "s1:5.\(Int.max)"])
  func afterARestartInQuietTimesTheNewestIdGoesOn(_ id: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<3 { console.world.openAlert() }
      console.world.change {
        $0.commit = 5
        $0.forgottenCommit = 5
        $0.isRestarted = true
      }
      let answer = try await console.get("/api/v1/events?lastEventId=\(id)", as: "desk")
      #expect(answer.text == "id: s1:5.\(Int.max)\nevent: ready\ndata: {}\n\n")
    }
  }

  @Test(arguments: [false, true])
  func afterARestartComesWhatWasStoredInBetweenOnce(_ happensAfterwards: Bool) async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<3 { console.world.openAlert() }
      console.world.change {
        $0.forgottenCommit = 3
        $0.isRestarted = true
      }
      if happensAfterwards { console.world.openAlert() }
      let answer = try await console.get("/api/v1/events?lastEventId=s1:1.\(Int.max)", as: "desk")
      #expect(entries(answer) == ["s1:2.0", "s1:3.0"] + (happensAfterwards ? ["s1:4.0"] : []))
      #expect(!answer.text.contains("event: reset"))
    }
  }

  @Test func whatTheRecordKnowsBeforeMemoryIsToldOnce() async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<5 { console.world.openAlert() }
      console.world.change {
        $0.forgottenCommit = 3
        $0.isRestarted = true
        $0.lateCommits = 2
      }
      let answer = try await console.get("/api/v1/events?lastEventId=s1:3.0", as: "desk")
      #expect(entries(answer) == ["s1:4.0", "s1:5.0"])
      #expect(ids(answer).last == "s1:5.0")
      #expect(!answer.text.contains("event: reset"))
    }
  }

  @Test func aReaderWhoNeedsTheRecordIsToldWhenItIsAway() async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<5 { console.world.openAlert() }
      _ = try await console.get("/api/v1/me", as: "desk")
      console.world.change {
        $0.forgottenCommit = 4
        $0.isStoreAway = true
      }
      #expect(try await console.get("/api/v1/events?lastEventId=s1:1.0", as: "desk").status == 503)
      #expect(ids(try await console.get("/api/v1/events?lastEventId=s1:4.0", as: "desk")).last == "s1:5.0")
    }
  }

  @Test(arguments: [0, 3])
  func onlyTheAccountsDistrictsAreSeenFromMemoryAndFromTheRecord(_ forgotten: Int64) async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.openAlert(district: 1)
      console.world.openAlert(resident: People.li, dwelling: nil, district: 2)
      console.world.openAlert(resident: nil, dwelling: nil, district: 0)
      console.world.change { $0.forgottenCommit = forgotten }
      let answer = try await console.get("/api/v1/events?lastEventId=s1:0.0", as: "district2")
      let seen = ids(answer)
      #expect(!seen.contains("s1:1.0"))
      #expect(seen.contains("s1:2.0") && seen.contains("s1:3.0"))
      #expect(!answer.text.contains(People.wang.description))
    }
  }

  @Test func staffSeeOnlyTheirOwnOffersAndTasks() async throws {
    try await Harness.run { (console: Harness) async throws in
      let alert = console.world.openAlert()
      _ = try await console.post("/api/v1/alerts/\(alert)/sendStaff", as: "desk")
      let other = WorkTask(
        id: console.world.newID(), district: 1, caseKey: .resident(People.li), kind: .visit, alert: nil,
        resident: People.li, dwelling: nil, createdAt: console.world.now, policy: "task",
        progress: TrackProgress(track: "field", state: .asking), slotCount: 1)
      console.world.put(other, .taskCreated)
      let answer = try await console.get("/api/v1/events?lastEventId=s1:0.0", as: "responder")
      #expect(answer.text.contains("event: task.created"))
      #expect(!answer.text.contains("event: alert.opened"))
      #expect(!answer.text.contains(other.id.description))
    }
  }

  @Test func whatPeopleWriteCannotForgeAnEntry() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      let note = #"{"text": "a\n\nid: s1:999.0\nevent: reset\ndata: {}\r\n\r\n\u2028<script>alert(1)</script>"}"#
      #expect(try await console.post("/api/v1/alerts/\(id)/notes", as: "desk", note).status == 200)
      let answer = try await console.get("/api/v1/events?lastEventId=s1:1.0", as: "desk")
      #expect(ids(answer) == ["s1:1.0", "s1:2.0"])
      let data = answer.text.split(separator: "\n").first { $0.hasPrefix("data: {\"type\"") }.map { $0.dropFirst(6) }
      let event = try JSONValue(parsing: Array(try #require(data).utf8))
      #expect(event["text"]?.string?.hasSuffix("\u{2028}<script>alert(1)</script>") == true)
    }
  }

  @Test func oneStreamMoreThanThereMayBeIsToldToComeBack() async throws {
    try await Harness.run(settings: ConsoleSettings(maximumStreams: 1)) { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/events", as: "desk").status == 200)
      #expect(try await console.get("/api/v1/events", as: "desk").status == 200)
    }
    try await Harness.run(settings: ConsoleSettings(maximumStreams: 0)) { (console: Harness) async throws in
      let refused = try await console.get("/api/v1/events", as: "desk")
      #expect(refused.status == 503)
      #expect(refused.code == "tooManyStreams")
      #expect(refused.header("Retry-After") == "10")
    }
  }

  /// The ids in the order in which they were sent.
  private func ids(_ answer: Answer) -> [String] {
    answer.text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
  }

  /// The same without those that only say where the stream stands.
  private func entries(_ answer: Answer) -> [String] {
    let blocks = answer.text.split(separator: "\n\n").filter { !$0.contains("\nevent: ready") }
    return blocks.compactMap { $0.split(separator: "\n").first.map { String($0.dropFirst(4)) } }
  }
}
