import CareModel
import FeedConformance
import FeedSession
import Watch

/// What a watch says, for tests.
enum Watcher {
  static let id = "8800000015"

  /// One frame; `length` overrides the right one.
  static func frame(
    _ content: String, id: String = id, vendor: String = "3G", index: String? = nil, length: Int? = nil
  ) -> [UInt8] {
    frame(Array(content.utf8), id: id, vendor: vendor, index: index, length: length)
  }

  static func frame(
    _ content: [UInt8], id: String = id, vendor: String = "3G", index: String? = nil, length: Int? = nil
  ) -> [UInt8] {
    let digits = String(length ?? content.count, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let head = "[" + ([vendor, id] + (index.map { [$0] } ?? []) + [padded]).joined(separator: "*") + "*"
    return Array(head.utf8) + content + Array("]".utf8)
  }

  /// A report: 22 November 2026, 21:41:18, battery 78 %.
  static func report(
    _ command: String, _ status: String, date: String = "221126", time: String = "214118", battery: String = "78",
    more: String = ",1,1,460,0,9346,5223,42"
  ) -> String {
    "\(command),\(date),\(time),V,39.904211,N,116.4073950,E,0.00,0.0,44.0,0,100,\(battery),20,0,\(status)\(more)"
  }
}

extension SessionDriver {
  /// The answers, frame by frame.
  var answers: [String] {
    replied.split(separator: UInt8(ascii: "]")).map { String(decoding: $0, as: UTF8.self) + "]" }
  }

  /// The signals among the deliveries.
  var signals: [Signal] {
    delivered.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
  }

  var kinds: [SignalKind] { signals.map(\.kind) }

  static func watch(_ configuration: WatchConfiguration = WatchConfiguration()) -> SessionDriver {
    SessionDriver(WatchSession(configuration: configuration), principal: nil, settlement: .byCaller)
  }

  mutating func send(_ frames: [UInt8]...) { for frame in frames { handle(.bytes(frame)) } }

  mutating func settleAll() { while let token = unsettled.first { settle(token) } }
}
