import DemoCity
import JSONText
import Logging
import SilverbellApp
import TestSupport
import Testing

@Suite(.serialized) struct SilverbellAppTests {
  @Test("A press by mosquitto_pub is an alert over HTTP, and the daemon stops in good order")
  func pressBecomesAlert() async throws {
    let world = try await AppWorld(database: PostgresServer.shared().createDatabase())
    #expect(try await world.press(home: 0, #"{"id":"one","kind":"panic"}"#) == 0)
    let alerts = try await world.alerts()
    #expect(alerts.count == 1)
    #expect(alerts.first?["serial"]?.string == world.city.home(0).device.userName)
    #expect(alerts.first?["class"]?.string == "life")
    #expect(await world.stop() == nil)
    #expect(try await world.count("select count(*) from alert") == 1)
    #expect(try await world.press(home: 0, #"{"id":"two","kind":"panic"}"#, seconds: 5) != 0)
  }

  @Test("Three presses without id are three signals and one alert, raised")
  func threePresses() async throws {
    let world = try await AppWorld(database: PostgresServer.shared().createDatabase())
    for _ in 0..<3 { #expect(try await world.press(home: 1, #"{"kind":"panic"}"#) == 0) }
    let alerts = try await world.alerts()
    #expect(alerts.count == 1)
    #expect(alerts.first?["signalCount"]?.int == 3)
    #expect((alerts.first?["raisedCount"]?.int ?? 0) >= 1)
    #expect(try await world.count("select count(distinct id) from signal") == 3)
    #expect(await world.stop() == nil)
  }

  @Test("While PostgreSQL is away nothing is acknowledged; the same message afterwards is one signal")
  func databaseAway() async throws {
    let server = try await PostgresServer.start(fsync: false)
    let world = try await AppWorld(database: server.createDatabase())
    try await server.stop()
    #expect(try await world.press(home: 2, #"{"id":"same","kind":"panic"}"#, seconds: 6) != 0)
    try await server.restart()
    // As a device does: again and again, until it is acknowledged.
    let limit = ContinuousClock.now + .seconds(60)
    var status: Int32 = -1
    while status != 0, ContinuousClock.now < limit {
      status = try await world.press(home: 2, #"{"id":"same","kind":"panic"}"#, seconds: 6)
    }
    #expect(status == 0)
    #expect(try await world.count("select count(*) from signal where message_id = 'same'") == 1)
    #expect(try await world.alerts().count == 1)
    #expect(await world.stop() == nil)
    try await server.stop()
  }

  @Test("A database that is not there ends the start with one sentence after the configured time")
  func databaseAbsent() async throws {
    let app = SilverbellApp(
      configuration: try AppWorld.configuration("host=/nonexistent dbname=x user=x"),
      executable: Checkout.folder + "/silverbell", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let problem = await #expect(throws: StartProblem.self) { try await app.run() }
    guard case .databaseAbsent(waitedSeconds: 1, _) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(problem?.exitCode == 1)
    #expect(await app.ports() == nil)
  }

  @Test("A database without schema is refused with what to do")
  func schemaMissing() async throws {
    let database = try await PostgresServer.shared().createDatabase()
    let app = SilverbellApp(
      configuration: try AppWorld.configuration(database.connectionString),
      executable: Checkout.folder + "/silverbell", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let problem = await #expect(throws: StartProblem.self) { try await app.run() }
    #expect(problem?.description.hasSuffix("run `silverbell migrate`.") == true)
  }

  @Test("A second engine of the shard ends the first one with exit code 75")
  func leadershipLost() async throws {
    let database = try await PostgresServer.shared().createDatabase()
    let first = try await AppWorld(database: database)
    let second = try await AppWorld(database: database)
    // The first engine learns of it when it next writes.
    _ = try await first.press(home: 3, #"{"id":"late","kind":"panic"}"#, seconds: 6)
    let problem = await first.ended()
    #expect(problem == .leadershipLost)
    #expect(problem?.exitCode == 75)
    #expect(try await second.press(home: 3, #"{"id":"late","kind":"panic"}"#) == 0)
    #expect(await second.stop() == nil)
  }
}
