import CareModel

extension Timestamp {
  /// The same text as ``rfc3339``, made in one allocation; nil outside years 1-9999, which RFC 3339 does not have.
  package var jsonText: String? {
    guard Self.writable.contains(microseconds) else { return nil }
    let moment = microseconds
    let ofDay = Int64(86_400_000_000)
    let days = moment >= 0 ? moment / ofDay : (moment - ofDay + 1) / ofDay
    let rest = moment - days * ofDay
    let date = civilDate(daysSince1970: days)
    let second = rest / 1_000_000
    return String(unsafeUninitializedCapacity: 27) { buffer in
      var text = DigitWriter(buffer)
      text.put(date.year, digits: 4, then: "-")
      text.put(date.month, digits: 2, then: "-")
      text.put(date.day, digits: 2, then: "T")
      text.put(second / 3600, digits: 2, then: ":")
      text.put(second / 60 % 60, digits: 2, then: ":")
      text.put(second % 60, digits: 2, then: ".")
      text.put(rest % 1_000_000, digits: 6, then: "Z")
      return 27
    }
  }

  /// From 0001-01-01T00:00:00Z to the last microsecond of year 9999.
  static let writable: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
}

private struct DigitWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var position = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  mutating func put(_ number: Int64, digits: Int, then separator: Unicode.Scalar) {
    var rest = number
    for index in stride(from: position + digits - 1, through: position, by: -1) {
      buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    buffer[position + digits] = UInt8(ascii: separator)
    position += digits + 1
  }
}
