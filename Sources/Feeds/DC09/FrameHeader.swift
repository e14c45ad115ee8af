/// What stands in clear before the data of a frame (protocols page, section 2.1).
package struct FrameHeader: Sendable, Equatable {
  /// The body is no `"id"seq…[`.
  package struct Malformed: Error, Equatable {}

  /// Longest token in bytes.
  package static let maximumTokenBytes = 16
  /// Stands for a header that nobody can read.
  package static let unreadable = FrameHeader(token: "", isEncrypted: false, sequence: Array("0000".utf8))

  /// `SIA-DCS` and the like, without the mark of encryption.
  package var token: String
  /// Marked with `*`.
  package var isEncrypted: Bool
  /// Four digits as sent.
  package var sequence: [UInt8]
  /// The digits behind `R`; nil when absent.
  package var receiver: [UInt8]?
  /// The digits behind `L`; nil when absent.
  package var line: [UInt8]?
  /// What stands behind `#`, as sent; nil when absent.
  package var account: [UInt8]?

  /// A header from its parts.
  package init(
    token: String, isEncrypted: Bool, sequence: [UInt8], receiver: [UInt8]? = nil, line: [UInt8]? = nil,
    account: [UInt8]? = nil
  ) {
    self.token = token
    self.isEncrypted = isEncrypted
    self.sequence = sequence
    self.receiver = receiver
    self.line = line
    self.account = account
  }

  /// Reads a frame's body.
  ///
  /// - Returns: the header, and what stands behind the first `[`.
  package static func read(_ body: [UInt8]) throws(Malformed) -> (header: FrameHeader, content: ArraySlice<UInt8>) {
    guard body.first == quotationMark, let quote = body.dropFirst().firstIndex(of: quotationMark),
      let bracket = body[quote...].firstIndex(of: UInt8(ascii: "["))
    else { throw Malformed() }
    var token = body[1..<quote]
    let isEncrypted = token.first == UInt8(ascii: "*")
    if isEncrypted { token = token.dropFirst() }
    var rest = body[(quote + 1)..<bracket]
    let sequence = Array(rest.prefix(4))
    guard (1...maximumTokenBytes).contains(token.count), sequence.count == 4, sequence.allSatisfy(\.isDigit) else {
      throw Malformed()
    }
    rest = rest.dropFirst(4)
    var header = FrameHeader(
      token: String(decoding: token, as: UTF8.self).uppercased(), isEncrypted: isEncrypted, sequence: sequence)
    header.receiver = try takeDigits(after: UInt8(ascii: "R"), &rest)
    header.line = try takeDigits(after: UInt8(ascii: "L"), &rest)
    header.account = try takeAccount(rest)
    return (header, body[(bracket + 1)...])
  }

  private static func takeDigits(
    after letter: UInt8, _ rest: inout ArraySlice<UInt8>
  ) throws(Malformed) -> [UInt8]? {
    guard rest.first == letter else { return nil }
    let digits = rest.dropFirst().prefix { $0.hexValue != nil }
    guard (1...6).contains(digits.count) else { throw Malformed() }
    rest = rest[digits.endIndex...]
    return Array(digits)
  }

  /// An answer (`R0L0A0`) has no account.
  private static func takeAccount(_ rest: ArraySlice<UInt8>) throws(Malformed) -> [UInt8]? {
    guard rest.first == UInt8(ascii: "#") else { return nil }
    let account = Array(rest.dropFirst())
    guard (1...DC09Configuration.maximumAccountBytes).contains(account.count), isAccount(account) else {
      throw Malformed()
    }
    return account
  }

  /// Digits by the standard; any printable name is taken.
  package static func isAccount(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { (0x20...0x7E).contains($0) } && bytes.contains { $0 != 0x20 }
  }
}
