/// The fixed header of a packet (3.1.1 section 2.2, 5.0 section 2.1).
package struct FixedHeader: Sendable, Equatable {
  /// The packet's type.
  package var type: PacketType
  /// The lower half of the first byte.
  package var flags: UInt8
  /// Bytes of the header itself, 2 to 5.
  package var headerBytes: Int
  /// Bytes that follow.
  package var bodyBytes: Int

  /// Most bytes of a remaining length; a continuation bit in the last is malformed.
  package static let maximumLengthBytes = 4

  /// Reads the header at the start of `bytes`; nil while more bytes are needed.
  ///
  /// Everything that is wrong is thrown as soon as the byte that shows it is there, before any of the body.
  ///
  /// - Parameters:
  ///   - bytes: what was received and not yet taken.
  ///   - maximumPacketBytes: the largest packet taken, header included.
  ///   - version: what the client speaks; before its CONNECT the rules of 3.1.1 hold.
  package init?(
    reading bytes: ArraySlice<UInt8>, maximumPacketBytes: Int, version: ProtocolVersion = .mqtt311
  ) throws(DecodeFailure) {
    guard let first = bytes.first else { return nil }
    guard let type = PacketType(rawValue: first >> 4), type != .auth || version == .mqtt5 else { throw .malformed }
    let flags = first & 0xF
    if let required = type.requiredFlags {
      guard flags == required else { throw .malformed }
    } else if flags & 0b0110 == 0b0110 {
      throw .malformed
    }
    guard !type.isFromServerOnly else { throw .protocolError }
    var length = 0
    var isComplete = false
    var headerBytes = 1
    for byte in bytes.dropFirst().prefix(Self.maximumLengthBytes) {
      length |= Int(byte & 0x7F) << (7 * (headerBytes - 1))
      headerBytes += 1
      if byte & 0x80 == 0 {
        // 5.0 wants the shortest form (section 1.5.5).
        guard byte != 0 || headerBytes == 2 || version != .mqtt5 else { throw .malformed }
        isComplete = true
        break
      }
    }
    guard isComplete else {
      if headerBytes > Self.maximumLengthBytes { throw .malformed }
      return nil
    }
    guard headerBytes + length <= maximumPacketBytes else { throw .tooLarge }
    self.type = type
    self.flags = flags
    self.headerBytes = headerBytes
    self.bodyBytes = length
  }
}
