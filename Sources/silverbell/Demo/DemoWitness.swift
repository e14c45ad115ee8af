import Foundation
import JSONText

/// Looks at what happened from outside: in the database with `psql`, on the event stream and the API with `curl`.
struct DemoWitness {
  /// A step that was not seen in time.
  struct Missed: Error, CustomStringConvertible {
    let description: String
  }

  /// Seconds that each step may take.
  static let stepSeconds = 30

  let settings: DemoSettings
  let token: String
  let stream: BackgroundClient

  /// Watches the event stream with `curl`.
  init(settings: DemoSettings, token: String, output: URL) throws {
    self.settings = settings
    self.token = token
    stream = try BackgroundClient(
      ["curl", "-sN", "-H", "Authorization: Bearer \(token)", settings.address + "/api/v1/events"], output: output)
  }

  /// The first column of a query's rows.
  func database(_ sql: String) async throws -> [String] {
    let outcome = try await ClientProgram.run(["psql", "-X", "-A", "-t", "-q", "-d", settings.databaseURL, "-c", sql])
    guard outcome.status == 0 else { throw Missed(description: "psql: \(outcome.output.prefix(300))") }
    return outcome.output.split(separator: "\n").map(String.init)
  }

  /// Whether a query's only answer is this.
  func database(_ sql: String, is expected: String) async throws -> Bool { try await database(sql) == [expected] }

  /// The entries of the event stream of one type, oldest first.
  func events(_ type: String) -> [JSONValue] {
    stream.output.components(separatedBy: "\n\n").compactMap { frame in
      let lines = frame.split(separator: "\n")
      guard lines.contains("event: \(type)") else { return nil }
      let data = lines.filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }.joined(separator: "\n")
      return try? JSONValue(parsing: Array(data.utf8))
    }
  }

  /// Whether the stream has begun.
  var isWatching: Bool { stream.output.contains("event: ready") }

  /// Does a POST with `curl`; true when it was accepted.
  func post(_ path: String, _ body: String? = nil, as token: String? = nil) async throws -> Bool {
    var words = [
      "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "-H",
      "Authorization: Bearer \(token ?? self.token)", "-H", "Content-Type: application/json",
    ]
    if let body { words += ["-d", body] }
    let outcome = try await ClientProgram.run(words + [settings.address + "/api/v1/" + path])
    guard outcome.status == 0, outcome.output.hasPrefix("2") else {
      throw Missed(description: "POST \(path): HTTP \(outcome.output)")
    }
    return true
  }

  /// Waits until a step is seen, and says so.
  func step(_ chinese: String, _ english: String, _ isSeen: () async throws -> Bool) async throws {
    let seen: Bool
    do {
      seen = try await Waiting.until(seconds: Self.stepSeconds, isSeen)
    } catch {
      StepPrinter.missed(chinese, english)
      throw error
    }
    guard seen else {
      StepPrinter.missed(chinese, english)
      throw Missed(description: "not seen within \(Self.stepSeconds) s: \(english)")
    }
    StepPrinter.seen(chinese, english)
  }
}
