import CareModel
import CareStore
import Foundation
import PQ
import TestSupport
import Testing

@Suite("Migrator", .timeLimit(.minutes(2)))
struct MigratorTests {
  private func hosts() async throws -> PQHostList {
    let database = try await PostgresServer.shared().createDatabase()
    return PQHostList(try PQEndpoint.parse(database.connectionString))
  }

  private let two = [
    Migration(number: 1, name: "one", sql: "create table one (x int); " + partitions),
    Migration(number: 2, name: "two", sql: "create table two (x int)"),
  ]
  /// Stands in for the schema's own function in migrations made up here.
  private static let partitions =
    "create function ensure_partitions(timestamptz) returns int language sql as 'select 3';"

  @Test("a second run applies nothing")
  func idempotent() async throws {
    let hosts = try await hosts()
    let known = try Migration.load(folder: migrationFolder)
    #expect(try await Migrator(known).migrate(hosts, now: Sample.start) == known.map(\.number))
    #expect(try await Migrator(known).migrate(hosts, now: Sample.start) == [])
  }

  @Test("later migrations are applied to what is there")
  func later() async throws {
    let hosts = try await hosts()
    #expect(try await Migrator([two[0]]).migrate(hosts, now: Sample.start) == [1])
    #expect(try await Migrator(two).migrate(hosts, now: Sample.start) == [2])
  }

  @Test("two at once apply every migration once")
  func twoAtOnce() async throws {
    let hosts = try await hosts()
    let known = try Migration.load(folder: migrationFolder)
    async let first = Migrator(known).migrate(hosts, now: Sample.start)
    async let second = Migrator(known).migrate(hosts, now: Sample.start)
    #expect(try await (first + second).sorted() == known.map(\.number))
  }

  @Test("a database that is newer than the program is refused")
  func newer() async throws {
    let hosts = try await hosts()
    _ = try await Migrator(two).migrate(hosts, now: Sample.start)
    await #expect(throws: MigrationProblem.databaseIsNewer(number: 2, known: 1)) {
      try await Migrator([two[0]]).migrate(hosts, now: Sample.start)
    }
  }

  @Test("a migration that was changed after it had been applied is refused")
  func changed() async throws {
    let hosts = try await hosts()
    _ = try await Migrator(two).migrate(hosts, now: Sample.start)
    var changed = two
    changed[1].sql += " "
    await #expect(throws: MigrationProblem.changed(number: 2, name: "two")) {
      try await Migrator(changed).migrate(hosts, now: Sample.start)
    }
  }

  @Test("a migration that fails leaves nothing behind and keeps those before it")
  func failing() async throws {
    let hosts = try await hosts()
    var broken = two
    broken[1].sql += "; select 1/0"
    await #expect {
      try await Migrator(broken).migrate(hosts, now: Sample.start)
    } throws: { error in
      guard case .failed(number: 2, name: "two", _) = error as? MigrationProblem else { return false }
      return true
    }
    #expect(try await Migrator(two).migrate(hosts, now: Sample.start) == [2])
  }

  @Test("a database that cannot be reached is a sentence, not a crash")
  func unreachable() async throws {
    let hosts = PQHostList(try PQEndpoint.parse("host=/nonexistent dbname=x"))
    await #expect {
      try await Migrator(two).migrate(hosts, now: Sample.start)
    } throws: { error in
      guard case .database = error as? MigrationProblem else { return false }
      return true
    }
  }
}

@Suite("Migration files")
struct MigrationFileTests {
  private func folder(_ files: [String: String]) throws -> String {
    let folder = NSTemporaryDirectory() + "migrations-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
    return folder
  }

  @Test("files are read in the order of their numbers, other files are passed over")
  func order() throws {
    let folder = try folder(["0002_b_c.sql": "B", "0001_a.sql": "A", "README": "x"])
    #expect(
      try Migration.load(folder: folder) == [
        Migration(number: 1, name: "a", sql: "A"), Migration(number: 2, name: "b_c", sql: "B"),
      ])
  }

  @Test(
    "odd folders are refused by name",
    arguments: [
      (["0001_a.sql": "", "0003_c.sql": ""], MigrationProblem.outOfSequence("0003_c.sql")),
      (["0001_a.sql": "", "1_b.sql": ""], .outOfSequence("1_b.sql")),
      (["a.sql": ""], .fileName("a.sql")),
      (["x_a.sql": ""], .fileName("x_a.sql")),
    ])
  func odd(files: [String: String], problem: MigrationProblem) throws {
    let folder = try folder(files)
    #expect(throws: problem) { try Migration.load(folder: folder) }
  }

  @Test("an empty or missing folder is refused")
  func empty() throws {
    let folder = try folder([:])
    #expect(throws: MigrationProblem.folder(folder)) { try Migration.load(folder: folder) }
    #expect(throws: MigrationProblem.folder("/nonexistent")) { try Migration.load(folder: "/nonexistent") }
  }

  @Test("a file may have the largest size and not a byte more")
  func size() throws {
    let largest = String(repeating: " ", count: Migration.maximumBytes)
    #expect(try Migration.load(folder: folder(["0001_a.sql": largest])).count == 1)
    let tooLarge = try folder(["0001_a.sql": largest + " "])
    #expect(throws: MigrationProblem.unreadable("0001_a.sql")) { try Migration.load(folder: tooLarge) }
  }

  @Test("the folder is found beside the program, above it, or where it is installed")
  func standardFolder() throws {
    let root = try folder([:])
    for part in ["/Migrations", "/.build/x/release", "/usr/bin", "/usr/share/silverbell/Migrations"] {
      try FileManager.default.createDirectory(atPath: root + part, withIntermediateDirectories: true)
    }
    #expect(Migration.standardFolder(executable: root + "/usr/bin/silverbell") == nil)
    for part in ["/Migrations", "/usr/share/silverbell/Migrations"] {
      try Data().write(to: URL(fileURLWithPath: root + part + "/0001_engine.sql"))
    }
    #expect(Migration.standardFolder(executable: root + "/.build/x/release/silverbell") == root + "/Migrations")
    #expect(
      Migration.standardFolder(executable: root + "/usr/bin/silverbell")
        == root + "/usr/bin/../share/silverbell/Migrations")
  }
}
