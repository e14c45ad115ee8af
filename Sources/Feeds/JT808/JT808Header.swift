import CareModel

/// The head of a message (2011/2013 and 2019).
package struct JT808Header: Sendable, Equatable {
  /// Where a frame stands in a message that was cut into parts.
  package struct Part: Sendable, Equatable {
    /// How many parts there are.
    package let total: UInt16
    /// Which one this is, from 1.
    package let index: UInt16
  }

  /// The message id.
  package let message: UInt16
  /// Bytes of the body as the head says, 0-1023.
  package let bodyLength: Int
  /// The body is encrypted; nothing of it can be read.
  package let isEncrypted: Bool
  /// The protocol version of 2019; nil in a head of 2011 or 2013.
  package let version: UInt8?
  /// The terminal's phone number in BCD: 6 bytes, 10 since 2019.
  package let phoneDigits: [UInt8]
  /// The sender's own number of the frame; counts up and wraps.
  package let serial: UInt16
  /// Nil for a message in one frame.
  package let part: Part?

  static let versionFlag: UInt16 = 1 << 14
  private static let partFlag: UInt16 = 1 << 13
  private static let encryptionMask: UInt16 = 0b111 << 10
  private static let lengthMask: UInt16 = 0x3FF

  init(_ reader: inout ByteReader) throws(EndOfBytes) {
    message = try reader.twoBytes()
    let attributes = try reader.twoBytes()
    bodyLength = Int(attributes & Self.lengthMask)
    isEncrypted = attributes & Self.encryptionMask != 0
    let hasVersion = attributes & Self.versionFlag != 0
    version = hasVersion ? try reader.byte() : nil
    phoneDigits = Array(try reader.bytes(hasVersion ? 10 : 6))
    serial = try reader.twoBytes()
    guard attributes & Self.partFlag != 0 else {
      part = nil
      return
    }
    part = Part(total: try reader.twoBytes(), index: try reader.twoBytes())
  }

  /// The phone number in its one normal form: the digits without leading zeros, at least one. A nibble that is no
  /// digit stays as its hexadecimal letter in lower case.
  package var phone: String {
    let digits = phoneDigits.flatMap { [$0 >> 4, $0 & 0xF] }
    let significant = digits.drop { $0 == 0 }
    return (significant.isEmpty ? [0] : significant).map { String($0, radix: 16) }.joined()
  }
}
