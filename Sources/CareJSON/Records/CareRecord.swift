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
  package init(recordText: String) throws(CareJSONError) { try self.init(recordUTF8: Array(recordText.utf8)) }

  /// Reads the bytes of what ``recordText`` has written: in one pass, without a tree of values.
  package init(recordUTF8 bytes: [UInt8]) throws(CareJSONError) {
    let document: JSONDocument
    do throws(JSONError) { document = try JSONDocument(scanning: bytes) } catch {
      throw CareJSONError(field: "", .notJSON)
    }
    do throws(CareJSONError) {
      try self.init(json: JSONObjectReader(.view(document.root)))
    } catch {
      // The tree knows the whole path of the field.
      try self.init(jsonText: String(decoding: bytes, as: UTF8.self))
    }
  }
}
