import AlertEngine
import CareJSON
import CareModel
import CareStore
import EngineHost
import Testing

@Suite("The stored event stream and timelines")
struct EventHistoryTests {
  private static func id(_ commit: Int64, _ ordinal: Int) -> EventID {
    EventID(shard: "s1", commit: commit, ordinal: ordinal)
  }

  private static let now = Sample.start + .minutes(1)

  @Test("after an id come exactly the later entries, in their order and as they were written")
  func entriesInOrder() async throws {
    let commits = HistoryWorld.alarms(3)
    let history = try await HistoryWorld(commits).history
    let found = try await history.events(after: Self.id(1, 1), limit: 500, now: Self.now)
    var expected: [StoredEvent] = []
    for commit in commits {
      for (ordinal, event) in commit.events.enumerated() where Self.id(commit.number, ordinal) > Self.id(1, 1) {
        expected.append(
          StoredEvent(
            id: Self.id(commit.number, ordinal), district: 3, type: event.kind.rawValue, json: event.jsonText))
      }
    }
    #expect(found == expected)
    #expect(try await history.events(after: Self.id(3, 2), limit: 500, now: Self.now) == [])
  }

  @Test("a reader that takes a few at a time misses none, also within a commit of many cases")
  func fewAtATime() async throws {
    var wide = Sample.alarm(2)
    wide.events = (0..<7).map { Sample.event(.alertNoted, Int64($0 + 1), .alert(Sample.alert(2))) }
    let commits = [Sample.alarm(1), wide, Sample.alarm(3)]
    let history = try await HistoryWorld(commits).history
    for limit in [1, 2, 3, 5] {
      var last = Self.id(1, 0)
      var ids: [EventID] = []
      while let more = try await history.events(after: last, limit: limit, now: Self.now), let end = more.last {
        #expect(more.count <= limit)
        ids += more.map(\.id)
        last = end.id
      }
      #expect(ids == [(1, 1), (1, 2)].map(Self.id) + (0..<7).map { Self.id(2, $0) } + (0..<3).map { Self.id(3, $0) })
    }
  }

  @Test("an id that is unknown, of another shard, ahead of the record or no entry of its commit is not resumed")
  func unknownIDs() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(2)).history
    let unknown = [
      EventID(shard: "s2", commit: 1, ordinal: 0), EventID(shard: "a\u{0}", commit: 1, ordinal: 0), Self.id(3, 0),
      Self.id(2, 3), Self.id(1, -1), Self.id(-1, 0), Self.id(3, Int.max),
    ]
    for id in unknown {
      #expect(try await history.events(after: id, limit: 1, now: Self.now) == nil)
    }
  }

  @Test("the largest ordinal is the end of its commit, whether that has entries or not")
  func endOfCommit() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(2)).history
    let after = try await history.events(after: Self.id(1, Int.max), limit: 500, now: Self.now)
    #expect(after?.map(\.id) == (0..<3).map { Self.id(2, $0) })
    #expect(try await history.events(after: Self.id(0, Int.max), limit: 500, now: Self.now)?.count == 6)
    #expect(try await history.events(after: Self.id(2, Int.max), limit: 500, now: Self.now) == [])
  }

  @Test("an id of a commit without entries is resumed")
  func commitWithoutEntries() async throws {
    var silent = Sample.alarm(1)
    silent.events = []
    let history = try await HistoryWorld([silent, Sample.alarm(2)]).history
    #expect(try await history.events(after: Self.id(1, 0), limit: 500, now: Self.now)?.count == 3)
    #expect(try await history.events(after: Self.id(0, 0), limit: 500, now: Self.now)?.count == 3)
  }

  @Test("when the first entry after the id is 24 hours old it is resumed, and a microsecond later no more")
  func age() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(2)).history
    let last = Sample.time(1) + PostgresHistory.streamMemory
    #expect(try await history.events(after: Self.id(1, 0), limit: 1, now: last)?.count == 1)
    let late = Timestamp(microseconds: last.microseconds + 1)
    #expect(try await history.events(after: Self.id(1, 0), limit: 1, now: late) == nil)
    #expect(try await history.events(after: Self.id(1, 2), limit: 1, now: late)?.count == 1)
  }

  @Test("a timeline has the entries of its case alone, oldest first, from a moment on")
  func timeline() async throws {
    var second = Sample.alarm(2)
    second.events = second.events.map { event in
      var event = event
      event.caseKey = Sample.caseKey(1)
      return event
    }
    let commits = [Sample.alarm(1), second, Sample.alarm(3)]
    let history = try await HistoryWorld(commits).history
    let expected = (commits[0].events + commits[1].events).map(\.jsonText)
    let all = try await history.timeline(Sample.caseKey(1), since: .distantPast, limit: 500)
    #expect(all == expected)
    let later = try await history.timeline(Sample.caseKey(1), since: Sample.time(2), limit: 2)
    #expect(later == Array(expected[3..<5]))
    #expect(try await history.timeline(Sample.caseKey(9), since: .distantPast, limit: 1).isEmpty)
  }

  @Test("whatever a text holds, its entry is found and given as it was written")
  func oddTexts() async throws {
    var commit = Sample.alarm(2)
    let texts = ["\u{0}", "]}", "\"", "\\", "\\\"}],[7,{", "银铃 \u{1F600}", ""]
    commit.events = texts.map { text in
      var event = Sample.event(.alertNoted, 2, .alert(Sample.alert(2)))
      event.text = text
      return event
    }
    let history = try await HistoryWorld([Sample.alarm(1), commit]).history
    let found = try await history.events(after: Self.id(1, 2), limit: 500, now: Self.now)
    #expect(found?.map(\.json) == commit.events.map(\.jsonText))
    #expect(found?.map(\.type) == texts.map { _ in "alert.noted" })
    #expect(found?.map(\.id.ordinal) == Array(texts.indices))
    let timeline = try await history.timeline(Sample.caseKey(2), since: .distantPast, limit: 500)
    #expect(timeline == commit.events.map(\.jsonText))
  }

  @Test("1 and 500 rows are given, 0 and 501 are not")
  func limits() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(1)).history
    for limit in [1, PostgresHistory.maximumPage] {
      #expect(try await history.events(after: Self.id(1, 0), limit: limit, now: Self.now)?.isEmpty == false)
    }
    for limit in [0, PostgresHistory.maximumPage + 1] {
      await #expect { try await history.events(after: Self.id(1, 0), limit: limit, now: Self.now) } throws: {
        ($0 as? StoreProblem)?.code == .invalid
      }
    }
  }
}
