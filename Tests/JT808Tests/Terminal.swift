import CareModel
import FeedConformance
import FeedSession
import JT808

/// What a terminal says, for tests.
struct Terminal {
  static let phone = "13800138000"
  static let principal = Principal.device(serial: phone)

  /// The bytes of a number, high byte first.
  static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  static func bcd(_ text: String, _ count: Int) -> [UInt8] {
    let padded = String(repeating: "0", count: max(0, count * 2 - text.count)) + text
    let digits = padded.map { UInt8($0.hexDigitValue ?? 0) }
    return (0..<count).map { digits[$0 * 2] << 4 | digits[$0 * 2 + 1] }
  }

  /// One frame; `part` is (total, index), `is2019` picks the newer head, `flags` sets further attribute bits.
  static func frame(
    _ message: Int, _ body: [UInt8] = [], serial: Int = 1, phone: String = phone, is2019: Bool = false,
    part: (Int, Int)? = nil, flags: Int = 0
  ) -> [UInt8] {
    let attributes = body.count | (is2019 ? 1 << 14 : 0) | (part == nil ? 0 : 1 << 13) | flags
    var content = bytes(message, 2) + bytes(attributes, 2) + (is2019 ? [1] : []) + bcd(phone, is2019 ? 10 : 6)
    content += bytes(serial, 2) + (part.map { bytes($0.0, 2) + bytes($0.1, 2) } ?? []) + body
    return seal(content)
  }

  /// Check byte, escapes and marks.
  static func seal(_ content: [UInt8]) -> [UInt8] {
    let checked = content + [content.reduce(0, ^)]
    return [0x7E] + checked.flatMap { $0 == 0x7E ? [0x7D, 2] : $0 == 0x7D ? [0x7D, 1] : [$0] } + [0x7E]
  }

  /// The body of a location report; the time is BCD in GMT+8.
  static func location(alarm: Int = 0, status: Int = 2, time: String = "261123100000", items: [UInt8] = []) -> [UInt8] {
    bytes(alarm, 4) + bytes(status, 4) + bytes(39_904_211, 4) + bytes(116_407_395, 4) + bytes(44, 2) + bytes(12, 2)
      + bytes(90, 2) + bcd(time, 6) + items
  }

  static func batch(type: UInt8 = 0, _ reports: [[UInt8]]) -> [UInt8] {
    bytes(reports.count, 2) + [type] + reports.flatMap { bytes($0.count, 2) + $0 }
  }

  /// A general answer of the platform as `id serial result`, a registration answer as `8100 serial result code`.
  static func answers(_ replied: [UInt8]) -> [String] {
    replied.split(separator: 0x7E).map { content in
      guard let frame = try? JT808Frame(content), frame.isLengthRight else { return "no frame" }
      let body = frame.body
      let serial = Int(body[0]) << 8 | Int(body[1])
      guard frame.header.message == 0x8001 else {
        return "8100 \(serial) \(body[2]) " + String(decoding: body[3...], as: UTF8.self)
      }
      return String(Int(body[2]) << 8 | Int(body[3]), radix: 16) + " \(serial) \(body[4])"
    }
  }
}

extension SessionDriver {
  /// The answers as ``Terminal/answers(_:)`` tells them.
  var answers: [String] { Terminal.answers(replied) }

  /// The signals among the deliveries.
  var signals: [Signal] {
    delivered.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
  }

  var kinds: [SignalKind] { signals.map(\.kind) }

  /// The ids of the repeat keys; nil where a signal has another kind of key or none.
  var repeatIDs: [String?] {
    signals.map { if case .message(let id, .minutes(10)) = $0.repeatKey { id } else { nil } }
  }

  /// A terminal's connection; authenticated when a principal is given.
  static func terminal(
    _ principal: Principal? = Terminal.principal, settlement: Settlement = .byCaller,
    _ configuration: JT808Configuration = JT808Configuration()
  ) -> SessionDriver {
    var driver = SessionDriver(
      JT808Session(configuration: configuration), principal: principal, settlement: settlement)
    if principal != nil { driver.handle(.bytes(Terminal.frame(0x0102, Array("code".utf8), serial: 0))) }
    return driver
  }

  mutating func send(_ frames: [UInt8]...) { for frame in frames { handle(.bytes(frame)) } }

  mutating func settleAll() { while let token = unsettled.first { settle(token) } }
}
