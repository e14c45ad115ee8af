import CareModel
import Crypto
import EngineHost

/// The shell's random values, from the system's generator.
package enum Randomness {
  /// 128 random bits.
  package static func halves() -> (high: UInt64, low: UInt64) {
    var generator = SystemRandomNumberGenerator()
    return (generator.next(), generator.next())
  }

  /// A random id for a new row (UUID version 4).
  package static func id() -> (high: UInt64, low: UInt64) {
    let (high, low) = halves()
    return (high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000, low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
  }

  /// 128 random bits as 32 hexadecimal digits.
  package static func secret() -> String {
    let (high, low) = halves()
    return hexadecimal([high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - $0 * 8)) } })
  }

  /// A new bearer token: `sb_` and 256 random bits.
  package static func token() -> String { "sb_" + secret() + secret() }

  /// The digest under which a token is kept.
  package static func tokenDigest(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }

  /// Lower-case hexadecimal digits.
  package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
