import CareModel

/// A time stamp of a message: `YYYYMMDD[HH[MM[SS[.S[S[S[S]]]]]]][+/-ZZZZ]` (HL7 2.5.1 section 2.A.22).
package struct HL7Time: Sendable, Equatable {
  /// The moment.
  package var moment: Timestamp
  /// The offset that was written, in minutes east of UTC; nil when the default was used.
  package var offsetMinutes: Int64?

  /// Longest time stamp read, in bytes.
  package static let maximumBytes = 32

  /// Reads a time stamp; nil for anything else, for less than a whole day and for days that do not exist.
  ///
  /// - Parameter defaultOffsetMinutes: counts where the text has no offset.
  package init?(_ text: some StringProtocol, defaultOffsetMinutes: Int64) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    var digits = Array(text.utf8)[...]
    func number(_ width: Int) -> Int64? {
      let part = digits.prefix(width)
      guard part.count == width, part.allSatisfy(isDigit) else { return nil }
      digits = digits.dropFirst(width)
      return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
    guard let year = number(4), let month = number(2), let day = number(2) else { return nil }
    var clock: [Int64] = []
    while clock.count < 3, let next = number(2) { clock.append(next) }
    var fraction: Int64 = 0
    if clock.count == 3, digits.first == UInt8(ascii: ".") {
      digits = digits.dropFirst()
      var scale: Int64 = 100_000
      while let digit = number(1) {
        fraction += digit * scale
        scale /= 10
      }
    }
    if let sign = digits.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      digits = digits.dropFirst()
      guard let hours = number(2), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
      offsetMinutes = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 1 : -1)
    }
    clock += [0, 0, 0]
    guard digits.isEmpty,
      let second = Timestamp(
        year: year, month: month, day: day, hour: clock[0], minute: clock[1], second: clock[2],
        offsetMinutes: offsetMinutes ?? defaultOffsetMinutes)
    else { return nil }
    moment = second + TimeSpan(microseconds: fraction)
  }
}

/// An ASCII digit.
func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

extension Timestamp {
  /// `YYYYMMDDHHMMSS+ZZZZ` at an offset, for MSH-7 of an answer.
  func hl7Text(offsetMinutes: Int64) -> String {
    let local = self + TimeSpan(microseconds: offsetMinutes * 60_000_000)
    let digits = local.rfc3339.utf8.filter(isDigit).prefix(14)
    let distance = abs(offsetMinutes)
    func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return String(decoding: digits, as: UTF8.self) + (offsetMinutes < 0 ? "-" : "+") + padded(distance / 60)
      + padded(distance % 60)
  }
}
