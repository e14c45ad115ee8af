import CareModel

extension Timestamp {
  /// From 0001-01-01T00:00:00Z to the last microsecond of year 9999: what RFC 3339 can say.
  package var isWritable: Bool { Self.writable.contains(microseconds) }

  /// Appends the same text as ``rfc3339`` of a moment that ``isWritable``: 27 bytes of ASCII.
  package func append(to bytes: inout [UInt8]) {
    let ofDay = Int64(86_400_000_000)
    let days = microseconds >= 0 ? microseconds / ofDay : (microseconds - ofDay + 1) / ofDay
    let rest = microseconds - days * ofDay
    let date = civilDate(daysSince1970: days)
    let second = rest / 1_000_000
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 27) { text in
      text.initialize(repeating: UInt8(ascii: "0"))
      text.put(date.year, digits: 4, at: 0, then: "-")
      text.put(date.month, digits: 2, at: 5, then: "-")
      text.put(date.day, digits: 2, at: 8, then: "T")
      text.put(second / 3600, digits: 2, at: 11, then: ":")
      text.put(second / 60 % 60, digits: 2, at: 14, then: ":")
      text.put(second % 60, digits: 2, at: 17, then: ".")
      text.put(rest % 1_000_000, digits: 6, at: 20, then: "Z")
      bytes.append(contentsOf: UnsafeBufferPointer(text))
    }
  }

  /// Reads what ``append(to:)`` writes; nil for every other form of RFC 3339, and for the last days of a month.
  init?(jsonUTF8 text: UnsafeBufferPointer<UInt8>) {
    guard text.count == 27, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
      text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"), text[19] == UInt8(ascii: "."),
      text[26] == UInt8(ascii: "Z")
    else { return nil }
    var isDigits = true
    func number(_ range: Range<Int>) -> Int64 {
      var value: Int64 = 0
      for index in range {
        let digit = text[index] &- UInt8(ascii: "0")
        if digit > 9 { isDigits = false }
        value = value &* 10 &+ Int64(digit)
      }
      return value
    }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second, fraction) = (number(11..<13), number(14..<16), number(17..<19), number(20..<26))
    guard isDigits, year >= 1, (1...12).contains(month), (1...28).contains(day), hour < 24, minute < 60, second < 60
    else { return nil }
    let seconds = ((daysSince1970(year: year, month: month, day: day) * 24 + hour) * 60 + minute) * 60 + second
    self.init(microseconds: seconds * 1_000_000 + fraction)
  }

  static let writable: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Overwrites zeros with a number's digits, from the last to the first, and the place behind them.
  fileprivate func put(_ number: Int64, digits: Int, at start: Int, then separator: Unicode.Scalar) {
    var rest = UInt32(truncatingIfNeeded: number)
    var place = start + digits
    self[place] = UInt8(ascii: separator)
    while rest > 0, place > start {
      place -= 1
      self[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
