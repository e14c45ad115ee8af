import CareModel
import CareStore
import EngineHost
import Foundation
import Glibc
import JSONText
import PQ
import RuleSets
import SilverbellApp
import TestSupport
import Testing
import UnixSignals

@Suite("The rules of a running daemon", .serialized)
struct RuleLifeTests {
  /// A rule file of the test's own, with the text of the shipped one.
  private static func file() throws -> (path: String, text: String) {
    let text = try String(contentsOfFile: Checkout.folder + "/deploy/rules/default.yaml", encoding: .utf8)
    let path = FileManager.default.temporaryDirectory.path + "/rules-\(UUID().uuidString).yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return (path, text)
  }

  @Test("SIGHUP takes a changed file, leaves the old rules in force for a broken one, and says so")
  func hangUp() async throws {
    // Until the daemon traps the signal, it must not end the tests.
    signal(SIGHUP, SIG_IGN)
    let (path, text) = try Self.file()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let database = try await PostgresServer.shared().createDatabase()
    let world = try await AppWorld(
      database: database, environment: ["SILVERBELL_RULES_PATH": path], reloadSignals: [.sighup])
    let first = try #require(world.app.ruleStatus)
    #expect((first.version, first.trouble) == (1, nil))

    try "broken".write(toFile: path, atomically: true, encoding: .utf8)
    try await Self.hangUp(world) { $0.trouble != nil }
    #expect(world.app.ruleStatus?.hash == first.hash)
    #expect(try await world.metric("silverbell_rules_refused") == 1)

    try (text + "# changed\n").write(toFile: path, atomically: true, encoding: .utf8)
    try await Self.hangUp(world) { $0.version == 2 }
    #expect(world.app.ruleStatus?.trouble == nil)
    #expect(try await world.metric("silverbell_rules_version") == 2)
    #expect(try await world.metric("silverbell_rules_refused") == 0)
    #expect(await world.stop() == nil)
  }

  @Test("a supervisor puts rules in force over the API: they decide at once, and an open alert is explained by its own")
  func api() async throws {
    let world = try await AppWorld(database: PostgresServer.shared().createDatabase())
    let text = try String(contentsOfFile: Checkout.folder + "/deploy/rules/default.yaml", encoding: .utf8)
    #expect(try await world.press(home: 1, #"{"id": "1", "kind": "panic"}"#) == 0)
    let alert = try #require(try await world.alerts().first?["id"]?.string)

    let changed = try Self.body(["text": text + "# changed\n", "reason": "a test"])
    #expect(try await world.api("/rulesets/activate", as: world.token, body: changed).status == 403)
    let answer = try await world.api("/rulesets/activate", as: world.supervisor, body: changed)
    #expect(answer.status == 200, "\(answer.json)")
    #expect(answer.json["version"]?["version"]?.int == 2)
    #expect(answer.json["dryRun"]?["looked"]?.int == 1)
    #expect(world.app.ruleStatus?.version == 2)

    let explained = try await world.api("/alerts/\(alert)/explanation?lang=en", as: world.token).json
    let part = try #require(explained["signals"]?.array?.first)
    #expect(part["version"]?.int == 1)
    let rules = part["rules"]?.array ?? []
    #expect(rules.contains { $0["id"]?.string == "life-alarm" && $0["outcome"]?.string == "true" }, "\(rules)")
    let sentences = (explained["sentences"]?.array ?? []).compactMap { $0["text"]?.string }
    #expect(sentences.contains { $0.hasPrefix("alert opened, policy life") }, "\(sentences)")

    let quiet = text.replacing(
      "alert:\n  # ", with: "alert:\n  - {id: quiet, match: \"signal.kind == 'panic' && signal.serial != 'test-device'"
        + " && signal.serial != 'K1' && signal.serial != 'K2' && signal.serial != 'X9'\", key: [signal.serial],"
        + " window: 90s, joinOnly: true}\n  # ")
    #expect(quiet != text)
    let refused = try await world.api("/rulesets/activate", as: world.supervisor, body: try Self.body(["text": quiet]))
    #expect((refused.status, refused.json["code"]?.string) == (409, "askedLater"), "\(refused.json)")
    let problem = refused.json["dryRun"]?["problems"]?.array?.first
    #expect((problem?["kind"]?.string, problem?["rule"]?.string) == ("unrouted", "alert quiet"), "\(refused.json)")

    let broken = try await world.api("/rulesets/check", as: world.supervisor, body: try Self.body(["text": "name: x"]))
    #expect((broken.status, broken.json["ok"]) == (200, .bool(false)))
    let difference = try await world.api("/rulesets/diff", as: world.supervisor, body: try Self.body(["text": quiet]))
    #expect(difference.json["signals"]?.int == 1)
    #expect(difference.json["alerts"]?["removed"]?.int == 1, "\(difference.json)")

    let back = try await world.api("/rulesets/rollback", as: world.supervisor, body: "{}")
    #expect((back.status, back.json["version"]?["version"]?.int) == (200, 3))
    #expect(world.app.ruleStatus?.version == 3)
    let list = try await world.api("/rulesets?limit=2", as: world.token).json
    #expect(list["items"]?.array?.compactMap { $0["version"]?.int } == [3, 2])
    #expect(await world.stop() == nil)
  }

  private static func body(_ members: [String: String]) throws -> String {
    var writer = JSONWriter()
    writer.object { object in
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        object.key(text: name)
        object.value(value)
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Sends the signal until it has been heard: the trap is set a moment after the listeners are up.
  private static func hangUp(
    _ world: AppWorld, until isDone: (RuleKeeper.Status) -> Bool
  ) async throws {
    for _ in 0..<200 {
      kill(getpid(), SIGHUP)
      for _ in 0..<10 {
        if let status = world.app.ruleStatus, isDone(status) { return }
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    throw TestSupportError("the rules did not change: \(String(describing: world.app.ruleStatus))")
  }
}
