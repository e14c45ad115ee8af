import CareModel
import Console
import EngineHost
import JSONText
import Synchronization
import Testing

/// Stands where the rules would be managed, and remembers what it was asked.
private final class AskedDesk: RuleDesk {
  let asked = Mutex<[String]>([])

  func answer(_ request: RuleRequest) async -> RuleAnswer {
    let text =
      switch request {
      case .list(let before, let limit): "list \(before ?? 0) \(limit)"
      case .read(let version): "read \(version)"
      case .check(let text): "check \(text)"
      case .diff(let text, let since): "diff \(text) \(since.wholeSeconds)"
      case .activate(let text, let by, let second, let reason):
        "activate \(text) \(by) \(second ?? "-") \(reason ?? "-")"
      case .rollback(let version, let by, let second): "rollback \(version ?? 0) \(by) \(second ?? "-")"
      case .explain(_, let isChinese): "explain \(isChinese)"
      }
    asked.withLock { $0.append(text) }
    return RuleAnswer(status: 200, json: Array("{}".utf8))
  }
}

@Suite struct RuleRoutesTests {
  @Test func onlySupervisorsAndAdministratorsPutRulesInForce() async throws {
    try await Harness.run { (console: Harness) async throws in
      for path in ["check", "diff", "activate", "rollback"] {
        let answer = try await console.post("/api/v1/rulesets/" + path, as: "desk", #"{"text": "x"}"#)
        #expect(answer.status == 403, "\(path)")
      }
      #expect(try await console.get("/api/v1/rulesets").status == 401)
    }
  }

  @Test func withoutRulesToManageThereIsNothing() async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/rulesets", as: "admin").status == 404)
    }
  }

  @Test func requestsArriveWithWhoAsks() async throws {
    let desk = AskedDesk()
    let world = World()
    var ports = world.ports
    ports.rules = desk
    try await Harness.run(world: world, ports: ports) { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/rulesets?limit=3&cursor=9", as: "desk").status == 200)
      #expect(try await console.get("/api/v1/rulesets/4", as: "desk").status == 200)
      #expect(try await console.get("/api/v1/rulesets/four", as: "desk").status == 404)
      #expect(try await console.get("/api/v1/rulesets?cursor=x", as: "desk").status == 400)
      let path = "/api/v1/rulesets/"
      #expect(try await console.post(path + "check", as: "admin", #"{"text": "x"}"#).status == 200)
      #expect(try await console.post(path + "diff", as: "admin", #"{"text": "x", "sinceHours": 2}"#).status == 200)
      #expect(try await console.post(path + "diff", as: "admin", #"{"text": "x", "sinceHours": 745}"#).status == 422)
      #expect(try await console.post(path + "activate", as: "admin", #"{"text": "x", "reason": "y"}"#).status == 200)
      let stranger = try await console.post(path + "activate", as: "admin", #"{"text": "x", "secondToken": "desk"}"#)
      #expect((stranger.status, stranger.json["field"]?.string) == (422, "secondToken"))
      #expect(try await console.post(path + "rollback", as: "admin").status == 200)
    }
    let asked = desk.asked.withLock { $0 }
    #expect(asked.prefix(4) == ["list 9 3", "read 4", "check x", "diff x 7200"])
    #expect(asked.dropFirst(4).first?.hasPrefix("activate x ") == true)
    #expect(asked.last?.hasPrefix("rollback 0 ") == true)
    #expect(asked.count == 6)
  }
}
