import CareModel
import JSONText

/// Something that can be read back from its JSON form.
package protocol CareJSONReadable {
  /// Reads the members; unknown ones are passed over.
  init(json object: JSONObjectReader) throws(CareJSONError)
}

extension CareJSONReadable {
  /// Reads one object from JSON text.
  package init(jsonText: String) throws(CareJSONError) {
    try self.init(json: JSONObjectReader(JSONValue(careText: jsonText)))
  }
}

extension Array where Element: CareJSONReadable {
  /// Reads a JSON array of objects; at most ``JSONObjectReader/maximumElements`` elements.
  package init(jsonText: String) throws(CareJSONError) {
    var elements: [Element] = []
    for (index, value) in try JSONValue(careText: jsonText).boundedElements().enumerated() {
      elements.append(try Element(json: JSONObjectReader(value, path: "[\(index)]")))
    }
    self = elements
  }
}

extension [WorkTask.Duty?] {
  /// Reads what `dutiesJSONText` of a task's slots has written: one element a slot.
  package init(dutiesJSONText: String) throws(CareJSONError) {
    var duties: [WorkTask.Duty?] = []
    for (index, value) in try JSONValue(careText: dutiesJSONText).boundedElements().enumerated() {
      duties.append(value.isNull ? nil : try WorkTask.Duty(json: JSONObjectReader(value, path: "[\(index)]")))
    }
    self = duties
  }
}

extension JSONValue {
  /// Reads JSON text within the standard limits; the error names the body.
  package init(careText text: String) throws(CareJSONError) {
    do throws(JSONError) { self = try JSONValue(parsing: Array(text.utf8)) } catch {
      throw CareJSONError(field: "", .notJSON)
    }
  }

  fileprivate func boundedElements() throws(CareJSONError) -> [JSONValue] {
    guard let array else { throw CareJSONError(field: "", .wrongType) }
    guard array.count <= JSONObjectReader.maximumElements else { throw CareJSONError(field: "", .tooMany) }
    return array
  }
}
