import CareModel
import CareStore
import EngineHost
import Foundation
import PQ
import TestSupport
import Testing

/// kill -9 under load: whatever was acknowledged is there, once, and everything open still waits for something.
@Suite("kill -9 under load", .serialized)
struct KillTests {
  private static let rounds = 50
  private static let clients = 8
  private static let secret = "0123456789abcdef0123456789abcdef"
  private static let secretKey = "a key of the tests, 32 bytes or more long"

  @Test("50 rounds: every acknowledged signal once, every open alert and task with a next deadline")
  func fiftyRounds() async throws {
    let database = try await PostgresServer.shared().createDatabase()
    let hosts = PQHostList(try PQEndpoint.parse(database.connectionString))
    let daemon = try DaemonProcess(databaseURL: database.connectionString, secretKey: Self.secretKey)
    try daemon.run("migrate")
    try await register(hosts)
    let progress = PressProgress()
    let threads = (1...Self.clients).map { number in
      let client = PressingClient(
        port: daemon.mqttPort, serial: Made.serial(number), secret: Self.secret, progress: progress)
      let thread = Thread { client.run() }
      thread.start()
      return thread
    }
    defer { progress.finish() }
    let seed = UInt64.random(in: .min ... .max)
    var expected = 0
    for round in 0..<Self.rounds {
      try daemon.start()
      expected = progress.acknowledgedIDs.count + 1 + Int(fixedMix(seed &+ UInt64(round)) % 150)
      let isMoving = progress.wait(for: expected, limitSeconds: 60)
      daemon.kill()
      try #require(isMoving, "round \(round) of seed \(seed) acknowledged nothing for a minute")
    }
    progress.finish()
    try daemon.start()
    let after = PressProgress()
    let last = PressingClient(port: daemon.mqttPort, serial: Made.serial(99), secret: Self.secret, progress: after)
    Thread { last.run() }.start()
    #expect(after.wait(for: 1, limitSeconds: 60))
    after.finish()
    daemon.stop()
    #expect(threads.count == Self.clients)
    try await check(hosts, acknowledged: progress.acknowledgedIDs, seed: seed)
  }

  private func register(_ hosts: PQHostList) async throws {
    let digest = secretDigest(Array(Self.secret.utf8), key: Array(Self.secretKey.utf8))
    let pool = PQPool(size: 1, maxWaiters: 1) { () async throws(PQError) in
      try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    }
    let homes = (Array(1...Self.clients) + [99]).flatMap { Made.home($0, district: 1, secretDigest: digest) }
    try await PostgresRegister(pool: pool).save(homes + Made.onDuty(500, as: .responder, district: 1))
    await pool.close()
  }

  private func check(_ hosts: PQHostList, acknowledged: [String], seed: UInt64) async throws {
    let connection = try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    defer { connection.close() }
    func number(_ sql: String, _ values: [PQValue] = []) async throws -> Int64 {
      try await connection.query(sql, values, deadlineSeconds: 60).row(0).int8(0)
    }
    let lost = try await number(
      "select count(*) from unnest($1::text[]) as told (id) "
        + "where not exists (select 1 from signal where message_id = told.id)", [.textArray(acknowledged)])
    #expect(lost == 0, "lost after an acknowledgement, seed \(seed)")
    #expect(try await number("select count(*) - count(distinct message_id) from signal") == 0, "seed \(seed)")
    #expect(try await number("select count(*) from alert where state <> 'resolved' and deadline_at is null") == 0)
    #expect(try await number("select count(*) from task where not is_finished and deadline_at is null") == 0)
    #expect(try await number("select count(*) from alert where state <> 'resolved'") > 0)
    let inputs = try await number("select count(distinct commit_number) from applied_input")
    #expect(try await number("select max(seq) from shard") == inputs, "a commit without its input, seed \(seed)")
    print("kill -9: \(Self.rounds) rounds, \(acknowledged.count) acknowledged, \(lost) lost, seed \(seed)")
  }
}
