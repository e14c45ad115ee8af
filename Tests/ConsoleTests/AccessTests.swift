import CareModel
import EngineHost
import HTTPTypes
import JSONText
import Synchronization
import Testing

@Suite struct AccessTests {
  /// Who may use what: a route, and the tokens that pass its role check.
  static let matrix: [(method: HTTPRequest.Method, path: String, tokens: Set<String>)] = [
    (.post, "/api/v1/signals", ["desk", "admin", "device"]),
    (.get, "/api/v1/alerts", ["desk", "admin", "watch", "audit"]),
    (.post, "/api/v1/alerts/\(AlertID(high: 1, low: 1))/hold", ["desk"]),
    (.post, "/api/v1/tasks", ["desk"]), (.get, "/api/v1/tasks", ["desk", "admin", "watch", "audit", "responder"]),
    (.post, "/api/v1/offers/\(OfferID(high: 1, low: 1))/accept", ["desk", "responder"]),
    (.get, "/api/v1/events", ["desk", "admin", "watch", "audit", "responder"]),
    (.get, "/api/v1/residents", ["desk", "admin", "watch", "audit"]), (.post, "/api/v1/residents", ["admin"]),
    (.get, "/api/v1/me", ["desk", "admin", "watch", "audit", "responder", "device", "family"]),
  ]

  @Test(arguments: matrix)
  func eachRoleMayUseWhatIsItsOwn(_ row: (method: HTTPRequest.Method, path: String, tokens: Set<String>)) async throws {
    try await Harness.run { (console: Harness) async throws in
      for token in ["desk", "admin", "watch", "audit", "responder", "device", "family"] {
        let answer = try await console.send(row.method, row.path, as: token, row.method == .post ? "{}" : nil)
        #expect((answer.code != "roleNotAllowed") == row.tokens.contains(token), "\(token) \(row.path)")
      }
      #expect(try await console.send(row.method, row.path).status == 401)
      #expect(try await console.send(row.method, row.path, as: "forged").status == 401)
    }
  }

  @Test func thePageSignsInWithACookieThatNoScriptReads() async throws {
    try await Harness.run { (console: Harness) async throws in
      let signedIn = try await console.post("/session", #"{"token": "desk"}"#)
      #expect(signedIn.status == 204)
      let cookie = try #require(signedIn.header("Set-Cookie"))
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      let pair = String(cookie.prefix { $0 != ";" })
      let me = try await console.get("/api/v1/me", headers: [.cookie: "a=b; " + pair])
      #expect(me.json["staffName"]?.string == "陈静")
      #expect(me.json["role"]?.string == "dispatcher")
      #expect(try await console.post("/session", #"{"token": "wrong"}"#).status == 401)
      let out = try await console.send(.delete, "/session")
      #expect(out.header("Set-Cookie")?.contains("Max-Age=0") == true)
    }
  }

  @Test func aCookieIsNotTakenFromAnotherSite() async throws {
    try await Harness.run { (console: Harness) async throws in
      let id = console.world.openAlert()
      let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
      let path = "/api/v1/alerts/\(id)/hold"
      let foreign = try await console.send(.post, path, headers: [.cookie: "silverbell=desk", site: "cross-site"])
      #expect(foreign.code == "crossSite")
      let own = try await console.send(.post, path, headers: [.cookie: "silverbell=desk", site: "same-origin"])
      #expect(own.status == 200)
    }
  }

  @Test func aKnownTokenIsGoodForAShiftWhileTheDatabaseIsAwayAndLookedUpAgainWhenItIsBack() async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/alerts", as: "desk").status == 200)
      console.world.change { $0.isStoreAway = true }
      console.world.change { $0.now = $0.now + .minutes(719) }
      #expect(try await console.get("/api/v1/alerts", as: "desk").status == 200)
      #expect(try await console.get("/api/v1/alerts", as: "desk2").status == 503)
      console.world.change { $0.now = $0.now + .minutes(2) }
      #expect(try await console.get("/api/v1/alerts", as: "desk").status == 503)
      console.world.change {
        $0.isStoreAway = false
        $0.accounts = [:]
      }
      #expect(try await console.get("/api/v1/alerts", as: "desk").status == 401)
    }
  }

  @Test func aTokenIsLookedUpOnceAMinute() async throws {
    try await Harness.run { (console: Harness) async throws in
      for _ in 0..<3 { _ = try await console.get("/api/v1/me", as: "desk") }
      #expect(console.world.state.withLock { $0.accountLookUps } == 1)
      console.world.change { $0.now = $0.now + .minutes(1) }
      _ = try await console.get("/api/v1/me", as: "desk")
      #expect(console.world.state.withLock { $0.accountLookUps } == 2)
    }
  }

  @Test func aThousandTwentyFourTokensAreRememberedAndOneMorePushesOutTheOldest() async throws {
    try await Harness.run { (console: Harness) async throws in
      for number in 0...1024 {
        console.world.addAccount(.supervisor, token: "t\(number)")
        if number == 1024 {
          console.world.change { $0.isStoreAway = true }
          #expect(try await console.get("/api/v1/me", as: "t0").status == 200)
          console.world.change { $0.isStoreAway = false }
        }
        console.world.change { $0.now = $0.now + .milliseconds(1) }
        #expect(try await console.get("/api/v1/me", as: "t\(number)").status == 200)
      }
      console.world.change { $0.isStoreAway = true }
      #expect(try await console.get("/api/v1/me", as: "t0").status == 503)
      #expect(try await console.get("/api/v1/me", as: "t1").status == 200)
    }
  }

  @Test(arguments: ["Bearer", "Bearer ", "Digest abc", "Basic ???", "Basic eA==", "Basic /w=="])
  func anOddAuthorizationIsNobody(_ value: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      #expect(try await console.get("/api/v1/me", headers: [.authorization: value]).status == 401)
    }
  }

  @Test func anOverlongTokenIsNobodyWithoutALookUp() async throws {
    try await Harness.run { (console: Harness) async throws in
      console.world.addAccount(.supervisor, token: String(repeating: "a", count: 256))
      #expect(try await console.get("/api/v1/me", as: String(repeating: "a", count: 256)).status == 200)
      #expect(try await console.get("/api/v1/me", as: String(repeating: "a", count: 257)).status == 401)
      #expect(console.world.state.withLock { $0.accountLookUps } == 1)
    }
  }
}
