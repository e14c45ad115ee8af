import CareJSON
import CareModel
import JSONText

extension APIRequest {
  /// Longest note or reason, in bytes.
  static let maximumNoteBytes = 4096

  /// The body as JSON.
  func json() throws(Problem) -> JSONValue {
    do throws(JSONError) { return try JSONValue(parsing: body) } catch { throw Problem.notJSON }
  }

  /// Reads the body, which must be a JSON object.
  func read<Value>(_ read: (JSONObjectReader) throws(CareJSONError) -> Value) throws(Problem) -> Value {
    let value = try json()
    do throws(CareJSONError) { return try read(JSONObjectReader(value)) } catch { throw Problem(error) }
  }

  /// Reads the body when there is one; an empty body is an object without members.
  func readIfAny<Value>(_ read: (JSONObjectReader) throws(CareJSONError) -> Value) throws(Problem) -> Value {
    guard body.isEmpty else { return try self.read(read) }
    do throws(CareJSONError) { return try read(JSONObjectReader(.object([]))) } catch { throw Problem(error) }
  }
}

extension Problem {
  init(_ error: CareJSONError) {
    self = error.problem == .notJSON ? .notJSON : .invalid(error.field, error.description)
  }
}
