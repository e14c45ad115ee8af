/// Writes the properties of a packet to a client (5.0 section 2.2.2).
struct PropertyWriter {
  private(set) var bytes: [UInt8] = []

  /// Longest reason string, in bytes; a longer one is a mistake of ours and left out.
  static let maximumReasonBytes = 100

  init() {}

  /// A reason string and nothing else; nothing at all without one.
  init(reasonString: String?) {
    guard let reasonString, reasonString.utf8.count <= Self.maximumReasonBytes else { return }
    append(.reasonString, text: reasonString)
  }

  mutating func append(_ id: PropertyID, byte: UInt8) {
    bytes += [id.rawValue, byte]
  }

  mutating func append(_ id: PropertyID, twoBytes number: UInt16) {
    bytes += [id.rawValue, UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
  }

  mutating func append(_ id: PropertyID, fourBytes number: UInt32) {
    append(id, twoBytes: UInt16(truncatingIfNeeded: number >> 16))
    bytes += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
  }

  /// `text` has at most 65,535 bytes.
  mutating func append(_ id: PropertyID, text: String) {
    append(id, twoBytes: UInt16(truncatingIfNeeded: text.utf8.count))
    bytes += text.utf8
  }

  mutating func append(_ identifier: SubscriptionIdentifier) {
    bytes.append(PropertyID.subscriptionIdentifier.rawValue)
    bytes.append(variable: Int(identifier.rawValue))
  }

  /// The bytes of the length and the properties.
  var size: Int { bytes.count + variableSize(bytes.count) }

  /// As ``size``, where length and properties may be left out together.
  var sizeUnlessEmpty: Int { bytes.isEmpty ? 0 : size }
}

extension PacketWriter {
  mutating func append(_ properties: PropertyWriter) {
    append(variable: properties.bytes.count)
    append(contentsOf: properties.bytes)
  }

  mutating func append(unlessEmpty properties: PropertyWriter) {
    if !properties.bytes.isEmpty { append(properties) }
  }
}

/// How many bytes a variable byte integer takes (5.0 section 1.5.5).
func variableSize(_ number: Int) -> Int {
  switch number {
  case ..<128: 1
  case ..<16_384: 2
  case ..<2_097_152: 3
  default: 4
  }
}
