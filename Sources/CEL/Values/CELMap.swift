/// A map value. Keys are bool, int, uint or string; equal numbers are one key; the order of insertion is kept.
package struct CELMap: Sendable {
    /// The keys in order of insertion.
    package private(set) var keys: ContiguousArray<CELValue> = []
    /// The values, at the same positions as `keys`.
    package private(set) var values: ContiguousArray<CELValue> = []
    private var positions: [MapKey: Int] = [:]

    init() {}

    /// Nil when a key is repeated, or is not a bool, int, uint or string.
    package init?(_ pairs: [(CELValue, CELValue)]) {
        for (key, value) in pairs {
            guard insert(key, value) == .inserted else { return nil }
        }
    }

    /// The number of entries.
    package var count: Int { keys.count }

    /// The value of a key, with numbers compared across types; nil when absent.
    package func value(for key: CELValue) -> CELValue? {
        guard let lookup = MapKey(lookup: key), let position = positions[lookup] else { return nil }
        return values[position]
    }

    enum Insertion { case inserted, repeated, badKey }

    mutating func insert(_ key: CELValue, _ value: CELValue) -> Insertion {
        guard let entry = MapKey(storing: key) else { return .badKey }
        guard positions.updateValue(keys.count, forKey: entry) == nil else { return .repeated }
        keys.append(key)
        values.append(value)
        return .inserted
    }
}

/// A key by value: an unsigned key that fits is the signed key of the same number.
private enum MapKey: Hashable {
    case bool(Bool)
    case int(Int64)
    case large(UInt64)
    case string(CELString)

    init?(storing value: CELValue) {
        switch value {
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .uint(let number): self = Int64(exactly: number).map(MapKey.int) ?? .large(number)
        case .string(let text): self = .string(text)
        default: return nil
        }
    }

    /// A look-up may also use a double of whole value.
    init?(lookup value: CELValue) {
        if case .double(let number) = value {
            if let signed = WholeNumbers.int(exactly: number) {
                self = .int(signed)
            } else if let unsigned = WholeNumbers.uint(exactly: number) {
                self = .large(unsigned)
            } else {
                return nil
            }
        } else {
            self.init(storing: value)
        }
    }
}
