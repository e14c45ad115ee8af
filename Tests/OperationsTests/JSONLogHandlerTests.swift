import JSONText
import Logging
import Operations
import Synchronization
import Testing

@Suite struct JSONLogHandlerTests {
  private final class Lines: Sendable {
    let bytes = Mutex<[[UInt8]]>([])
    var texts: [String] { bytes.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
  }

  private static func logger(_ lines: Lines) -> Logger {
    Logger(label: "test") { _ in
      JSONLogHandler(now: { "2026-01-02T03:04:05Z" }, write: { line in lines.bytes.withLock { $0.append(line) } })
    }
  }

  @Test("A line is one object, with metadata in the order of their names")
  func lines() {
    let lines = Lines()
    var logger = Self.logger(lines)
    logger[metadataKey: "shard"] = "s1"
    logger.notice("a \"quote\",\na line end and 银铃", metadata: ["feed": "mqtt", "list": ["a", "b"], "shard": "s2"])
    logger.debug("not written")
    logger.logLevel = .debug
    logger[metadataKey: "shard"] = nil
    logger.debug("bare")
    #expect(
      lines.texts == [
        #"{"time":"2026-01-02T03:04:05Z","level":"notice","message":"a \"quote\",\na line end and 银铃","#
          + #""metadata":{"feed":"mqtt","list":"[\"a\", \"b\"]","shard":"s2"}}"# + "\n",
        #"{"time":"2026-01-02T03:04:05Z","level":"debug","message":"bare"}"# + "\n",
      ])
  }

  @Test("Whatever a message holds, a line is one line of JSON", arguments: ["\u{0}\u{1}\u{1F}", "\r\n", "\u{2028}\\\""])
  func anything(_ text: String) throws {
    let lines = Lines()
    Self.logger(lines).error("\(text)", metadata: ["\(text)": "\(text)"])
    let line = try #require(lines.bytes.withLock { $0.first })
    #expect(line.filter { $0 == UInt8(ascii: "\n") }.count == 1)
    let value = try JSONValue(parsing: Array(line.dropLast()))
    #expect(value["message"]?.string == text)
    #expect(value["metadata"]?[text]?.string == text)
  }
}
