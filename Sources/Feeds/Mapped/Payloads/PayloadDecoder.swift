import CareModel
import JSONText

/// How the text in one field is decoded, so that paths under `$payload` find what is in it.
struct PayloadDecoder: Sendable, Equatable {
  /// What the decoded bytes are.
  enum Content: Sendable, Equatable {
    /// JSON.
    case json
    /// Fields at fixed places.
    case binary([LayoutField])
  }

  /// All must hold for the decoder to be used; none of them is about `$payload`.
  var when: [MappingCondition]
  var path: MappingPath
  var encoding: ByteText
  var content: Content
  /// The bytes that it must begin with.
  var prefix: [UInt8] = []
  /// A shorter payload is noted as an oddity; what is there of it is read all the same.
  var minimumBytes = 0

  /// What the decoder finds in an item.
  func reading(in scope: MappingScope, absent: Set<String>) -> PayloadReading {
    guard when.allSatisfy({ $0.holds(in: scope, absent: absent) }),
      let text = firstScalar(of: path, in: scope, absent: absent).flatMap(scalarText)
    else { return .notMine }
    guard let bytes = encoding.decode(text) else {
      return .unreadable(text.utf8.count > MappedLimits.maximumPayloadBytes ? .tooLarge : .notText)
    }
    guard bytes.starts(with: prefix) else { return .notMine }
    switch content {
    case .json:
      let limits = JSONLimits(maximumBytes: MappedLimits.maximumPayloadBytes)
      guard let value = try? JSONValue(parsing: bytes, limits: limits) else { return .unreadable(.notJSON) }
      return .value(value, isShort: false)
    case .binary(let fields):
      let members = fields.compactMap { field in
        field.value(in: bytes).map { JSONMember(key: field.name, value: $0) }
      }
      return .value(.object(members), isShort: bytes.count < minimumBytes)
    }
  }
}

/// What a decoder made of an item.
enum PayloadReading: Equatable {
  /// The item is not for this decoder.
  case notMine
  /// It is, but its payload is damaged.
  case unreadable(SignalOddity)
  /// What is in it.
  case value(JSONValue, isShort: Bool)
}
