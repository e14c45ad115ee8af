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
  package var recordText: String {
    var writer = JSONWriter(capacity: 1024)
    writer.object { object in
      writeMembers(to: &object)
      writeHiddenMembers(to: &object)
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Reads what ``recordText`` has written.
  package init(recordText: String) throws(CareJSONError) { try self.init(jsonText: recordText) }
}
