import CareModel
import PQ

/// Array parameters of one column each, from the rows of a statement.
extension Array {
  func uuids<Entity>(_ value: (Element) -> Identifier<Entity>?) -> PQValue {
    .uuidArray(map { value($0)?.stored })
  }

  func texts(_ value: (Element) -> String?) -> PQValue { .textArray(map(value)) }

  func times(_ value: (Element) -> Timestamp?) -> PQValue { .timestamptzArray(map { value($0)?.microseconds }) }

  /// Saturates: what does not fit a column is far outside anything that can be meant.
  func integers(_ value: (Element) -> Int?) -> PQValue { .int4Array(map { value($0).map(Int32.init(clamping:)) }) }

  func districts(_ value: (Element) -> DistrictID) -> PQValue { .int4Array(map { value($0) }) }

  func flags(_ value: (Element) -> Bool) -> PQValue { .boolArray(map { value($0) }) }
}

extension Identifier {
  /// The id as the database takes it.
  var stored: PQUUID { PQUUID(high: high, low: low) }

  /// The id that the database gave.
  init(stored: PQUUID) { self.init(high: stored.high, low: stored.low) }
}
