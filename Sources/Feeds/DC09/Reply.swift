import CareModel

/// The answer to one frame (protocols page, sections 2.4 and 2.5). Written when it is sent, because it may tell the
/// time.
struct Reply: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// ACK, encrypted with the account's key where the frame was.
    case accepted(key: [UInt8]?)
    /// NAK with our time, by which the sender sets its clock; it sends again. Where the frame was understood, the
    /// name by which its resend is known.
    case refused(resend: UInt64?)
    /// DUH: the sender gives this event up; only ever sent once we hold it.
    case notUnderstood
  }

  var kind: Kind
  var header: FrameHeader
  /// Our check too is written as two raw bytes.
  var isCheckBinary = false

  /// The whole frame.
  func bytes(at now: Timestamp) -> [UInt8] {
    let body = body(at: now)
    let check = checksum(body)
    let written = isCheckBinary ? [UInt8(check >> 8), UInt8(check & 0xFF)] : hexadecimal(check)
    return [lineFeed] + written + hexadecimal(UInt16(truncatingIfNeeded: body.count)) + body + [carriageReturn]
  }

  private func body(at now: Timestamp) -> [UInt8] {
    switch kind {
    case .accepted(let key?):
      let content = [UInt8(ascii: "]")] + FrameTime.written(now)
      let seed = UInt64(number(header.sequence, base: 10) ?? 0) << 48 ^ UInt64(bitPattern: now.microseconds)
      let blocks = FrameCipher(key: key).encrypt(content, seed: seed) ?? []
      return addressed("*ACK") + [UInt8(ascii: "[")] + blocks
    case .accepted(nil): return addressed("ACK") + Array("[]".utf8)
    case .notUnderstood: return addressed("DUH") + Array("[]".utf8)
    case .refused: return Array("\"NAK\"0000R0L0A0[]".utf8) + FrameTime.written(now)
    }
  }

  /// Echoes what the frame was addressed with; `L` is required, so a sender that omits it is given `L0`.
  private func addressed(_ token: String) -> [UInt8] {
    var bytes = Array("\"\(token)\"".utf8) + header.sequence
    if let receiver = header.receiver { bytes += [UInt8(ascii: "R")] + receiver }
    bytes += [UInt8(ascii: "L")] + (header.line ?? [UInt8(ascii: "0")])
    if let account = header.account { bytes += [UInt8(ascii: "#")] + account }
    return bytes
  }
}
