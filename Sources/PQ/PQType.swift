/// A PostgreSQL type by its object identifier.
package struct PQType: Sendable, Hashable {
    /// The `oid` in `pg_type`.
    package let oid: UInt32

    /// A type that has no name here, such as an enum of the schema. Values for it can be read as text or bytes.
    package init(oid: UInt32) {
        self.oid = oid
    }

    /// `bool`
    package static let bool = PQType(oid: 16)
    /// `bytea`
    package static let bytea = PQType(oid: 17)
    /// `int8`
    package static let int8 = PQType(oid: 20)
    /// `int2`
    package static let int2 = PQType(oid: 21)
    /// `int4`
    package static let int4 = PQType(oid: 23)
    /// `text`
    package static let text = PQType(oid: 25)
    /// `float8`
    package static let double = PQType(oid: 701)
    /// `timestamptz`
    package static let timestamptz = PQType(oid: 1184)
    /// `uuid`
    package static let uuid = PQType(oid: 2950)
    /// `jsonb`
    package static let jsonb = PQType(oid: 3802)
    /// `bool[]`
    package static let boolArray = PQType(oid: 1000)
    /// `bytea[]`
    package static let byteaArray = PQType(oid: 1001)
    /// `int2[]`
    package static let int2Array = PQType(oid: 1005)
    /// `int4[]`
    package static let int4Array = PQType(oid: 1007)
    /// `text[]`
    package static let textArray = PQType(oid: 1009)
    /// `int8[]`
    package static let int8Array = PQType(oid: 1016)
    /// `float8[]`
    package static let doubleArray = PQType(oid: 1022)
    /// `timestamptz[]`
    package static let timestamptzArray = PQType(oid: 1185)
    /// `uuid[]`
    package static let uuidArray = PQType(oid: 2951)
    /// `jsonb[]`
    package static let jsonbArray = PQType(oid: 3807)

    /// Types whose binary form is text in the client's encoding: json, "char", name, bpchar, varchar, unknown, xml
    /// and everything the schema itself defines (enums; a domain is reported as its base type).
    var isTextual: Bool {
        [25, 114, 18, 19, 1042, 1043, 705, 142].contains(oid) || oid >= Self.firstUserOID
    }

    /// Lowest identifier of an object that is not part of PostgreSQL itself (`FirstNormalObjectId`).
    static let firstUserOID: UInt32 = 16_384
}
