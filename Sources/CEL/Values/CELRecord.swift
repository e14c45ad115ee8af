/// One field of a record type.
package struct CELField: Sendable {
    /// The name as written in an expression.
    package let name: String
    /// The declared type.
    package let type: CELType
    /// True when a record may lack the field; reading it then is an error and `has()` is false.
    package let isOptional: Bool
    /// The largest size (scalars, elements) for the cost estimate; nil takes the limit's default.
    package let maxSize: Int?

    /// A field of a name and a type; present in every record and of the default size unless said otherwise.
    package init(_ name: String, _ type: CELType, isOptional: Bool = false, maxSize: Int? = nil) {
        self.name = name
        self.type = type
        self.isOptional = isOptional
        self.maxSize = maxSize
    }
}

/// A structured type with a fixed list of fields; its identity is the object.
package final class CELRecordType: Sendable {
    /// The name, for messages and for `type()`.
    package let name: String
    /// The fields in slot order.
    package let fields: [CELField]
    private let indexes: [String: Int]

    /// When a name is repeated the first field of that name counts.
    package init(name: String, fields: [CELField]) {
        self.name = name
        self.fields = fields
        indexes = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The slot of a field, or nil.
    package func index(of field: String) -> Int? { indexes[field] }
}

/// A value of a record type: final slots, built once per fact.
package final class CELRecord: Sendable {
    /// The type whose field list gives the slot order.
    package let type: CELRecordType
    /// The slots; nil is an absent field.
    package let fields: ContiguousArray<CELValue?>

    /// Nil when the number of slots is not that of the type's fields. Types of values are the caller's promise:
    /// a value of another type makes an operation fail with `noSuchOverload`, nothing worse.
    package init?(_ type: CELRecordType, _ fields: ContiguousArray<CELValue?>) {
        guard fields.count == type.fields.count else { return nil }
        self.type = type
        self.fields = fields
    }

    /// The value of a field by name, for look-ups outside compiled programs.
    package subscript(_ name: String) -> CELValue? {
        type.index(of: name).flatMap { fields[$0] }
    }
}
