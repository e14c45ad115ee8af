/// The characters that separate the parts of one message (HL7 2.5.1 section 2.5.4, MSH-1 and MSH-2).
package struct HL7Delimiters: Sendable, Equatable {
  /// Separates fields.
  package var field: UInt8
  /// Separates components; nil when the message declares none.
  package var component: UInt8?
  /// Separates repetitions.
  package var repetition: UInt8?
  /// Starts and ends an escape sequence.
  package var escape: UInt8?
  /// Separates subcomponents.
  package var subcomponent: UInt8?
  /// Marks truncated text (2.7); only escaped, never split at.
  package var truncation: UInt8?

  /// The recommended `|^~\&`.
  package static let standard = Self(
    field: UInt8(ascii: "|"), component: UInt8(ascii: "^"), repetition: UInt8(ascii: "~"),
    escape: UInt8(ascii: "\\"), subcomponent: UInt8(ascii: "&"), truncation: nil)

  /// Delimiters, each a byte of ASCII punctuation.
  package init(
    field: UInt8, component: UInt8?, repetition: UInt8?, escape: UInt8?, subcomponent: UInt8?, truncation: UInt8?
  ) {
    self.field = field
    self.component = component
    self.repetition = repetition
    self.escape = escape
    self.subcomponent = subcomponent
    self.truncation = truncation
  }

  /// Reads the delimiters of a message that starts with its MSH segment; nil when it does not.
  ///
  /// A character named twice counts once: `^~\\&`, written by software that escaped the backslash, means `^~\&`.
  package init?(messageHeader bytes: some Collection<UInt8>) {
    guard bytes.starts(with: Array("MSH".utf8)), let field = bytes.dropFirst(3).first, isDelimiter(field) else {
      return nil
    }
    var encoding: [UInt8] = []
    for byte in bytes.dropFirst(4).prefix(8) {
      guard isDelimiter(byte), byte != field else { break }
      if !encoding.contains(byte) { encoding.append(byte) }
    }
    func character(_ index: Int) -> UInt8? { index < encoding.count ? encoding[index] : nil }
    self.init(
      field: field, component: character(0), repetition: character(1), escape: character(2),
      subcomponent: character(3), truncation: character(4))
  }
}

/// Printable ASCII that is neither letter nor digit.
private func isDelimiter(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
  default: false
  }
}
