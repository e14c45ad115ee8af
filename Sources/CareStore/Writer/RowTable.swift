import PQ

/// One table that groups write: its statement is made from its columns, so that no list is written twice.
struct RowTable: Sendable {
  /// A column: its name and the type of its array parameter.
  struct Column: Sendable {
    var name: String
    var type: PQType

    static func district() -> Self { Self(name: "district_id", type: .int4Array) }
    static func uuid(_ name: String) -> Self { Self(name: name, type: .uuidArray) }
    static func text(_ name: String) -> Self { Self(name: name, type: .textArray) }
    static func time(_ name: String) -> Self { Self(name: name, type: .timestamptzArray) }
    static func integer(_ name: String) -> Self { Self(name: name, type: .int4Array) }
    static func long(_ name: String) -> Self { Self(name: name, type: .int8Array) }
    static func flag(_ name: String) -> Self { Self(name: name, type: .boolArray) }
    static func bytes(_ name: String) -> Self { Self(name: name, type: .byteaArray) }
    static func double(_ name: String) -> Self { Self(name: name, type: .doubleArray) }
  }

  /// What is done with a row that is there already.
  enum Conflict: Sendable {
    /// The transaction fails: the row must be new.
    case refuse
    /// It is replaced.
    case replace(key: [String])
  }

  let columns: [Column]
  let statement: Statement

  /// The statement of a table; a parameter a column.
  init(_ name: String, _ columns: [Column], onConflict conflict: Conflict) {
    self.columns = columns
    let names = columns.map(\.name)
    let parameters = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    let list = names.joined(separator: ", ")
    var sql = "insert into \(name) (\(list)) select \(list) "
    sql += "from unnest(\(parameters)) as rows(\(list))"
    if case .replace(let key) = conflict {
      let changes = names.filter { !key.contains($0) }.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
      sql += " on conflict (\(key.joined(separator: ", "))) do update set \(changes)"
    }
    statement = Statement(name: "write_\(name)", sql: sql, parameterTypes: columns.map(\.type))
  }
}

/// The key of the tables that are sharded by district.
let districtKey = ["district_id", "id"]
