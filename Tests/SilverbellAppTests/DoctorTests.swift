import CareModel
import EngineHost
import Foundation
import JSONText
import SilverbellApp
import TestSupport
import Testing

@Suite(.serialized) struct DoctorTests {
  private static let well = MachineFacts(
    freeBytes: 1 << 40, maximumDescriptors: 1_000_000, isClockSynchronised: true, missingZones: [])

  /// Marks by check, and everything as one text.
  private static func examine(
    _ configuration: Configuration, _ machine: MachineFacts = well, environment: [String: String] = [:],
    clock: WallClock = .system
  ) async -> (levels: [String: Finding.Level], text: String) {
    let findings = await Doctor(
      configuration: configuration, executable: Checkout.folder + "/silverbell", environment: environment,
      machine: machine, clock: clock
    ).examine()
    let levels = Dictionary(findings.map { ($0.check, $0.level) }) { first, _ in first }
    return (levels, findings.map(\.line).joined(separator: "\n"))
  }

  @Test("Everything is well: a migrated database that keeps what it says, a key in a file of its own")
  func allIsWell() async throws {
    let server = try await PostgresServer.start(fsync: true)
    let world = try await AppWorld(database: server.createDatabase())
    let key = FileManager.default.temporaryDirectory.appendingPathComponent("sb-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: key) }
    try Data(AppWorld.secretKey.utf8).write(to: URL(fileURLWithPath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    #expect(await world.stop() == nil)
    let found = await Self.examine(
      try AppWorld.configuration(world.database), environment: ["SILVERBELL_SECURITY_SECRET_KEY_FILE": key])
    #expect(found.levels.values.allSatisfy { $0 == .ok }, "\(found.text)")
    for line in [
      "✓ database: PostgreSQL 15", "✓ fsync: is on.", "✓ partitions: reach 3 months ahead.",
      "✓ daemon: is not running", "✓ mqtt.port: 0 is free.", "✓ operations.port: 0 is free.",
    ] { #expect(found.text.contains(line), "\(line)") }
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
    let open = await Self.examine(
      try AppWorld.configuration(world.database), environment: ["SILVERBELL_SECURITY_SECRET_KEY_FILE": key])
    #expect(open.levels["security.secretKey"] == .warning)
    // In four months the last partition is used up, and the clocks are far apart.
    let later = await Self.examine(
      try AppWorld.configuration(world.database),
      clock: WallClock { WallClock.system.now() + .hours(24 * 125) })
    #expect(later.levels["partitions"] == .problem)
    #expect(later.levels["clock"] == .problem)
    try await server.stop()
  }

  @Test("A database without schema whose settings lose commits")
  func carelessDatabase() async throws {
    let server = try await PostgresServer.start(
      fsync: false, settings: ["full_page_writes=off", "synchronous_commit=off"])
    let database = try await server.createDatabase()
    let found = await Self.examine(try AppWorld.configuration(database.connectionString))
    for check in ["fsync", "full_page_writes", "synchronous_commit", "schema"] {
      #expect(found.levels[check] == .problem, "\(check)")
    }
    #expect(found.levels["database"] == .ok)
    #expect(found.levels["security.secretKey"] == .warning)
    #expect(found.text.contains("run `silverbell migrate`"))
    #expect(!found.text.contains(AppWorld.secretKey))
    try await server.stop()
  }

  @Test("No database, a port that is taken by somebody else, a weak key, rules that are not there")
  func nothingIsThere() async throws {
    let taken = try TakenPort()
    let configuration = try AppWorld.configuration(
      "host=/nonexistent dbname=x user=x",
      [
        "SILVERBELL_MQTT_PORT": "\(taken.port)", "SILVERBELL_RULES_PATH": "/nonexistent/rules.yaml",
        "SILVERBELL_SECURITY_SECRET_KEY": String(repeating: "ab", count: 16),
      ])
    let found = await Self.examine(configuration)
    for check in ["database", "mqtt.port", "rules", "security.secretKey"] {
      #expect(found.levels[check] == .problem, "\(check)")
    }
    #expect(found.text.contains("port \(taken.port) on 127.0.0.1 is in use"))
    #expect(found.levels["http.port"] == .ok)
  }

  @Test("A running daemon has the ports, and says whether it accepts alarms")
  func runningDaemon() async throws {
    let server = try await PostgresServer.start(fsync: false)
    let world = try await AppWorld(database: server.createDatabase())
    let configuration = try AppWorld.configuration(
      world.database,
      [
        "SILVERBELL_MQTT_PORT": "\(world.ports.mqtt)", "SILVERBELL_HTTP_PORT": "\(world.ports.http)",
        "SILVERBELL_OPERATIONS_PORT": "\(world.ports.operations)",
      ])
    let found = await Self.examine(configuration)
    #expect(found.text.contains("✓ daemon: runs and accepts alarms."))
    #expect(found.text.contains("✓ mqtt.port: \(world.ports.mqtt) is used by the running daemon."))
    try await server.stop()
    let limit = ContinuousClock.now + .seconds(60)
    var away = await Self.examine(configuration)
    while away.levels["daemon"] != .problem, ContinuousClock.now < limit { away = await Self.examine(configuration) }
    #expect(away.text.contains("✗ daemon: runs, and accepts no alarms: store is away"))
    #expect(away.levels["database"] == .problem)
    try await server.restart()
    #expect(await world.stop() == nil)
    try await server.stop()
  }

  @Test("The machine", arguments: [
    (MachineFacts(freeBytes: 2 << 30, maximumDescriptors: 5000, isClockSynchronised: true, missingZones: []), []),
    (
      MachineFacts(
        freeBytes: (2 << 30) - 1, maximumDescriptors: 4999, isClockSynchronised: false, missingZones: ["UTC"]),
      ["✗ disk: 2047 MiB", "! descriptors: 4999 may be open, 5000 are needed", "! time: is not", "✗ tzdata: lacks UTC."]
    ),
    (
      MachineFacts(freeBytes: nil, maximumDescriptors: nil, isClockSynchronised: nil, missingZones: []),
      ["! disk: ", "! descriptors: ", "! time: "]
    ),
  ] as [(MachineFacts, [String])])
  func machine(_ facts: MachineFacts, _ expected: [String]) async throws {
    let found = await Self.examine(try AppWorld.configuration("host=/nonexistent dbname=x user=x"), facts)
    for line in expected { #expect(found.text.contains(line), "\(line)") }
    let marked = ["disk", "descriptors", "time", "tzdata"].filter { found.levels[$0] != .ok }
    #expect(marked.count == expected.count)
  }

  @Test("This machine answers all questions")
  func thisMachine() {
    let facts = MachineFacts.read()
    #expect(facts.freeBytes != nil)
    #expect((facts.maximumDescriptors ?? 0) > 0)
  }

  @Test("JSON: one object a finding; a configuration that is refused is a finding too")
  func json() throws {
    let refusal = ConfigurationRefusal(problems: [ConfigurationProblem(place: "f:1:2", key: "k", message: "is odd.")])
    let array = try #require(try JSONValue(parsing: Array(Finding.json([Finding(refusal)]).utf8)).array)
    #expect(array.count == 1)
    #expect(array[0]["check"]?.string == "configuration")
    #expect(array[0]["level"]?.string == "problem")
    #expect(array[0]["message"]?.string == "f:1:2: k: is odd.")
    #expect(array[0]["advice"] == .null || array[0]["advice"] == nil)
  }
}
