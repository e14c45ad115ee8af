import CareModel
import JSONText
import Testing

@Suite struct IdempotencyTests {
  private static let body = #"{"kind": "visit", "resident": "\#(People.wang)"}"#

  @Test func aRepeatIsAnsweredAlikeAndDoneOnce() async throws {
    try await Harness.run { (console: Harness) async throws in
      let first = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "a")
      let second = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "a")
      #expect(second.status == 201)
      #expect(second.text == first.text)
      #expect(second.header("Idempotency-Replayed") == "true")
      #expect(console.world.openTasks().count == 1)
    }
  }

  @Test func aKeyBelongsToItsAccountAndToItsRequest() async throws {
    try await Harness.run { (console: Harness) async throws in
      _ = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "a")
      _ = try await console.post("/api/v1/tasks", as: "desk2", Self.body, key: "a")
      #expect(console.world.openTasks().count == 2)
      let other = Self.body.replacing("visit", with: "escort")
      let reused = try await console.post("/api/v1/tasks", as: "desk", other, key: "a")
      #expect(reused.status == 422)
      #expect(reused.code == "idempotencyKeyReused")
    }
  }

  @Test func aRefusalIsKeptTooAndAKeyEndsAfterADay() async throws {
    try await Harness.run { (console: Harness) async throws in
      let path = "/api/v1/alerts/\(console.world.openAlert())/release"
      #expect(try await console.post(path, as: "desk", key: "r").code == "notHeld")
      #expect(try await console.post(path, as: "desk", key: "r").header("Idempotency-Replayed") == "true")
      console.world.change { $0.now = $0.now + .hours(24) }
      #expect(try await console.post(path, as: "desk", key: "r").header("Idempotency-Replayed") == nil)
    }
  }

  @Test func twoHundredFiftySixKeysAreKeptAndOneMorePushesOutTheOldest() async throws {
    try await Harness.run { (console: Harness) async throws in
      for number in 0..<256 {
        console.world.change { $0.now = $0.now + .milliseconds(1) }
        _ = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "k\(number)")
      }
      #expect(
        try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "k0").header("Idempotency-Replayed") != nil)
      _ = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "k256")
      #expect(console.world.openTasks().count == 257)
      #expect(
        try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "k1").header("Idempotency-Replayed") != nil)
      _ = try await console.post("/api/v1/tasks", as: "desk", Self.body, key: "k0")
      #expect(console.world.openTasks().count == 258)
    }
  }

  @Test(arguments: [(128, 201), (129, 400)])
  func aKeyHasAtMost128Bytes(_ length: Int, _ status: Int) async throws {
    try await Harness.run { (console: Harness) async throws in
      let key = String(repeating: "k", count: length)
      #expect(try await console.post("/api/v1/tasks", as: "desk", Self.body, key: key).status == status)
    }
  }
}
