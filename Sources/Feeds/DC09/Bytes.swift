/// Small readings of ASCII bytes that the frame's parts share.
extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isUpperLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  var isLowerLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  /// The value of a hexadecimal digit of either case.
  package var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// The number that at most seven digits of a base write; nil for anything else.
package func number(_ digits: some Collection<UInt8>, base: Int) -> Int? {
  guard !digits.isEmpty, digits.count <= 7 else { return nil }
  var value = 0
  for byte in digits {
    guard let digit = byte.hexValue, digit < base else { return nil }
    value = value * base + Int(digit)
  }
  return value
}

/// The bytes that an even number of hexadecimal digits write; nil for anything else.
package func readHexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
  guard digits.count.isMultiple(of: 2) else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 2)
  var high: UInt8?
  for byte in digits {
    guard let value = byte.hexValue else { return nil }
    if let first = high {
      bytes.append(first << 4 | value)
      high = nil
    } else {
      high = value
    }
  }
  return bytes
}

/// Upper-case hexadecimal digits, two a byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 0xF)] }
}

/// A number below 65,536 as four upper-case hexadecimal digits.
package func hexadecimal(_ value: UInt16) -> [UInt8] {
  hexadecimal([UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)])
}

private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
}
