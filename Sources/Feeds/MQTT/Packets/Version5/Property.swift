/// The identifiers of properties (5.0 section 2.2.2.2).
enum PropertyID: UInt8, Sendable {
  case payloadFormat = 0x01
  case messageExpiry = 0x02
  case contentType = 0x03
  case responseTopic = 0x08
  case correlationData = 0x09
  case subscriptionIdentifier = 0x0B
  case sessionExpiry = 0x11
  case assignedClientID = 0x12
  case serverKeepAlive = 0x13
  case authenticationMethod = 0x15
  case authenticationData = 0x16
  case requestProblemInformation = 0x17
  case willDelay = 0x18
  case requestResponseInformation = 0x19
  case responseInformation = 0x1A
  case serverReference = 0x1C
  case reasonString = 0x1F
  case receiveMaximum = 0x21
  case topicAliasMaximum = 0x22
  case topicAlias = 0x23
  case maximumQoS = 0x24
  case retainAvailable = 0x25
  case userProperty = 0x26
  case maximumPacketSize = 0x27
  case wildcardsAvailable = 0x28
  case subscriptionIdentifiersAvailable = 0x29
  case sharedAvailable = 0x2A
}

/// One property that a client may send somewhere, its value checked. Texts and data are views of the packet.
enum Property: Sendable, Equatable {
  case payloadFormat(PayloadFormat)
  case messageExpiry(UInt32)
  case contentType(ArraySlice<UInt8>)
  case responseTopic(ArraySlice<UInt8>)
  case correlationData(ArraySlice<UInt8>)
  case subscriptionIdentifier(SubscriptionIdentifier)
  case sessionExpiry(UInt32)
  case authenticationMethod(ArraySlice<UInt8>)
  case authenticationData(ArraySlice<UInt8>)
  case requestProblemInformation(Bool)
  case willDelay(UInt32)
  case requestResponseInformation(Bool)
  case reasonString(ArraySlice<UInt8>)
  case receiveMaximum(UInt16)
  case topicAliasMaximum(UInt16)
  case topicAlias(UInt16)
  case userProperty(UserProperty)
  case maximumPacketSize(UInt32)
  /// One that only a server sends.
  case fromServer

  /// Reads the value. What does not fit the type is malformed, a value that is not allowed a protocol error.
  init(_ id: PropertyID, reading reader: inout PacketReader) throws(DecodeFailure) {
    switch id {
    case .payloadFormat: self = .payloadFormat(try reader.flag() ? .text : .unspecified)
    case .messageExpiry: self = .messageExpiry(try reader.fourBytes())
    case .contentType: self = .contentType(try reader.text())
    case .responseTopic:
      let topic = try reader.text()
      guard isTopicName(topic) else { throw .protocolError }
      self = .responseTopic(topic)
    case .correlationData: self = .correlationData(try reader.binary())
    case .subscriptionIdentifier:
      guard let identifier = SubscriptionIdentifier(rawValue: try reader.variable()) else { throw .protocolError }
      self = .subscriptionIdentifier(identifier)
    case .sessionExpiry: self = .sessionExpiry(try reader.fourBytes())
    case .authenticationMethod: self = .authenticationMethod(try reader.text())
    case .authenticationData: self = .authenticationData(try reader.binary())
    case .requestProblemInformation: self = .requestProblemInformation(try reader.flag())
    case .willDelay: self = .willDelay(try reader.fourBytes())
    case .requestResponseInformation: self = .requestResponseInformation(try reader.flag())
    case .reasonString: self = .reasonString(try reader.text())
    case .receiveMaximum:
      let number = try reader.twoBytes()
      guard number > 0 else { throw .protocolError }
      self = .receiveMaximum(number)
    case .topicAliasMaximum: self = .topicAliasMaximum(try reader.twoBytes())
    case .topicAlias: self = .topicAlias(try reader.twoBytes())
    case .userProperty: self = .userProperty(UserProperty(name: try reader.text(), value: try reader.text()))
    case .maximumPacketSize:
      let number = try reader.fourBytes()
      guard number > 0 else { throw .protocolError }
      self = .maximumPacketSize(number)
    case .assignedClientID, .responseInformation, .serverReference:
      _ = try reader.text()
      self = .fromServer
    case .serverKeepAlive:
      _ = try reader.twoBytes()
      self = .fromServer
    case .maximumQoS, .retainAvailable, .wildcardsAvailable, .subscriptionIdentifiersAvailable, .sharedAvailable:
      _ = try reader.byte()
      self = .fromServer
    }
  }
}

extension PacketReader {
  /// A byte that is 0 or 1.
  fileprivate mutating func flag() throws(DecodeFailure) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw .protocolError
    }
  }
}

/// The properties of one packet, one after the other (5.0 section 2.2.2).
///
/// Knows the identifiers and sees that none but a user property comes twice; which are allowed, the packet knows.
struct PropertySection {
  private var reader: PacketReader
  private var seen: UInt64 = 0

  init(reading packet: inout PacketReader) throws(DecodeFailure) { reader = try packet.section() }

  mutating func next() throws(DecodeFailure) -> Property? {
    guard !reader.isAtEnd else { return nil }
    guard let number = UInt8(exactly: try reader.variable()), let id = PropertyID(rawValue: number) else {
      throw .malformed
    }
    let property = try Property(id, reading: &reader)
    if id == .userProperty { return property }
    let bit: UInt64 = 1 << UInt64(number)
    guard seen & bit == 0 else { throw .protocolError }
    seen |= bit
    return property
  }
}

/// A name and a value that mean something to clients only (5.0 section 2.2.2.2). Views of the packet; a packet's
/// largest size bounds how many there can be.
package struct UserProperty: Sendable, Equatable {
  /// The name, UTF-8; not unique.
  package var name: ArraySlice<UInt8>
  /// The value, UTF-8.
  package var value: ArraySlice<UInt8>
}

/// Whether a payload says of itself that it is text (5.0 section 3.3.2.3.2).
package enum PayloadFormat: UInt8, Sendable, CaseIterable {
  case unspecified, text
}

/// What a client wants to see on messages of a subscription: 1 to 268,435,455 (5.0 section 3.8.2.1.2).
package struct SubscriptionIdentifier: RawRepresentable, Sendable, Equatable {
  /// The number on the wire.
  package let rawValue: UInt32
  /// The largest variable byte integer.
  package static let maximum: UInt32 = 268_435_455

  /// An identifier; nil for 0 and for what is too large.
  package init?(rawValue: UInt32) {
    guard (1...Self.maximum).contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }
}
