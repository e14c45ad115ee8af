extension PQRow {
    /// `bool[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func boolArrayOrNil(_ column: Int) throws(PQError) -> [Bool?]? {
        try optionalArray(column, .boolArray, .bool) { $0.bool() }
    }

    /// `bool[]` of at most one dimension; nil elements are NULL.
    package func boolArray(_ column: Int) throws(PQError) -> [Bool?] {
        try required(column, boolArrayOrNil(column))
    }

    /// `int2[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func int2ArrayOrNil(_ column: Int) throws(PQError) -> [Int16?]? {
        try optionalArray(column, .int2Array, .int2) { $0.integer(Int16.self) }
    }

    /// `int2[]` of at most one dimension; nil elements are NULL.
    package func int2Array(_ column: Int) throws(PQError) -> [Int16?] {
        try required(column, int2ArrayOrNil(column))
    }

    /// `int4[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func int4ArrayOrNil(_ column: Int) throws(PQError) -> [Int32?]? {
        try optionalArray(column, .int4Array, .int4) { $0.integer(Int32.self) }
    }

    /// `int4[]` of at most one dimension; nil elements are NULL.
    package func int4Array(_ column: Int) throws(PQError) -> [Int32?] {
        try required(column, int4ArrayOrNil(column))
    }

    /// `int8[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func int8ArrayOrNil(_ column: Int) throws(PQError) -> [Int64?]? {
        try optionalArray(column, .int8Array, .int8) { $0.integer(Int64.self) }
    }

    /// `int8[]` of at most one dimension; nil elements are NULL.
    package func int8Array(_ column: Int) throws(PQError) -> [Int64?] {
        try required(column, int8ArrayOrNil(column))
    }

    /// `float8[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func doubleArrayOrNil(_ column: Int) throws(PQError) -> [Double?]? {
        try optionalArray(column, .doubleArray, .double) { $0.double() }
    }

    /// `float8[]` of at most one dimension; nil elements are NULL.
    package func doubleArray(_ column: Int) throws(PQError) -> [Double?] {
        try required(column, doubleArrayOrNil(column))
    }

    /// `text[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func textArrayOrNil(_ column: Int) throws(PQError) -> [String?]? {
        try optionalArray(column, .textArray, .text) { $0.text() }
    }

    /// `text[]` of at most one dimension; nil elements are NULL.
    package func textArray(_ column: Int) throws(PQError) -> [String?] {
        try required(column, textArrayOrNil(column))
    }

    /// `bytea[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func byteaArrayOrNil(_ column: Int) throws(PQError) -> [[UInt8]?]? {
        try optionalArray(column, .byteaArray, .bytea) { $0.rest() }
    }

    /// `bytea[]` of at most one dimension; nil elements are NULL.
    package func byteaArray(_ column: Int) throws(PQError) -> [[UInt8]?] {
        try required(column, byteaArrayOrNil(column))
    }

    /// `uuid[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func uuidArrayOrNil(_ column: Int) throws(PQError) -> [PQUUID?]? {
        try optionalArray(column, .uuidArray, .uuid) { $0.uuid() }
    }

    /// `uuid[]` of at most one dimension; nil elements are NULL.
    package func uuidArray(_ column: Int) throws(PQError) -> [PQUUID?] {
        try required(column, uuidArrayOrNil(column))
    }

    /// `timestamptz[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func timestamptzArrayOrNil(_ column: Int) throws(PQError) -> [Int64?]? {
        try optionalArray(column, .timestamptzArray, .timestamptz) { $0.timestamp() }
    }

    /// `timestamptz[]` of at most one dimension; nil elements are NULL.
    package func timestamptzArray(_ column: Int) throws(PQError) -> [Int64?] {
        try required(column, timestamptzArrayOrNil(column))
    }

    /// `jsonb[]` of at most one dimension, nil for NULL; nil elements are NULL.
    package func jsonbArrayOrNil(_ column: Int) throws(PQError) -> [String?]? {
        try optionalArray(column, .jsonbArray, .jsonb) { $0.jsonb() }
    }

    /// `jsonb[]` of at most one dimension; nil elements are NULL.
    package func jsonbArray(_ column: Int) throws(PQError) -> [String?] {
        try required(column, jsonbArrayOrNil(column))
    }
}
