import PQ

/// One table of the register: how its rows are written in bulk, taken away and read.
///
/// Every query starts with the table's `select`; whoever reads one row can read all.
struct RegisterTable: Sendable {
  /// The name of the route and of `reference_change.kind`.
  let kind: String
  /// The keys are texts, not UUIDs.
  let hasTextKey: Bool
  /// Inserts or replaces rows; a parameter a column.
  let write: Statement
  /// Takes rows away by an array of keys.
  let remove: Statement
  /// Takes away rows of the same ids in other districts, by arrays of ids and districts; nil where there are none.
  let moveAway: Statement?
  /// Rows after a key (a nil UUID or an empty text comes before all), at most so many, in the order of the keys.
  let list: Statement
  /// Rows by an array of keys, in the order of the keys.
  let find: Statement
  /// All rows, in no order.
  let all: Statement

  /// A table of the register.
  ///
  /// - Parameters:
  ///   - key: the column that names a row, a UUID or a text.
  ///   - hasDistricts: the primary key is the district and the id.
  ///   - extra: more columns that are read, with the join they need, and what stands in their place where all rows
  ///     are read.
  init(
    _ kind: String, table: String, key: RowTable.Column, _ columns: [RowTable.Column], hasDistricts: Bool = false,
    extra: (columns: String, join: String, placeholder: String) = ("", "", "")
  ) {
    self.kind = kind
    hasTextKey = key.type == .textArray
    let primary = hasDistricts ? ["district_id", key.name] : [key.name]
    write = RowTable(table, [key] + columns, onConflict: .replace(key: primary)).statement
    remove = Statement(
      name: "remove_\(table)", sql: "delete from \(table) where \(key.name) = any($1)", parameterTypes: [key.type])
    moveAway =
      hasDistricts
      ? Statement(
        name: "move_\(table)",
        sql: """
          delete from \(table) r using unnest($1, $2) as rows(id, district_id)
          where r.id = rows.id and r.district_id <> rows.district_id
          """, parameterTypes: [key.type, .int4Array]) : nil
    let names = ([key] + columns).map { "r.\($0.name)" }.joined(separator: ", ")
    let some = "select \(names)\(extra.columns) from \(table) r \(extra.join)"
    list = Statement(
      name: "list_\(table)",
      sql: "\(some) where r.\(key.name) > $1 order by r.\(key.name) limit $2",
      parameterTypes: [hasTextKey ? .text : .uuid, .int4])
    find = Statement(
      name: "find_\(table)", sql: "\(some) where r.\(key.name) = any($1) order by r.\(key.name)",
      parameterTypes: [key.type])
    all = Statement(
      name: "all_\(table)", sql: "select \(names)\(extra.placeholder) from \(table) r")
  }
}
