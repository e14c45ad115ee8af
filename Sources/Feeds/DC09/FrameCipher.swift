import CareModel
import Crypto
import CryptoExtras

/// AES-CBC with an all-zero vector and without the usual padding (protocols page, section 2.4).
///
/// It hides what is said and proves nothing: with a constant vector a frame can be sent again by anybody.
package struct FrameCipher: Sendable {
  private static let blockBytes = 16
  private let key: SymmetricKey

  /// A cipher for a key of 16, 24 or 32 bytes.
  package init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

  /// The content in clear, without its pad; nil when it is no hexadecimal text of whole blocks, or nothing in it ends
  /// the pad.
  package func decrypt(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    // A closing bracket in clear is not foreseen, and some send it.
    let digits = text.last == UInt8(ascii: "]") ? text.dropLast() : text
    guard let blocks = readHexadecimal(digits), !blocks.isEmpty, blocks.count.isMultiple(of: Self.blockBytes),
      let vector = try? AES._CBC.IV(ivBytes: [UInt8](repeating: 0, count: Self.blockBytes)),
      let clear = try? AES._CBC.decrypt(blocks, using: key, iv: vector, noPadding: true)
    else { return nil }
    let all = Array(clear)
    guard let end = all.firstIndex(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "]") }) else { return nil }
    return all[end] == UInt8(ascii: "]") ? all[end...] : all[(end + 1)...]
  }

  /// Content behind 16 to 31 bytes of pad, encrypted, as hexadecimal digits; nil never happens with a right key.
  ///
  /// - Parameter seed: decides the pad, which needs no secret.
  package func encrypt(_ content: [UInt8], seed: UInt64) -> [UInt8]? {
    let padBytes = 2 * Self.blockBytes - 1 - (content.count + Self.blockBytes - 1) % Self.blockBytes
    let clear = pad(count: padBytes, seed: seed) + content
    guard let vector = try? AES._CBC.IV(ivBytes: [UInt8](repeating: 0, count: Self.blockBytes)),
      let blocks = try? AES._CBC.encrypt(clear, using: key, iv: vector, noPadding: true)
    else { return nil }
    return hexadecimal(blocks)
  }

  /// Capital letters, so none of the characters that end a pad.
  private func pad(count: Int, seed: UInt64) -> [UInt8] {
    (0..<UInt64(count)).map { UInt8(ascii: "A") + UInt8(truncatingIfNeeded: fixedMix(seed &+ $0) % 26) }
  }
}
