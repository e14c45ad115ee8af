extension PQRow {
    /// `bool`, nil for NULL.
    package func boolOrNil(_ column: Int) throws(PQError) -> Bool? {
        try optional(column, { $0 == .bool }) { $0.bool() }
    }

    /// `bool`
    package func bool(_ column: Int) throws(PQError) -> Bool { try required(column, boolOrNil(column)) }

    /// `int2`, nil for NULL.
    package func int2OrNil(_ column: Int) throws(PQError) -> Int16? {
        try optional(column, { $0 == .int2 }) { $0.integer(Int16.self) }
    }

    /// `int2`
    package func int2(_ column: Int) throws(PQError) -> Int16 { try required(column, int2OrNil(column)) }

    /// `int4`, nil for NULL.
    package func int4OrNil(_ column: Int) throws(PQError) -> Int32? {
        try optional(column, { $0 == .int4 }) { $0.integer(Int32.self) }
    }

    /// `int4`
    package func int4(_ column: Int) throws(PQError) -> Int32 { try required(column, int4OrNil(column)) }

    /// `int8`, or a narrower integer, nil for NULL.
    package func int8OrNil(_ column: Int) throws(PQError) -> Int64? {
        try optional(column, { [.int2, .int4, .int8].contains($0) }) { reader in
            switch reader.remaining {
            case 2: reader.integer(Int16.self).map { Int64($0) }
            case 4: reader.integer(Int32.self).map { Int64($0) }
            default: reader.integer(Int64.self)
            }
        }
    }

    /// `int8`, or a narrower integer.
    package func int8(_ column: Int) throws(PQError) -> Int64 { try required(column, int8OrNil(column)) }

    /// `float8`, nil for NULL.
    package func doubleOrNil(_ column: Int) throws(PQError) -> Double? {
        try optional(column, { $0 == .double }) { $0.double() }
    }

    /// `float8`
    package func double(_ column: Int) throws(PQError) -> Double { try required(column, doubleOrNil(column)) }

    /// `text`, `varchar`, `name`, `json` or an enum, nil for NULL.
    package func textOrNil(_ column: Int) throws(PQError) -> String? {
        try optional(column, { $0.isTextual }) { $0.text() }
    }

    /// `text`, `varchar`, `name`, `json` or an enum.
    package func text(_ column: Int) throws(PQError) -> String { try required(column, textOrNil(column)) }

    /// The bytes of any type's binary form, nil for NULL.
    package func byteaOrNil(_ column: Int) throws(PQError) -> [UInt8]? {
        try optional(column, { _ in true }) { $0.rest() }
    }

    /// The bytes of any type's binary form; for `bytea` its value.
    package func bytea(_ column: Int) throws(PQError) -> [UInt8] { try required(column, byteaOrNil(column)) }

    /// `uuid`, nil for NULL.
    package func uuidOrNil(_ column: Int) throws(PQError) -> PQUUID? {
        try optional(column, { $0 == .uuid }) { $0.uuid() }
    }

    /// `uuid`
    package func uuid(_ column: Int) throws(PQError) -> PQUUID { try required(column, uuidOrNil(column)) }

    /// `timestamptz` in microseconds since 1970-01-01 UTC, nil for NULL. The infinities are `.malformedValue`.
    package func timestamptzOrNil(_ column: Int) throws(PQError) -> Int64? {
        try optional(column, { $0 == .timestamptz }) { $0.timestamp() }
    }

    /// `timestamptz` in microseconds since 1970-01-01 UTC. The infinities are `.malformedValue`.
    package func timestamptz(_ column: Int) throws(PQError) -> Int64 {
        try required(column, timestamptzOrNil(column))
    }

    /// The text of a `jsonb`, nil for NULL.
    package func jsonbOrNil(_ column: Int) throws(PQError) -> String? {
        try optional(column, { $0 == .jsonb }) { $0.jsonb() }
    }

    /// The text of a `jsonb`.
    package func jsonb(_ column: Int) throws(PQError) -> String { try required(column, jsonbOrNil(column)) }
}
