import CareModel
import JSONText
import PQ

/// Array parameters of one column each, encoded straight from the rows of a statement.
extension Array {
  func uuids<Entity>(_ value: (Element) -> Identifier<Entity>?) -> PQValue {
    column(.uuidArray, of: .uuid) { row, array in
      if let id = value(row) { array.append(id.stored) } else { array.appendNull() }
    }
  }

  func texts(_ value: (Element) -> String?) -> PQValue {
    column(.textArray, of: .text) { row, array in
      if let text = value(row) { array.append(text) } else { array.appendNull() }
    }
  }

  func caseKeys(_ value: (Element) -> CaseKey) -> PQValue {
    column(.textArray, of: .text, bytesEach: 48) { row, array in array.append { value(row).append(to: &$0) } }
  }

  /// JSON, written in place.
  func json(bytesEach: Int = 1536, _ write: (Element, inout JSONWriter) -> Void) -> PQValue {
    column(.textArray, of: .text, bytesEach: bytesEach) { row, array in
      array.append { bytes in JSONWriter.append(to: &bytes) { write(row, &$0) } }
    }
  }

  func times(_ value: (Element) -> Timestamp?) -> PQValue {
    column(.timestamptzArray, of: .timestamptz) { row, array in
      if let time = value(row) { array.append(microseconds: time.microseconds) } else { array.appendNull() }
    }
  }

  /// Saturates: what does not fit a column is far outside anything that can be meant.
  func integers(_ value: (Element) -> Int?) -> PQValue {
    column(.int4Array, of: .int4) { row, array in
      if let number = value(row) { array.append(Int32(clamping: number)) } else { array.appendNull() }
    }
  }

  func longs(_ value: (Element) -> Int64) -> PQValue {
    column(.int8Array, of: .int8) { row, array in array.append(value(row)) }
  }

  func doubles(_ value: (Element) -> Double?) -> PQValue {
    column(.doubleArray, of: .double) { row, array in
      if let number = value(row) { array.append(number) } else { array.appendNull() }
    }
  }

  func bytes(_ value: (Element) -> [UInt8]) -> PQValue {
    column(.byteaArray, of: .bytea, bytesEach: 128) { row, array in array.append(value(row)) }
  }

  func districts(_ value: (Element) -> DistrictID) -> PQValue {
    column(.int4Array, of: .int4) { row, array in array.append(value(row)) }
  }

  func flags(_ value: (Element) -> Bool) -> PQValue {
    column(.boolArray, of: .bool) { row, array in array.append(value(row)) }
  }

  private func column(
    _ type: PQType, of element: PQType, bytesEach: Int = 16, _ append: (Element, inout PQArray) -> Void
  ) -> PQValue {
    var array = PQArray(type, of: element, capacity: count, bytesEach: bytesEach)
    for row in self { append(row, &array) }
    return .encoded(array)
  }
}

extension Identifier {
  /// The id as the database takes it.
  var stored: PQUUID { PQUUID(high: high, low: low) }

  /// The id that the database gave.
  init(stored: PQUUID) { self.init(high: stored.high, low: stored.low) }
}
