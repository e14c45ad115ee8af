import CareModel
import JSONText

/// A thing that the database keeps whole, as JSON, and gives back equal: every field, to the microsecond.
package protocol CareRecord: CareJSONObject, CareJSONReadable {
  /// Writes what the record has beyond the members that everybody may see.
  func writeHiddenMembers(to object: inout JSONWriter)
}

extension CareRecord {
  /// Nothing is hidden, unless a type says otherwise.
  package func writeHiddenMembers(to object: inout JSONWriter) {}

  /// The record as JSON text.
  package var recordText: String { String(decoding: recordBytes, as: UTF8.self) }

  /// The record as JSON in UTF-8.
  package var recordBytes: [UInt8] {
    var writer = JSONWriter(capacity: 1536)
    writeRecord(to: &writer)
    return writer.bytes
  }

  /// Writes the record as one JSON object.
  package func writeRecord(to writer: inout JSONWriter) {
    writer.beginObject()
    writeMembers(to: &writer)
    writeHiddenMembers(to: &writer)
    writer.endObject()
  }

  /// Reads what ``recordText`` has written.
  package init(recordText: String) throws(CareJSONError) { try self.init(jsonText: recordText) }
}
