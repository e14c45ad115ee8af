import AlertRules
import CareModel
import CareStore
import EngineHost
import Foundation
import RuleFiles
import RuleSets
import Synchronization
import Testing

@Suite("The keeper of the rules")
struct KeeperTests {
  /// A keeper with a file of its own, and what it gave to the engine.
  final class Desk: Sendable {
    let world: RuleWorld
    let path: String
    let given = Mutex<[String]>([])

    init(_ bytes: [UInt8] = RuleWorld.bytes()) async throws {
      world = try await RuleWorld()
      path = FileManager.default.temporaryDirectory.path + "/rules-\(UUID().uuidString).yaml"
      try write(bytes)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    func keeper() -> RuleKeeper { RuleKeeper(office: world.office, path: path, logger: RuleWorld.logger) }

    func started() async throws -> (keeper: RuleKeeper, rules: RuleSet) {
      let keeper = keeper()
      let rules = try await keeper.start()
      await keeper.connect { rules in self.given.withLock { $0.append(rules.hash) } }
      return (keeper, rules)
    }
  }

  @Test("the first start stores the file as version 1; the next decides by the stored version")
  func seed() async throws {
    let desk = try await Desk()
    let (keeper, rules) = try await desk.started()
    #expect(keeper.status == RuleKeeper.Status(version: 1, hash: rules.hash, trouble: nil))
    #expect(try await desk.world.store.newestRules()?.origin == .file)
    try desk.write(Array("broken".utf8))
    let (again, same) = try await desk.started()
    #expect(same.hash == rules.hash)
    #expect(again.status.version == 1)
    #expect(again.status.trouble?.contains("is refused, version 1 stays in force") == true)
  }

  @Test("a broken file without a stored version is no start")
  func nothing() async throws {
    let desk = try await Desk(Array("broken".utf8))
    await #expect(throws: RuleKeeper.StartRefusal.self) { _ = try await desk.keeper().start() }
  }

  @Test("a reload takes a changed file as a new version, and a broken one leaves the old rules in force")
  func reload() async throws {
    let desk = try await Desk()
    let (keeper, rules) = try await desk.started()
    try desk.write(Array("broken".utf8))
    await keeper.reload()
    #expect(desk.given.withLock { $0 } == [])
    #expect(keeper.status.hash == rules.hash)
    #expect(keeper.status.trouble?.contains("the old rules stay") == true)
    try desk.write(RuleWorld.bytes { $0 + "# changed\n" })
    await keeper.reload()
    #expect((keeper.status.version, keeper.status.trouble) == (2, nil))
    #expect(desk.given.withLock { $0 } == [keeper.status.hash])
    await keeper.reload()
    #expect(try await desk.world.store.newestRulesNumber() == 2)
  }

  @Test("a changed file that would ask later for a life signal is not taken, at a start or a reload")
  func unsafeFile() async throws {
    let desk = try await Desk()
    let (keeper, rules) = try await desk.started()
    try await desk.world.keep(.panic, number: 1, hours: 5)
    try desk.write(RuleWorld.bytes(OfficeRules.later))
    await keeper.reload()
    #expect(keeper.status.hash == rules.hash)
    #expect(keeper.status.trouble?.contains("would ask the desk 20s later") == true)
    let (again, same) = try await desk.started()
    #expect(same.hash == rules.hash)
    #expect(again.status.trouble?.contains("would ask the desk 20s later") == true)
  }

  @Test("a version that a command put in force is followed, outlives a start, and the file waits for its next change")
  func follow() async throws {
    let desk = try await Desk()
    let (keeper, _) = try await desk.started()
    let bytes = RuleWorld.bytes { $0 + "# command\n" }
    _ = try await desk.world.office.activate(bytes, name: "f", .init(by: "anna"))
    await keeper.follow()
    await keeper.follow()
    #expect(desk.given.withLock { $0.count } == 1)
    #expect(keeper.status.version == 2)
    await keeper.reload()
    let (again, rules) = try await desk.started()
    #expect((again.status.version, rules.hash) == (2, keeper.status.hash))
    let first = try RuleFiles.read(bytes: RuleWorld.bytes(), name: "f").set.hash
    #expect(await again.sets(of: [rules.hash, first]).map(\.hash) == [first])
  }
}
