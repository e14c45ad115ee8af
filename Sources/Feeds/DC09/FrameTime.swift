import CareModel

/// The time that a frame tells, always UTC (protocols page, section 2.1).
package enum FrameTime: Sendable, Equatable {
  case absent
  /// No time at all.
  case unreadable
  /// Written like a time that does not exist, as by a clock that was never set.
  case impossible
  case moment(Timestamp)

  /// Reads `HH:MM:SS,MM-DD-YYYY`; what follows is ignored.
  package init(_ text: ArraySlice<UInt8>) {
    let digits = text.prefix(19)
    let shape = Array("00:00:00,00-00-0000".utf8)
    guard digits.count == shape.count,
      zip(digits, shape).allSatisfy({ $1 == UInt8(ascii: "0") ? $0.isDigit : $0 == $1 })
    else {
      self = .unreadable
      return
    }
    let start = digits.startIndex
    func field(_ offset: Int, _ width: Int) -> Int64 {
      Int64(number(digits[start + offset..<start + offset + width], base: 10) ?? 0)
    }
    let moment = Timestamp(
      year: field(15, 4), month: field(9, 2), day: field(12, 2), hour: field(0, 2), minute: field(3, 2),
      second: field(6, 2), offsetMinutes: 0)
    self = moment.map { .moment($0) } ?? .impossible
  }

  /// The moment that is told, where one is.
  package var moment: Timestamp? {
    guard case .moment(let moment) = self else { return nil }
    return moment
  }

  /// Whether the frame's clock is as near to ours as encrypted frames need it: 40 s late to 20 s ahead, in whole
  /// seconds as the frame tells them (section 2.4).
  package func isInTime(at now: Timestamp) -> Bool {
    guard let moment else { return false }
    let second = now - TimeSpan(microseconds: now.microseconds % 1_000_000)
    return moment >= second - DC09Configuration.maximumLate && moment <= second + DC09Configuration.maximumAhead
  }

  /// `_HH:MM:SS,MM-DD-YYYY`.
  package static func written(_ now: Timestamp) -> [UInt8] {
    let text = Array(now.rfc3339.utf8)
    return [UInt8(ascii: "_")] + text[11..<19] + [UInt8(ascii: ",")] + text[5..<10] + [UInt8(ascii: "-")] + text[0..<4]
  }
}
