import CareModel
import EngineHost
import PQ

/// One entry of the timeline as it is kept, found within its row's `entries`.
///
/// The database is not asked to take the array apart: its JSON functions refuse a whole row for one U+0000 in any text
/// of it, and a device may send one.
struct StoredEntry {
  var shard: String
  var commit: Int64
  var ordinal: Int
  var district: DistrictID
  var at: Timestamp
  /// The object's text.
  var json: Substring.UTF8View

  /// The columns that ``entries(_:)`` reads.
  static let columns = "shard, commit_number, district_id, at, entries"

  /// The entries of all rows, in the order of the rows and, within one, of its array.
  static func entries(_ rows: PQRows) throws(PQError) -> [StoredEntry] {
    var entries: [StoredEntry] = []
    for row in rows {
      let shard = try row.text(0)
      let commit = try row.int8(1)
      let district = try row.int4(2)
      let at = try row.time(3)
      for (ordinal, json) in numberedObjects(try row.text(4)) {
        entries.append(
          StoredEntry(shard: shard, commit: commit, ordinal: ordinal, district: district, at: at, json: json))
      }
    }
    return entries
  }

  /// The order of the stream.
  var position: (Int64, Int) { (commit, ordinal) }

  /// The object as text.
  var text: String { String(Substring(json)) }

  /// The value of the first member, which is `type` in every entry; empty when it is not.
  var type: String {
    let start = #"{"type":""#.utf8
    guard json.starts(with: start) else { return "" }
    return String(Substring(json.dropFirst(start.count).prefix { $0 != UInt8(ascii: "\"") }))
  }
}

/// The parts of `[[0,{…}],[1,{…}]]`, which the store has written itself.
private func numberedObjects(_ text: String) -> [(ordinal: Int, json: Substring.UTF8View)] {
  let bytes = Substring(text).utf8
  var parts: [(ordinal: Int, json: Substring.UTF8View)] = []
  var depth = 0
  var isInText = false
  var isEscaped = false
  var ordinal = 0
  var start = bytes.startIndex
  for (index, byte) in zip(bytes.indices, bytes) {
    if isInText {
      if isEscaped { isEscaped = false } else if byte == UInt8(ascii: "\\") { isEscaped = true } else {
        isInText = byte != UInt8(ascii: "\"")
      }
      continue
    }
    switch byte {
    case UInt8(ascii: "\""): isInText = true
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      depth += 1
      if depth == 2 { ordinal = 0 }
      if depth == 3 { start = index }
    case UInt8(ascii: "]"), UInt8(ascii: "}"):
      if depth == 3 { parts.append((ordinal, bytes[start...index])) }
      depth -= 1
    case UInt8(ascii: "0")...UInt8(ascii: "9") where depth == 2:
      ordinal = ordinal &* 10 &+ Int(byte - UInt8(ascii: "0"))
    default: break
    }
  }
  return parts
}
