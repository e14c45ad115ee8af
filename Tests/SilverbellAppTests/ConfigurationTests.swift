import Foundation
import SilverbellApp
import Testing

private let complete = """
  database:
    url: "host=/tmp dbname=x"
  security:
    secretKey: 0123456789abcdef0123456789abcdef

  """

private func problems(_ text: String, _ environment: [String: String] = [:]) -> [String] {
  do throws(ConfigurationRefusal) {
    _ = try Configuration.parse(text: text, name: "c.yaml", environment: environment)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

@Suite struct ConfigurationTests {
  @Test("What is wrong is refused with file, line, column and key", arguments: [
    ("port: 1\n", "c.yaml:5:1: port: is not a key"),
    ("http:\n  prot: 1\n", "c.yaml:6:3: http.prot: is not a key"),
    ("http:\n  port: eighty\n", "c.yaml:6:9: http.port: must be a whole number from 0 to 65535"),
    ("http:\n  port: 65536\n", "c.yaml:6:9: http.port: must be a whole number from 0 to 65535"),
    ("http:\n  port: [80]\n", "c.yaml:6:9: http.port: must be a single value"),
    ("http: 80\n", "c.yaml:5:7: http: must be a table of keys"),
    ("mllp: 80\n", "c.yaml:5:7: mllp: must be a list"),
    ("mllp:\n  - 80\n", "c.yaml:6:5: mllp.0: must be a table of keys"),
    ("mllp:\n  - prot: 80\n", "c.yaml:6:5: mllp.0.prot: is not a key"),
    ("mllp:\n  - port: 1\n  - port: -1\n", "c.yaml:7:11: mllp.1.port: must be a whole number"),
    ("mqtt:\n  port: 7000\nhttp:\n  port: 7000\n", "c.yaml:8:9: http.port: is the same as mqtt.port"),
    ("ackPolicy: available\n", "c.yaml:5:12: ackPolicy: 'available' needs the local input log: set inputLog.directory"),
    ("ackPolicy: lax\n", "c.yaml:5:12: ackPolicy: must be one of: strict, available"),
    ("shard: Upper\n", "c.yaml:5:8: shard: must be 1 to 16 characters a-z and 0-9"),
    ("shard: a2345678901234567\n", "c.yaml:5:8: shard: must be 1 to 16 characters a-z and 0-9"),
    ("http:\n  secureCookies: maybe\n", "c.yaml:6:18: http.secureCookies: must be true or false"),
    ("webhook:\n  secret: short\n", "c.yaml:6:11: webhook.secret: must have at least 16 bytes"),
    ("log: &a\n  level: info\n", "c.yaml:5:6: log: anchors"),
    ("shard: s1\nshard: s2\n", "c.yaml:5:1: shard: the key is there twice"),
    ("log:\n level: [\n", "c.yaml:7:1: not YAML"),
  ])
  func refusal(_ text: String, _ expected: String) {
    let found = problems(complete + text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(expected) == true, "\(found)")
  }

  @Test("Everything that is wrong is said at once, and never a value")
  func severalProblems() {
    let found = problems("security:\n  secretKey: tooShortSecret\nmqtt:\n  port: x\nodd: 1\n")
    #expect(found.count == 4)
    #expect(found.contains { $0.hasPrefix("database.url: is not given") })
    #expect(!found.joined().contains("tooShortSecret"))
  }

  @Test("A file that cannot be read is refused with its name")
  func absentFile() {
    #expect(throws: ConfigurationRefusal.self) {
      try Configuration.load(path: "/nonexistent/silverbell.yaml", environment: [:])
    }
  }

  @Test("The environment goes before the file, for single keys and for listeners")
  func environment() throws {
    let environment = [
      "SILVERBELL_HTTP_PORT": "9000", "SILVERBELL_MLLP_1_PORT": "9001", "SILVERBELL_MLLP_1_HOSPITAL": "H2",
      "SILVERBELL_TIME_OFFSET_MINUTES": "-60", "SILVERBELL_PROTOCOL_DATA": "/somewhere",
    ]
    let text = complete + "http:\n  port: 1\nmllp:\n  - port: 2\n    hospital: H1\n"
    let configuration = try Configuration.parse(text: text, name: "c.yaml", environment: environment)
    #expect(configuration.http.port == 9000)
    #expect(configuration.http.place == "SILVERBELL_HTTP_PORT")
    #expect(configuration.mllp.map(\.listener.port) == [2, 9001])
    #expect(configuration.mllp.map(\.hospital) == ["H1", "H2"])
    #expect(configuration.offsetMinutes == -60)
  }

  @Test("A variable that is none of ours is refused: it would silently change nothing", arguments: [
    "SILVERBELL_HTTP_PROT", "SILVERBELL_HTTP_PORT_FILE", "SILVERBELL_MLLP_16_PORT",
  ])
  func unknownVariable(_ name: String) {
    #expect(problems(complete, [name: "1"]) == ["\(name): no key has this variable: check its spelling."])
  }

  @Test("A secret may come from a file, without the line's end")
  func secretFile() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("silverbell-\(UUID().uuidString)")
    let secret = String(repeating: "k", count: 32)
    try (secret + "\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let environment = [
      "SILVERBELL_SECURITY_SECRET_KEY_FILE": file.path, "SILVERBELL_DATABASE_URL": "host=/tmp dbname=x",
    ]
    #expect(try Configuration.load(path: nil, environment: environment).secretKey == secret)
    let absent = problems(complete, ["SILVERBELL_WEBHOOK_SECRET_FILE": "/nonexistent"])
    #expect(absent.count == 1 && absent[0].hasPrefix("SILVERBELL_WEBHOOK_SECRET_FILE: webhook.secret: the file cannot"))
  }

  @Test("Sixteen hospital listeners are taken, one more is refused", arguments: [(16, true), (17, false)])
  func listenerBound(_ count: Int, _ isTaken: Bool) {
    let list = (0..<count).map { "  - port: \(7000 + $0)\n" }.joined()
    #expect(problems(complete + "mllp:\n" + list).isEmpty == isTaken)
  }

  @Test("The shortest secret key has 32 bytes", arguments: [(31, false), (32, true)])
  func secretKeyBound(_ count: Int, _ isTaken: Bool) {
    let key = String(repeating: "k", count: count)
    #expect(problems("database:\n  url: x\nsecurity:\n  secretKey: \(key)\n").isEmpty == isTaken)
  }

  @Test("Printing shows where a value comes from and no secret")
  func printing() throws {
    let configuration = try Configuration.parse(
      text: complete, name: "c.yaml", environment: ["SILVERBELL_SHARD": "s7"])
    let printed = configuration.printed
    #expect(printed.contains("shard: \"s7\"  # SILVERBELL_SHARD"))
    #expect(printed.contains("http.port: \"8080\"  # default"))
    #expect(printed.contains("security.secretKey: <redacted>  # c.yaml:4:14"))
    #expect(printed.contains("webhook.secret: <not set>"))
    #expect(!printed.contains("0123456789abcdef"))
  }

  @Test("The example configuration is right once the secret key is given")
  func example() throws {
    let configuration = try Configuration.load(
      path: Checkout.folder + "/deploy/silverbell.example.yaml",
      environment: ["SILVERBELL_SECURITY_SECRET_KEY": String(repeating: "k", count: 32)])
    #expect(configuration.mllp.map(\.hospital) == ["SZ01"])
  }

  @Test("A port in use is refused with its place and key before anything starts")
  func portInUse() async throws {
    let taken = try TakenPort()
    var listener = Configuration.Listener(host: "127.0.0.1", port: taken.port, key: "http.port", place: "c.yaml:6:9")
    await #expect(throws: StartProblem.self) { try await PortCheck.run([listener]) }
    let objection = await PortCheck.objection(to: listener)
    #expect(objection == "port \(taken.port) on 127.0.0.1 is in use: choose another, or stop the program that has it.")
    listener.port = 0
    #expect(await PortCheck.objection(to: listener) == nil)
  }
}
