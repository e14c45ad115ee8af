import CareModel

/// The values of a position or alarm (UD, UD2, UD3, WT, AL, whatever network's name is behind).
///
/// The position may be without a fix; cells and wireless networks stay in the raw bytes, as the coordinates do.
struct WatchReport: Sendable, Equatable {
  /// When it was; nil when date and time are none.
  let time: Timestamp?
  /// Date and time as sent, `ddmmyyhhmmss`.
  let timeText: String
  /// Battery charge in percent.
  let batteryPercent: Int?
  /// The status bits; nil when they are missing.
  let status: UInt32?

  /// Where the status bits stand, and where makers that leave out or add a value may have them; cells and networks,
  /// whose numbers may look like them, begin later. The battery charge is three before.
  private static let usualStatusPosition = 16
  private static let statusPositions = [16, 15, 14, 17, 18]
  /// Before 2010 there were no such watches: a clock that says so is not set.
  private static let earliestYear: Int64 = 2010

  /// Reads the values of a frame.
  init(_ frame: WatchFrame, clockOffsetMinutes: Int) {
    timeText = (frame.value(1) ?? "") + (frame.value(2) ?? "")
    time = Self.moment(frame.value(1), frame.value(2), offsetMinutes: Int64(clockOffsetMinutes))
    let position = Self.statusPositions.first { bits(frame.value($0)) != nil }
    status = position.flatMap { bits(frame.value($0)) }
    batteryPercent = frame.value((position ?? Self.usualStatusPosition) - 3).flatMap(percent)
  }

  private static func moment(_ date: String?, _ time: String?, offsetMinutes: Int64) -> Timestamp? {
    guard let date = pairs(date), let time = pairs(time), 2000 + date[2] >= earliestYear else { return nil }
    return Timestamp(
      year: 2000 + date[2], month: date[1], day: date[0], hour: time[0], minute: time[1], second: time[2],
      offsetMinutes: offsetMinutes)
  }

  /// Six digits as three numbers.
  private static func pairs(_ text: String?) -> [Int64]? {
    let digits = (text ?? "").utf8.map { Int64($0) - Int64(UInt8(ascii: "0")) }
    guard digits.count == 6, digits.allSatisfy({ 0 <= $0 && $0 <= 9 }) else { return nil }
    return [digits[0] * 10 + digits[1], digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]]
  }
}

/// Status bits: eight hexadecimal digits; nil for anything else.
private func bits(_ text: String?) -> UInt32? {
  guard let text, text.utf8.count == 8, text.first != "+" else { return nil }
  return UInt32(text, radix: 16)
}

/// A battery charge; nil when it is none.
func percent(_ text: String) -> Int? {
  guard let number = Int(text), (0...100).contains(number) else { return nil }
  return number
}
