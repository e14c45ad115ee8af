/// The Contact ID block `QEEE GG ZZZ` (protocols page, section 2.2).
package enum ContactID {
  /// Reads the data of an `ADM-CID` frame; more than one block is taken.
  package static func read(_ data: ArraySlice<UInt8>) -> PanelReport {
    let events = dataParts(data).map(event)
    let understood = events.compactMap(\.self)
    return PanelReport(events: understood, isWhole: understood.count == events.count)
  }

  private static func event(_ block: ArraySlice<UInt8>) -> PanelEvent? {
    let fields = block.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.map(\.count) == [4, 2, 3], fields.joined().allSatisfy({ $0.hexValue != nil }) else { return nil }
    guard let qualifier = fields[0].first, let isRestored = isRestored(qualifier) else { return nil }
    let code = String(decoding: fields[0].dropFirst(), as: UTF8.self).uppercased()
    return PanelEvent(ContactIDCodes.meanings[code], isRestored: isRestored, zone: fields[2])
  }

  /// 1 is new, 3 restored, 6 still there, which counts like new: it joins what is open.
  private static func isRestored(_ qualifier: UInt8) -> Bool? {
    switch qualifier {
    case UInt8(ascii: "1"), UInt8(ascii: "6"): false
    case UInt8(ascii: "3"): true
    default: nil
    }
  }
}
