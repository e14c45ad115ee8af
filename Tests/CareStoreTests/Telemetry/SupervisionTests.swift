import CareModel
import CareStore
import PQ
import Testing

@Suite("Signs of life", .timeLimit(.minutes(1)))
struct SupervisionTests {
  private func flushed(_ telemetry: PostgresTelemetry) async {
    telemetry.finish()
    await telemetry.run()
  }

  private func rows(_ world: StoreWorld) async throws -> [String] {
    let connection = try await world.connect()
    defer { connection.close() }
    let sql = """
      select serial || ' ' || (extract(epoch from heard_at) * 1000 - \(Sample.start.microseconds / 1000))::bigint
        || ' ' || coalesce(battery_percent::text, '-')
      from device_supervision order by serial
      """
    return try await connection.query(sql).map { try $0.text(0) }
  }

  @Test("of one device the newest sign is kept, in whatever order they come, and the last charge that was told")
  func newest() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    telemetry.heard([("B", Sample.time(5), nil), ("A", Sample.time(9), 80), ("A", Sample.time(3), 70)])
    telemetry.heard([("A", Sample.time(10), nil), ("B", Sample.time(4), 60)])
    await flushed(telemetry)
    #expect(try await rows(world) == ["A 10 80", "B 5 60"])

    let later = world.telemetry()
    later.heard([("A", Sample.time(1), nil), ("B", Sample.time(20), 59), ("C\u{0}", Sample.time(1), nil)])
    await flushed(later)
    #expect(try await rows(world) == ["A 10 80", "B 20 59", "C\u{FFFD} 1 -"])
  }

  @Test("so many devices wait for a flush, and the next is left out")
  func bound() async throws {
    var settings = TelemetrySettings()
    settings.maximumHeard = 3
    settings.maximumHeardBatch = 2
    let world = try await StoreWorld()
    let telemetry = world.telemetry(settings)
    telemetry.heard((1...4).map { ("D\($0)", Sample.time(Int64($0)), nil) })
    telemetry.heard([("D1", Sample.time(9), nil)])
    await flushed(telemetry)
    #expect(try await rows(world) == ["D1 9 -", "D2 2 -", "D3 3 -"])
  }

  @Test("signs are flushed while it runs, without any telemetry")
  func interval() async throws {
    var settings = TelemetrySettings()
    settings.heardInterval = .milliseconds(1)
    let world = try await StoreWorld()
    let telemetry = world.telemetry(settings)
    let run = Task { await telemetry.run() }
    telemetry.heard([("A", Sample.time(1), nil)])
    while try await world.number("select count(*) from device_supervision") == 0 { await Task.yield() }
    telemetry.finish()
    await run.value
    #expect(try await rows(world) == ["A 1 -"])
  }

  @Test("what cannot be written waits for the next flush")
  func databaseAway() async throws {
    let world = try await StoreWorld()
    let hosts = world.hosts
    let attempts = Attempts()
    var settings = TelemetrySettings()
    settings.heardInterval = .milliseconds(1)
    let telemetry = PostgresTelemetry(settings: settings) { () async throws(PQError) in
      if await attempts.next() <= 2 { return try await PQHostList(Self.nowhere()).connect() }
      return try await hosts.connect(applicationName: "telemetry", deadlineSeconds: 10)
    }
    telemetry.heard([("A", Sample.time(1), 5)])
    let run = Task { await telemetry.run() }
    while try await world.number("select count(*) from device_supervision") == 0 { await Task.yield() }
    telemetry.finish()
    await run.value
    #expect(try await rows(world) == ["A 1 5"])
  }

  private static func nowhere() throws(PQError) -> [PQEndpoint] {
    try PQEndpoint.parse("host=/nowhere dbname=x user=x")
  }
}

private actor Attempts {
  private var count = 0

  func next() -> Int {
    count += 1
    return count
  }
}
