/// The blocks of an `SIA-DCS` frame (protocols page, section 2.3).
///
/// Times of the panel's own clock (`ti`, `da`) name no zone and are not read.
package enum DCSBlocks {
  /// First characters of blocks that tell no event: text, configuration, controls, passwords, origin, listening in.
  private static let otherBlocks = Array("ACPEXLVvI@?&#0123456789".utf8)

  /// Reads the data of a frame.
  package static func read(_ data: ArraySlice<UInt8>) -> PanelReport {
    var report = PanelReport()
    var hasOther = false
    for block in dataParts(data) {
      switch block.first {
      case UInt8(ascii: "N"), UInt8(ascii: "O"):
        var reader = DCSBlockReader(block.dropFirst())
        reader.read()
        report.events += reader.events
        if !reader.isWhole || reader.events.isEmpty { report.isWhole = false }
      case .some(let first) where otherBlocks.contains(first): hasOther = true
      default: report.isWhole = false
      }
    }
    if report.events.isEmpty, report.isWhole, hasOther { report.events = [.message] }
    return report
  }
}

/// Reads one block of events behind its `N` or `O`: `ri1/PA501`, `ri1CL0^VX FRONTE ^`, `ti20:50:26RP99`, `FA129`.
package struct DCSBlockReader {
  private(set) var events: [PanelEvent] = []
  private(set) var isWhole = true
  private var rest: ArraySlice<UInt8>

  private static let slash = UInt8(ascii: "/")
  private static let caret = UInt8(ascii: "^")
  private static let star = UInt8(ascii: "*")

  init(_ block: ArraySlice<UInt8>) { rest = block }

  /// Takes the block apart; what cannot be read is skipped up to the next `/`.
  package mutating func read() {
    while let first = rest.first {
      if first == Self.slash || first == UInt8(ascii: " ") {
        rest = rest.dropFirst()
      } else if begins(with: \.isLowerLetter) {
        rest = rest.dropFirst(2)
        skipValue()
      } else if begins(with: \.isUpperLetter) {
        takeCode()
      } else {
        isWhole = false
        skipPacket()
      }
    }
  }

  private func begins(with isWanted: (UInt8) -> Bool) -> Bool {
    rest.count >= 2 && rest.prefix(2).allSatisfy(isWanted)
  }

  private mutating func takeCode() {
    let code = String(decoding: rest.prefix(2), as: UTF8.self)
    rest = rest.dropFirst(2)
    let zone = rest.prefix { $0.hexValue != nil && !$0.isLowerLetter }
    events.append(PanelEvent(DCSCodes.meaning(code), isRestored: false, zone: zone))
    skipPacket()
  }

  /// The value of a modifier: a number, a time or a date. A code may follow without a `/`, and a hexadecimal value
  /// looks like the beginning of one: two letters behind decimal digits are a code.
  private mutating func skipValue() {
    let digits = rest.prefix { $0.isDigit || [UInt8(ascii: ":"), UInt8(ascii: "-")].contains($0) }
    let hexadecimal = rest.prefix { $0.hexValue != nil && !$0.isLowerLetter }
    let isCodeNext = !digits.isEmpty && rest[digits.endIndex...].prefix(2).allSatisfy(\.isUpperLetter)
    let after = rest[hexadecimal.endIndex...].first ?? Self.slash
    let isValueHexadecimal =
      !isCodeNext && hexadecimal.count > digits.count && [Self.slash, Self.caret].contains(after)
    rest = rest[(isValueHexadecimal ? hexadecimal : digits).endIndex...]
    if rest.first == Self.caret { skipText(until: Self.caret) }
  }

  /// Up to the next `/` that stands in no text (`^text^`, `*text*`, `*"text"`).
  private mutating func skipPacket() {
    while let first = rest.first, first != Self.slash {
      if first == Self.caret {
        skipText(until: Self.caret)
      } else if first == Self.star {
        skipText(until: rest.dropFirst().first == quotationMark ? quotationMark : Self.star)
      } else {
        rest = rest.dropFirst()
      }
    }
  }

  /// Past the text that begins here; of a text without an end only its beginning is passed.
  private mutating func skipText(until end: UInt8) {
    let text = rest.dropFirst(end == quotationMark ? 2 : 1)
    rest = text.firstIndex(of: end).map { rest[($0 + 1)...] } ?? text
  }
}
