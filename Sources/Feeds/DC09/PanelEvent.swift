import CareModel

/// What a code of a panel means to us.
package struct CodeMeaning: Sendable, Equatable {
  /// The code's condition is there. `unknown` where our words have none for it: a person looks at it.
  package var raised: SignalKind
  /// The condition is over. Telemetry (`measurement`) unless a kind of ours says just that: the end of a condition
  /// never touches a person's case.
  package var restored: SignalKind
}

/// One event of a frame.
package struct PanelEvent: Sendable, Equatable {
  /// What it says.
  package var kind: SignalKind
  /// The digits of its zone or user; nil when there are none but zeros.
  package var zone: String?
  /// What is odd about it.
  package var oddity: SignalOddity?

  /// Longest zone taken over; the codes have three digits, some senders four.
  package static let maximumZoneBytes = 16

  /// An event of a code; nil for one that we do not know.
  package init(_ meaning: CodeMeaning?, isRestored: Bool, zone digits: ArraySlice<UInt8>) {
    kind = meaning.map { isRestored ? $0.restored : $0.raised } ?? .unknown
    if kind == .unknown { oddity = meaning == nil ? .unknownKind : .unsupportedEvent }
    let isNamed = digits.contains { $0 != UInt8(ascii: "0") } && digits.count <= Self.maximumZoneBytes
    zone = isNamed ? String(decoding: digits, as: UTF8.self) : nil
  }

  /// A text or another block that is no event.
  package static let message = PanelEvent(nil, isRestored: false, zone: [])
}

/// What the data of a frame say.
package struct PanelReport: Sendable, Equatable {
  /// In order; empty when nothing was understood.
  package var events: [PanelEvent] = []
  /// Nothing was left that could not be read.
  package var isWhole = true
}

/// The parts between `|` without empty ones and without a leading account.
package func dataParts(_ data: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
  let parts = data.split(separator: UInt8(ascii: "|"))
  return parts.first?.first == UInt8(ascii: "#") ? Array(parts.dropFirst()) : parts
}

/// A table from rows of codes with one meaning, separated by blanks.
package func codeTable(
  _ rows: [(codes: String, raised: SignalKind, restored: SignalKind)]
) -> [String: CodeMeaning] {
  var table: [String: CodeMeaning] = [:]
  for row in rows {
    for code in row.codes.split(separator: " ") {
      table[String(code)] = CodeMeaning(raised: row.raised, restored: row.restored)
    }
  }
  return table
}
