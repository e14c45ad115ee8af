import CareModel
import EngineHost
import HTTPTypes
import JSONText
import Synchronization
import Testing

@Suite struct SignalRoutesTests {
  @Test func aDeviceSendsForItselfAndIsAnsweredWhenTheSignalIsDurable() async throws {
    try await Harness.run { (console: Harness) async throws in
      let sent = try await console.post("/api/v1/signals", as: "device", #"{"id": "1", "kind": "panic"}"#)
      #expect(sent.status == 202)
      #expect(sent.json["accepted"]?.int == 1)
      let signal = console.world.state.withLock { $0.signals.first }
      #expect(signal?.kind == .panic)
      #expect(signal?.source.serial == "SB-1")
    }
  }

  @Test func anArrayIsDeliveredInOrder() async throws {
    try await Harness.run { (console: Harness) async throws in
      let body = #"[{"kind": "smoke", "device": "A"}, {"kind": "gas", "device": "B"}]"#
      let two = try await console.post("/api/v1/signals", as: "desk", body)
      #expect(two.json["accepted"]?.int == 2)
      #expect(console.world.state.withLock { $0.signals.map(\.kind) } == [.smoke, .gas])
      let none = try await console.post("/api/v1/signals", as: "desk", "[]")
      #expect(none.json["accepted"]?.int == 0)
    }
  }

  @Test(arguments: [
    ("device", "{", 400, "notJSON"), ("device", "", 400, "notJSON"), ("device", "7", 400, "notJSON"),
    ("device", #"{"kind": "panic", "device": "SB-2"}"#, 403, "notYours"),
    ("family", #"{"kind": "panic"}"#, 403, "roleNotAllowed"), ("admin", #"{"kind": "panic"}"#, 403, "noStaff"),
    ("nobody", #"{"kind": "panic"}"#, 401, "signInNeeded"),
  ])
  func whatIsNoSignalOfThisSenderIsRefused(
    _ token: String, _ body: String, _ status: Int, _ code: String
  ) async throws {
    try await Harness.run { (console: Harness) async throws in
      let answer = try await console.post("/api/v1/signals", as: token, body)
      #expect(answer.status == status)
      #expect(answer.code == code)
      #expect(console.world.state.withLock { $0.signals.isEmpty })
    }
  }

  @Test func nothingDurableMeansNoPositiveAnswerAndARepeatIsTriedAgain() async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.change { $0.isEngineAway = true }
      let body = #"{"id": "1", "kind": "panic"}"#
      let failed = try await console.post("/api/v1/signals", as: "device", body, key: "k")
      #expect(failed.status == 503)
      console.world.change { $0.isEngineAway = false }
      #expect(try await console.post("/api/v1/signals", as: "device", body, key: "k").status == 202)
    }
  }

  @Test func aDeviceMaySignInWithItsSerialAndSecretAndDoNothingElse() async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.change { $0.secrets["SB-1"] = Array("secret".utf8) }
      let right: HTTPFields = [.authorization: "Basic U0ItMTpzZWNyZXQ="]
      let wrong: HTTPFields = [.authorization: "Basic U0ItMTp3cm9uZw=="]
      let body = #"{"kind": "fall"}"#
      #expect(try await console.send(.post, "/api/v1/signals", body, headers: right).status == 202)
      #expect(try await console.send(.post, "/api/v1/signals", body, headers: wrong).status == 401)
      #expect(try await console.get("/api/v1/alerts", headers: right).status == 403)
    }
  }

  @Test func aBodyOfOneMebibyteIsReadAndOneByteMoreIsNot() async throws {
    try await Harness.run { (console: Harness) async throws in
      let frame = #"{"kind": "panic", "data": ""}"#
      let padding = String(repeating: "x", count: (1 << 20) - frame.utf8.count)
      let largest = #"{"kind": "panic", "data": "\#(padding)"}"#
      #expect(largest.utf8.count == 1 << 20)
      #expect(try await console.post("/api/v1/signals", as: "device", largest).status == 202)
      let larger = try await console.post("/api/v1/signals", as: "device", largest + " ")
      #expect(larger.status == 413)
      #expect(larger.code == "tooLarge")
    }
  }
}
