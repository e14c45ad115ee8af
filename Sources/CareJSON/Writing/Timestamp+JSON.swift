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
