import CareModel
import EngineHost
import HTTPTypes
import JSONText
import Testing

@Suite struct PagesAndDocumentTests {
  static let pages = ["/", "/staff"]
  static let assets = [
    "base.css", "bell.svg", "desk.css", "card.css", "staff.css", "api.js", "card.js", "catalogue.js", "desk.js",
    "dialogs.js",
    "dom.js", "queue.js", "signin.js", "sound.js", "staff.js", "store.js", "stream.js", "suspensions.js",
    "timeline.js", "work.js",
  ]

  @Test(arguments: pages)
  func aPageRunsOnlyTheHousesOwnScripts(_ path: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      let page = try await console.get(path)
      #expect(page.status == 200)
      #expect(page.header("Content-Security-Policy")?.contains("script-src 'self'") == true)
      #expect(page.header("X-Content-Type-Options") == "nosniff")
      #expect(page.text.contains(#"data-language="zh-Hans""#))
      #expect(!page.text.contains("//cdn") && !page.text.contains("onclick="))
      for part in page.text.split(separator: "\"") where part.hasPrefix("/assets/") {
        #expect(Self.assets.contains(String(part.dropFirst(8))))
      }
    }
  }

  @Test(arguments: assets)
  func noScriptReadsTextAsMarkup(_ name: String) async throws {
    try await Harness.run { (console: Harness) async throws in
      let asset = try await console.get("/assets/" + name)
      #expect(asset.status == 200)
      #expect(!asset.text.isEmpty)
      for danger in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
        #expect(!asset.text.contains(danger))
      }
      let tag = try #require(asset.header("ETag"))
      let again = try await console.get("/assets/" + name, headers: [.ifNoneMatch: tag])
      #expect(again.status == 304)
    }
  }

  @Test func markupInDataIsOnlyEverJSON() async throws {
    try await Harness.run { (console: Harness) async throws in
      let name = #"{"name": "<img src=x onerror=alert(1)>\"'"}"#
      #expect(try await console.send(.put, "/api/v1/residents/\(People.wang)", as: "admin", name).status == 200)
      console.world.openAlert()
      let answer = try await console.get("/api/v1/alerts", as: "desk")
      #expect(answer.header("Content-Type") == "application/json")
      #expect(answer.header("X-Content-Type-Options") == "nosniff")
      #expect(answer.items.first?["residentName"]?.string == "<img src=x onerror=alert(1)>\"'")
    }
  }

  @Test func everyTextOfThePagesIsInTheCatalogueInBothLanguages() async throws {
    try await Harness.run { (console: Harness) async throws in
      let catalogue = try await console.get("/assets/catalogue.js").text
      for name in Self.assets where name.hasSuffix(".js") && name != "catalogue.js" {
        let script = try await console.get("/assets/" + name).text
        for match in script.matches(of: /\b(?:t|label)\("([A-Za-z]+)"/) {
          #expect(catalogue.contains("  \(match.1): [\""), "\(name): \(match.1)")
        }
      }
      for word in SignalKind.allCases where word.group == .alarm || word.group == .technical || word.group == .request {
        #expect(catalogue.contains("\"kind.\(word.rawValue)\""))
      }
      for event in CareEvent.Kind.allCases { #expect(catalogue.contains("\"event.\(event.rawValue)\"")) }
      for refusal in ActionRefusal.allCases where refusal != .unknownStaff && refusal != .unknownResident {
        #expect(catalogue.contains("\"problem.\(refusal.rawValue)\""))
      }
    }
  }

  @Test func theDocumentListsRoutesThatExistAndNoOthers() async throws {
    try await Harness.run { (console: Harness) async throws in
      let document = try await console.get("/api/openapi.json").json
      #expect(document["openapi"]?.string == "3.1.0")
      let paths = try #require(document["paths"]?.object)
      var count = 0
      for path in paths {
        let real = path.key.replacing("{id}", with: "00000000-0000-0000-0000-000000000001")
          .replacing("{version}", with: "1")
        let listed = Set(try #require(path.value.object).map { $0.key.uppercased() })
        // What a more general path answers: `rulesets/check` can be read as `rulesets/{version}`.
        let others = paths.filter { $0.key != path.key && Self.covers($0.key, real) }
        let inherited = Set(others.flatMap { $0.value.object ?? [] }.map { $0.key.uppercased() })
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
          let answer = try await console.send(HTTPRequest.Method(method) ?? .get, real, as: "nobody", "{}")
          #expect((answer.status != 405) == listed.union(inherited).contains(method), "\(method) \(path.key)")
          #expect(answer.status != 404 || answer.status == 405, "\(method) \(path.key)")
        }
        count += listed.count
      }
      #expect(count == 77)
    }
  }

  /// Whether a path with `{placeholders}` covers a real one.
  private static func covers(_ pattern: String, _ path: String) -> Bool {
    let (left, right) = (pattern.split(separator: "/"), path.split(separator: "/"))
    return left.count == right.count && zip(left, right).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }

  @Test func everySchemaThatIsReferredToIsThere() async throws {
    try await Harness.run { (console: Harness) async throws in
      let answer = try await console.get("/api/openapi.json")
      let schemas = Set(answer.json["components"]?["schemas"]?.object?.map(\.key) ?? [])
      for match in answer.text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
        #expect(schemas.contains(String(match.1)))
      }
    }
  }

  @Test func whatIsAnsweredIsWhatTheDocumentSays() async throws {
    try await Harness.run { (console: Harness) async throws in
      let alert = console.world.openAlert()
      _ = try await console.post("/api/v1/alerts/\(alert)/hold", as: "desk")
      _ = try await console.post("/api/v1/alerts/\(alert)/sendStaff", as: "desk")
      console.world.openReminder()
      console.world.suspend()
      let document = try await console.get("/api/openapi.json").json
      let checker = SchemaChecker(document: document)
      for path in [
        "/api/v1/alerts", "/api/v1/tasks", "/api/v1/offers", "/api/v1/stays", "/api/v1/reminders", "/api/v1/me",
        "/api/v1/suspensions", "/api/v1/residents", "/api/v1/dwellings", "/api/v1/devices", "/api/v1/staff",
      ] {
        let answer = try await console.get(path, as: "desk")
        #expect(checker.faults(answer.json, path: path, method: "get") == [])
        #expect(!answer.items.isEmpty || path == "/api/v1/me")
      }
      let detail = try await console.get("/api/v1/alerts/\(alert)", as: "desk")
      #expect(checker.faults(detail.json, path: "/api/v1/alerts/{id}", method: "get") == [])
      #expect(checker.faults(.object([]), path: "/api/v1/me", method: "get") != [])
    }
  }

  @Test func whatIsNotThereIsSaidSo() async throws {
    try await Harness.run { (console: Harness) async throws in
      for path in ["/nowhere", "/api/v1/", "/api/v2/alerts", "/api/v1/alerts/x/y/z", "/assets/../x", "/%zz"] {
        let answer = try await console.get(path, as: "desk")
        #expect(answer.status == 404)
        #expect(answer.code == "notFound")
      }
      let wrong = try await console.send(.delete, "/api/v1/alerts", as: "desk")
      #expect(wrong.status == 405)
      #expect(wrong.header("Allow") == "GET")
      let head = try await console.send(.head, "/")
      #expect(head.status == 200)
      #expect(head.text.isEmpty)
      #expect(try await console.send(.head, "/api/v1/events", as: "desk").text.isEmpty)
    }
  }
}
