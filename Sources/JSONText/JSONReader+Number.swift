extension JSONReader {
  /// RFC 8259 section 6; whole numbers within 64 bits stay exact, everything else becomes a double.
  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let firstDigit = position
    var whole: Int64? = 0
    while let digit = takeDigit() {
      whole = whole.flatMap { appending(digit, to: $0, isNegative: isNegative) }
    }
    guard position > firstDigit, bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else {
      throw JSONError(.invalidNumber, at: start)
    }
    let isWhole = try skipFractionAndExponent(from: start)
    if isWhole, let whole { return .int(whole) }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let number = Double(text), number.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
    return .double(number)
  }

  private mutating func skipFractionAndExponent(from start: Int) throws(JSONError) -> Bool {
    var isWhole = true
    if current == UInt8(ascii: ".") {
      position += 1
      isWhole = false
      try skipDigits(from: start)
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      isWhole = false
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits(from: start)
    }
    return isWhole
  }

  private mutating func skipDigits(from start: Int) throws(JSONError) {
    guard takeDigit() != nil else { throw JSONError(.invalidNumber, at: start) }
    while takeDigit() != nil {}
  }

  private mutating func takeDigit() -> Int64? {
    guard let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
    position += 1
    return Int64(byte - UInt8(ascii: "0"))
  }

  private func appending(_ digit: Int64, to number: Int64, isNegative: Bool) -> Int64? {
    let (shifted, overflow) = number.multipliedReportingOverflow(by: 10)
    if overflow { return nil }
    let (sum, overflows) =
      isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
    return overflows ? nil : sum
  }
}
