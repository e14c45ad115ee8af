import CareModel

/// What the platform sends.
enum JT808Answer {
  /// The result of a general answer (8001).
  enum Result: UInt8, Sendable {
    /// Taken, and durable where it carried a signal.
    case ok = 0
    /// Kept, but its id means nothing to us.
    case unsupported = 3
  }

  /// The general answer (8001) to one frame.
  static func general(to header: JT808Header, _ result: Result, serial: UInt16) -> [UInt8] {
    let body = bytes(header.serial) + bytes(header.message) + [result.rawValue]
    return frame(0x8001, body, to: header, serial: serial)
  }

  /// The answer to a registration (8100): always granted, with the code that the terminal is to show.
  static func registration(to header: JT808Header, serial: UInt16) -> [UInt8] {
    frame(0x8100, bytes(header.serial) + [0] + code(for: header.phone).utf8, to: header, serial: serial)
  }

  /// The code depends on nothing but the number, so that any node gives the same one. It proves nothing: a terminal is
  /// believed when its code is the secret that the register has for it.
  private static func code(for phone: String) -> String { "SB" + String(fixedHash(phone.utf8), radix: 16) }

  private static func frame(_ message: UInt16, _ body: [UInt8], to header: JT808Header, serial: UInt16) -> [UInt8] {
    let versionFlag = header.version == nil ? 0 : JT808Header.versionFlag
    var content = bytes(message) + bytes(UInt16(truncatingIfNeeded: body.count) | versionFlag)
    if let version = header.version { content.append(version) }
    content += header.phoneDigits + bytes(serial) + body
    content.append(content.reduce(0, ^))
    return marked(escaped(content))
  }

  private static func escaped(_ content: [UInt8]) -> [UInt8] {
    content.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x7D: [0x7D, 1]
      case MarkDeframer.mark: [0x7D, 2]
      default: [byte]
      }
    }
  }

  private static func bytes(_ number: UInt16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
  }
}
