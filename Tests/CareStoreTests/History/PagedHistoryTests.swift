import AlertEngine
import CareJSON
import CareModel
import CareStore
import EngineHost
import JSONText
import Testing

@Suite("Alerts and signals of the record")
struct PagedHistoryTests {
  /// All pages of a list.
  private func all(
    _ read: (String?) async throws -> HistoryPage
  ) async throws -> (rows: [String], sizes: [Int]) {
    var rows: [String] = []
    var sizes: [Int] = []
    var cursor: String?
    repeat {
      let page = try await read(cursor)
      rows += page.rows
      sizes.append(page.rows.count)
      cursor = page.next
    } while cursor != nil
    return (rows, sizes)
  }

  @Test("alerts come newest first, by state, page by page, also when many were opened at once")
  func alerts() async throws {
    var commits = HistoryWorld.alarms(7)
    for index in commits.indices { commits[index].alerts[0].openedAt = Sample.time(Int64(index / 3)) }
    for index in 5..<7 { commits[index].alerts[0].state = .resolved }
    let history = try await HistoryWorld(commits).history
    let alerts = commits.map { $0.alerts[0] }.sorted {
      ($1.openedAt, $0.id) < ($0.openedAt, $1.id)
    }
    let open = try await all { try await history.alerts(resolved: false, after: $0, limit: 2) }
    #expect(open.rows == alerts.filter { $0.state == .open }.map(\.jsonText))
    #expect(open.sizes == [2, 2, 1])
    let closed = try await all { try await history.alerts(resolved: true, after: $0, limit: 2) }
    #expect(closed.rows == alerts.filter { $0.state == .resolved }.map(\.jsonText))
    #expect(closed.sizes == [2])
  }

  @Test("an alert is found by its id in every state, and none by another")
  func alertByID() async throws {
    var commits = HistoryWorld.alarms(2)
    commits[1].alerts[0].state = .resolved
    let history = try await HistoryWorld(commits).history
    for alert in commits.map({ $0.alerts[0] }) {
      let expected = RecordedAlert(
        json: alert.jsonText, district: alert.district, caseKey: alert.caseKey, openedAt: alert.openedAt)
      #expect(try await history.recordedAlert(alert.id) == expected)
    }
    #expect(try await history.recordedAlert(AlertID(high: 1, low: 1)) == nil)
  }

  @Test("signals come newest first, of one device or of all")
  func signals() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(5)).history
    let every = try await all { try await history.signals(serial: nil, after: $0, limit: 2) }
    let ids = try every.rows.map { try JSONValue(parsing: Array($0.utf8))["id"]?.string }
    #expect(ids == (1...5).reversed().map { Sample.signal($0).id.description })
    #expect(every.sizes == [2, 2, 1])
    let device = try await history.signals(serial: "SB-3", after: nil, limit: 2)
    #expect(device.rows == [every.rows[2]])
    #expect(device.next == nil)
    #expect(try await history.signals(serial: "SB-9", after: nil, limit: 2).rows.isEmpty)
  }

  @Test("a signal shows what was decided, and of the raw message only its length")
  func signalMembers() async throws {
    let history = try await HistoryWorld(HistoryWorld.alarms(1)).history
    let row = try #require(try await history.signals(serial: nil, after: nil, limit: 1).rows.first)
    let signal = Sample.signal(1)
    let expected = """
      {"id":"\(signal.id)","receivedAt":"2026-11-23T02:00:00.001000Z","district":3,"feed":"mqtt","sender":"SB-1",\
      "serial":"SB-1","kind":"panic","occurredAt":"2026-11-23T02:00:00.001000Z","battery":80,"zone":"卧室",\
      "value":36.5,"oddities":["wrongClock","missingField"],"resident":"\(Sample.resident(1))",\
      "alert":"\(Sample.alert(1).id)","class":"life","reason":"a panic button","ruleSetHash":"abc",\
      "messageID":"m1","rawBytes":4}
      """
    #expect(row == expected)
  }

  @Test("signals of all devices are found however old they are, and whichever the database's time is")
  func oldSignals() async throws {
    var commits = HistoryWorld.alarms(3)
    commits[0].signal?.receivedAt = Sample.start - .hours(24 * 20)
    commits[1].signal?.receivedAt = Sample.start + .hours(24 * 60)
    let history = try await HistoryWorld(commits).history
    let every = try await all { try await history.signals(serial: nil, after: $0, limit: 1) }
    let serials = try every.rows.map { try JSONValue(parsing: Array($0.utf8))["serial"]?.string }
    #expect(serials == ["SB-2", "SB-3", "SB-1"])
  }

  @Test(
    "a cursor that is none of ours is refused",
    arguments: ["", "x", "1", "1.x", "-1.01234567-89ab-7cde-0000-000000000001", "1.01234567-89ab-7cde-0000-00000001.1"])
  func wrongCursors(_ cursor: String) async throws {
    let history = PostgresHistory(pool: try await StoreWorld().pool())
    await #expect { try await history.alerts(resolved: false, after: cursor, limit: 1) } throws: {
      ($0 as? StoreProblem)?.code == .invalid
    }
    await #expect { try await history.signals(serial: nil, after: cursor, limit: 1) } throws: {
      ($0 as? StoreProblem)?.code == .invalid
    }
  }
}
