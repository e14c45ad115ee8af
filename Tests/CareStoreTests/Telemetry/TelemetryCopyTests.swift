import AlertEngine
import CareModel
import CareStore
import EngineHost
import PQ
import Synchronization
import Testing

@Suite("Telemetry by COPY", .timeLimit(.minutes(2)))
struct TelemetryCopyTests {
  /// Writes the signals in one go and gives their answers in their order.
  private func write(
    _ signals: [StoredSignal], to world: StoreWorld, _ settings: TelemetrySettings = TelemetrySettings(),
    report: @escaping @Sendable (StoreProblem) -> Void = { _ in }
  ) async -> [Bool?] {
    let log = AnswerLog()
    let telemetry = world.telemetry(settings, report: report)
    for (number, signal) in signals.enumerated() { telemetry.write(signal) { log.add(number, $0) } }
    telemetry.finish()
    await telemetry.run()
    return signals.indices.map { log.answers[$0]?.first }
  }

  @Test("every column comes back as INSERT writes it, odd texts and absent values too")
  func columns() async throws {
    let world = try await StoreWorld()
    var full = telemetrySample(1)
    full.signal.occurredAt = Sample.time(-5)
    full.signal.batteryPercent = 80
    full.signal.value = -0.5
    full.signal.oddities = [.wrongClock, .missingField]
    full.signal.repeatKey = .message(id: "七", window: .hours(1))
    full.signal.zone = "客厅"
    full.signal.raw = Array(0...255)
    full.resident = Sample.resident(1)
    full.dwelling = DwellingID(high: 1, low: 2)
    full.alertClass = .urgent
    full.reason = ""
    full.remembered = RememberedMessage(
      digest: MessageDigest(high: 1, low: .max), signal: full.id, until: Sample.time(9))
    var bare = telemetrySample(2)
    bare.signal.source = SignalSource(feed: .http, sender: "")
    bare.signal.zone = nil
    bare.signal.raw = []
    #expect(await write([full, bare], to: world) == [true, true])
    let connection = try await world.connect()
    defer { connection.close() }
    let sql = "select row(signal.*)::text from signal order by received_at"
    let copied = try await connection.query(sql).map { try $0.text(0) }
    try await connection.query("truncate signal")
    let telemetry = world.telemetry()
    for signal in [full, bare] { telemetry.write(signal, isPossibleRepeat: true) { _ in } }
    telemetry.finish()
    await telemetry.run()
    #expect(copied.count == 2)
    #expect(try await connection.query(sql).map { try $0.text(0) } == copied)
  }

  @Test("the same id twice in a batch, and again in a later one, is one row; each copy is answered")
  func duplicates() async throws {
    let world = try await StoreWorld()
    var settings = TelemetrySettings()
    settings.maximumBatch = 10
    var again = telemetrySample(3)
    again.receivedAt = Sample.time(9_000)
    let signals = (0..<8).map(telemetrySample) + [again] + (8..<30).map(telemetrySample) + [again, again]
    #expect(await write(signals, to: world, settings).allSatisfy { $0 == true })
    #expect(try await world.number("select count(*) from signal") == 30)
    // The first copy stays as it was.
    #expect(try await world.number("select (extract(epoch from max(received_at)) * 1000)::bigint from signal")
      == Sample.time(29).microseconds / 1000)
    #expect(await write(signals, to: world, settings).allSatisfy { $0 == true })
    #expect(try await world.number("select count(*) from signal") == 30)
  }

  @Test("a batch over the end of a month goes to both partitions, the last microsecond to the first")
  func monthBoundary() async throws {
    let world = try await StoreWorld()
    let midnight = try #require(Timestamp(rfc3339: "2026-12-01T00:00:00Z"))
    let signals = [-2, -1, 0, 1].map { offset -> StoredSignal in
      var signal = telemetrySample(10 + offset)
      signal.receivedAt = midnight + TimeSpan(microseconds: Int64(offset))
      return signal
    }
    #expect(await write(signals, to: world) == [true, true, true, true])
    #expect(try await world.number("select count(*) from signal_202611") == 2)
    #expect(try await world.number("select count(*) from signal_202612") == 2)
  }

  @Test(
    "a month without a partition is refused and named once; rows of other months are written",
    arguments: [false, true])
  func missingPartition(isPossibleRepeat: Bool) async throws {
    let world = try await StoreWorld()
    let problems = Mutex<[String]>([])
    var settings = TelemetrySettings()
    settings.maximumBatch = 4
    let log = AnswerLog()
    let telemetry = world.telemetry(settings) { problem in problems.withLock { $0.append(problem.description) } }
    for number in 0..<12 {
      var signal = telemetrySample(number)
      if number % 2 == 1 { signal.receivedAt = Sample.start + .hours(24 * 365) }
      telemetry.write(signal, isPossibleRepeat: isPossibleRepeat) { log.add(number, $0) }
    }
    telemetry.finish()
    await telemetry.run()
    #expect(log.answers == Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, [$0 % 2 == 0]) }))
    #expect(try await world.number("select count(*) from signal") == 6)
    let told = problems.withLock { $0 }
    #expect(told.count == 1)
    #expect(told.first?.contains("signal_202711") == true)
    #expect(told.first?.contains("silverbell migrate") == true)
  }

  @Test("a moment that PostgreSQL cannot hold is refused alone, and never becomes an infinity")
  func outOfRange() async throws {
    let world = try await StoreWorld()
    var signals = (0..<6).map(telemetrySample)
    signals[1].signal.occurredAt = .distantFuture
    signals[4].signal.occurredAt = .distantPast
    // The end of our time is year 294247, which PostgreSQL still has; its beginning is long before PostgreSQL's.
    #expect(await write(signals, to: world) == [true, true, true, true, false, true])
    #expect(try await world.number("select count(*) from signal where not isfinite(occurred_at)") == 0)
    #expect(try await world.number("select count(*) from signal") == 5)
  }

  @Test("a database of the released schema takes the new key, with the rows that are there")
  func migration() async throws {
    let world = try await StoreWorld(upTo: 2)
    let connection = try await world.connect()
    defer { connection.close() }
    #expect(await write((0..<5).map(telemetrySample), to: world).allSatisfy { $0 == true })
    _ = try await Migrator(try Migration.load(folder: migrationFolder)).migrate(world.hosts, now: Sample.start)
    #expect(await write((0..<7).map(telemetrySample), to: world).allSatisfy { $0 == true })
    #expect(try await world.number("select count(*) from signal") == 7)
    let keys = """
      select count(*) from pg_constraint where contype = 'p' and conrelid in
      (select inhrelid from pg_inherits where inhparent = 'signal'::regclass)
      """
    #expect(try await world.number(keys) == 5)
  }
}
