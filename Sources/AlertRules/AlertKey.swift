import CareModel

/// The text of an alert key. Parts are joined by `|`; inside a part `|`, `\` and control characters are escaped, so
/// that no sender can forge a separator and PostgreSQL accepts every key.
enum AlertKey {
  static func joined(_ parts: [String]) -> String {
    var bytes: [UInt8] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(separator) }
      for byte in part.utf8 { append(byte, to: &bytes) }
    }
    guard bytes.count > RuleLimits.keyBytes else { return String(decoding: bytes, as: UTF8.self) }
    return shortened(bytes)
  }

  private static let separator = UInt8(ascii: "|")
  private static let escape = UInt8(ascii: "\\")
  /// `\#` and sixteen digits; an unescaped backslash before `#` occurs in no other key.
  private static let hashBytes = 18

  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case separator, escape: bytes += [escape, byte]
    case 0..<0x20, 0x7F: bytes += [escape, UInt8(ascii: "x")] + hexadecimal(UInt64(byte), digits: 2)
    default: bytes.append(byte)
    }
  }

  private static func shortened(_ bytes: [UInt8]) -> String {
    var end = RuleLimits.keyBytes - hashBytes
    while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    let hash = [escape, UInt8(ascii: "#")] + hexadecimal(fixedHash(bytes), digits: 16)
    return String(decoding: bytes[..<end] + hash, as: UTF8.self)
  }

  private static func hexadecimal(_ value: UInt64, digits: Int) -> [UInt8] {
    (0..<digits).reversed().map { digit in
      let nibble = UInt8(truncatingIfNeeded: value >> (UInt64(digit) * 4)) & 0xF
      return nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
  }
}
