import DemoCity
import Foundation
import JSONText
import TestSupport
import Testing

/// The whole daemon with its local log: what happens while the database is away, and after it has lost something.
@Suite("Two copies", .serialized) struct TwoCopiesTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/silverbell-inputs-" + UUID().uuidString

  private func environment(_ policy: String) -> [String: String] {
    ["SILVERBELL_INPUT_LOG_DIRECTORY": folder, "SILVERBELL_ACK_POLICY": policy]
  }

  private func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

  @Test("While PostgreSQL is away a press is on the desk's list all the same, and afterwards it is one signal",
    arguments: [("strict", false), ("available", true)])
  func databaseAway(policy: String, isAnswered: Bool) async throws {
    defer { removeFolder() }
    let server = try await PostgresServer.start(fsync: false)
    let world = try await AppWorld(database: server.createDatabase(), environment: environment(policy))
    // The desk has signed in before.
    #expect(try await world.alerts().isEmpty)
    try await server.stop()
    #expect((try await world.press(home: 0, #"{"id":"one","kind":"fall"}"#, seconds: 6) == 0) == isAnswered)
    let seen = try await world.alerts()
    #expect(seen.count == 1 && seen.first?["serial"]?.string == world.city.home(0).device.userName)
    try await server.restart()
    let limit = ContinuousClock.now + .seconds(60)
    var status: Int32 = -1
    while status != 0, ContinuousClock.now < limit {
      status = try await world.press(home: 0, #"{"id":"one","kind":"fall"}"#, seconds: 6)
    }
    #expect(status == 0)
    // Answered by the log it may be written a little later: the daemon finds the database again by itself.
    while try await world.count("select count(*) from signal") == 0, ContinuousClock.now < limit {}
    #expect(try await world.count("select count(*) from signal where message_id = 'one'") == 1)
    #expect(try await world.count("select count(*) from alert") == 1)
    #expect(try await world.count("select count(*) from task") == 1)
    #expect(await world.stop() == nil)
    try await server.stop()
  }

  @Test("A database that lacks what was acknowledged is given it again at the start, once")
  func databaseLost() async throws {
    defer { removeFolder() }
    let server = try await PostgresServer.shared()
    let first = try await AppWorld(database: server.createDatabase(), environment: environment("strict"))
    for number in 0..<3 { #expect(try await first.press(home: number, #"{"id":"kept","kind":"panic"}"#) == 0) }
    #expect(await first.stop() == nil)
    for _ in 0..<2 {
      let second = try await AppWorld(database: server.createDatabase(), environment: environment("strict"))
      #expect(try await second.press(home: 0, #"{"id":"kept","kind":"panic"}"#) == 0)
      #expect(try await second.count("select count(*) from signal where message_id = 'kept'") == 3)
      #expect(try await second.count("select count(*) from alert") == 3)
      #expect(await second.stop() == nil)
    }
  }

  @Test("A folder that another daemon uses is refused with what to do")
  func folderInUse() async throws {
    defer { removeFolder() }
    let server = try await PostgresServer.shared()
    let world = try await AppWorld(database: server.createDatabase(), environment: environment("strict"))
    let problem = await #expect(throws: TestSupportError.self) {
      _ = try await AppWorld(database: server.createDatabase(), environment: environment("strict"))
    }
    #expect(problem?.description.contains("is in use by another daemon") == true)
    #expect(await world.stop() == nil)
  }
}
