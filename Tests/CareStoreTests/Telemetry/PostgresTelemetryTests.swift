import AlertEngine
import CareModel
import CareStore
import PQ
import Synchronization
import TestSupport
import Testing

@Suite("Telemetry in PostgreSQL", .timeLimit(.minutes(2)))
struct PostgresTelemetryTests {
  /// Runs a telemetry store around `body`, then lets it write what is left.
  private func running(_ telemetry: PostgresTelemetry, _ body: () async throws -> Void) async throws {
    let run = Task { await telemetry.run() }
    do { try await body() } catch {
      run.cancel()
      throw error
    }
    telemetry.finish()
    await run.value
  }

  @Test("every signal is answered once, after its row is there")
  func answers() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    try await running(telemetry) {
      telemetry.write(0..<9_000, log)
      await log.wait(for: 9_000)
      let count = try await world.number("select count(*) from signal")
      #expect(count == 9_000)
    }
    #expect(log.answers.count == 9_000)
    #expect(log.answers.values.allSatisfy { $0 == [true] })
  }

  @Test("the same signal again is answered and stays one row")
  func repeats() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    try await running(telemetry) {
      telemetry.write([1, 2, 1], log)
      await log.wait(for: 3)
      telemetry.write([2], log)
      await log.wait(for: 4)
    }
    #expect(log.answers == [1: [true, true], 2: [true, true]])
    #expect(try await world.number("select count(*) from signal") == 2)
  }

  @Test("a full queue takes no more, and says so at once")
  func bound() async throws {
    var settings = TelemetrySettings()
    settings.maximumQueued = 5
    let world = try await StoreWorld()
    let telemetry = world.telemetry(settings)
    let log = AnswerLog()
    telemetry.write(0..<6, log)
    #expect(log.answers == [5: [false]])
    try await running(telemetry) { await log.wait(for: 6) }
    #expect((0..<5).allSatisfy { log.answers[$0] == [true] })
  }

  @Test("a row that the database refuses keeps no other from being written")
  func poison() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    var poison = telemetrySample(100)
    poison.receivedAt = Sample.start + .hours(24 * 365)
    telemetry.write(0..<50, log)
    telemetry.write(poison) { log.add(100, $0) }
    telemetry.write(50..<99, log)
    try await running(telemetry) { await log.wait(for: 100) }
    #expect(log.answers[100] == [false])
    #expect((0..<99).allSatisfy { log.answers[$0] == [true] })
    #expect(try await world.number("select count(*) from signal") == 99)
  }

  @Test("U+0000 in a text is no reason to lose a row")
  func nullCharacter() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    var odd = telemetrySample(1)
    odd.signal.zone = "a\u{0}b"
    odd.signal.source.serial = "\u{0}"
    odd.signal.repeatKey = .message(id: "\u{0}1", window: .hours(1))
    telemetry.write(odd) { log.add(1, $0) }
    try await running(telemetry) { await log.wait(for: 1) }
    #expect(log.answers == [1: [true]])
    let sql = "select octet_length(zone)::bigint from signal where message_id = U&'\\FFFD' || '1'"
    #expect(try await world.number(sql) == 5)
  }

  @Test("rows on their way when the connection is lost are written over the next one, once")
  func lostConnection() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    let killer = try await world.connect()
    var count = 10_000
    try await running(telemetry) {
      for round in 0..<20 {
        telemetry.write(round * 500..<round * 500 + 500, log)
        try await killer.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'telemetry' and datname = current_database()
          """)
      }
      await log.wait(for: 10_000)
      // A slow machine may lose every batch of before; the last connection stays.
      while !log.answers.values.contains([true]) {
        telemetry.write(count..<count + 1, log)
        count += 1
        await log.wait(for: count)
      }
    }
    #expect(log.answers.count == count)
    #expect(log.answers.values.allSatisfy { $0.count == 1 })
    let confirmed = log.answers.filter { $0.value == [true] }.map { Int64($0.key) }
    let written = Set(
      try await world.numbers("select (extract(epoch from received_at) * 1000)::bigint from signal"))
    let start = Sample.start.microseconds / 1000
    #expect(confirmed.allSatisfy { written.contains(start + $0) })
  }

  @Test("while the database is away the answer is no, and when it is back it is yes")
  func away() async throws {
    let server = try await PostgresServer.start(fsync: false)
    let world = try await StoreWorld(server: server)
    var settings = TelemetrySettings()
    settings.reconnectInterval = .milliseconds(1)
    let telemetry = world.telemetry(settings)
    let log = AnswerLog()
    try await running(telemetry) {
      telemetry.write(0..<10, log)
      await log.wait(for: 10)
      try await server.stop()
      telemetry.write(10..<20, log)
      await log.wait(for: 20)
      try await server.restart()
      var number = 20
      var isBack = false
      while !isBack {
        telemetry.write([number], log)
        await log.wait(for: number + 1)
        isBack = log.answers[number] == [true]
        number += 1
      }
    }
    #expect((0..<10).allSatisfy { log.answers[$0] == [true] })
    #expect((10..<20).allSatisfy { log.answers[$0] == [false] })
    try await server.stop()
  }

  @Test("after the end nothing is taken, and what waits at a cancellation is answered")
  func ending() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    let log = AnswerLog()
    telemetry.write(0..<3, log)
    try await running(telemetry) {}
    telemetry.write(3..<4, log)
    #expect(log.answers == [0: [true], 1: [true], 2: [true], 3: [false]])

    let unreachable = PostgresTelemetry { () async throws(PQError) in
      try await PQHostList(PQEndpoint.parse("host=/nowhere dbname=x user=x")).connect()
    }
    let cancelled = Task { await unreachable.run() }
    cancelled.cancel()
    unreachable.write(10..<13, log)
    await cancelled.value
    unreachable.write(13..<14, log)
    await log.wait(for: 8)
    #expect((10..<14).allSatisfy { log.answers[$0] == [false] })
  }
}
