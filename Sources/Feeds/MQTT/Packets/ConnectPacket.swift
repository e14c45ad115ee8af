/// CONNECT (3.1.1 and 5.0, section 3.1).
package struct ConnectPacket: Sendable, Equatable {
  /// The version the client speaks.
  package var version: ProtocolVersion
  /// The client's name for itself; may be empty.
  package var clientID: String
  /// Whether the client wants to start anew (clean start in 5.0). Every session is new here; 0 is answered with session
  /// present 0.
  package var cleanSession: Bool
  /// Seconds within which the client promises to send something; 0 = no promise.
  package var keepAliveSeconds: UInt16
  /// What is to be published when the connection ends without a DISCONNECT.
  package var will: WillMessage?
  /// The user name.
  package var userName: String?
  /// The password; never logged. In 5.0 it may come without a user name.
  package var password: [UInt8]?
  /// What only 5.0 can say; the defaults in 3.1 and 3.1.1.
  package var properties = ConnectProperties()

  /// Reads the body of a CONNECT.
  init(body: ArraySlice<UInt8>) throws(DecodeFailure) {
    var reader = PacketReader(body)
    let name = try reader.text()
    let level = try reader.byte()
    version = try Self.version(name: name, level: level)
    let flags = ConnectFlags(rawValue: try reader.byte())
    guard flags.isValid(in: version) else { throw .malformed }
    keepAliveSeconds = try reader.twoBytes()
    cleanSession = flags.contains(.cleanSession)
    if version == .mqtt5 { properties = try ConnectProperties(reading: &reader) }
    clientID = try Self.clientID(reading: &reader, version: version)
    will = flags.contains(.will) ? try WillMessage(reading: &reader, flags: flags, version: version) : nil
    userName = flags.contains(.userName) ? try reader.string() : nil
    password = flags.contains(.password) ? Array(try reader.binary()) : nil
    try reader.expectEnd()
  }

  /// Whether the beginning of a body that could not be read says that the client speaks 5.0.
  static func speaksVersion5(_ body: ArraySlice<UInt8>) -> Bool {
    var reader = PacketReader(body)
    guard let name = try? reader.text(), name.elementsEqual("MQTT".utf8), let level = try? reader.byte() else {
      return false
    }
    return level == ProtocolVersion.mqtt5.rawValue
  }

  /// A text that is not allowed is a matter of the id alone in 5.0, which has a reason code for it.
  private static func clientID(
    reading reader: inout PacketReader, version: ProtocolVersion
  ) throws(DecodeFailure) -> String {
    let bytes = try reader.binary()
    guard isAllowedText(bytes) else { throw version == .mqtt5 ? .badClientID : .malformed }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func version(name: ArraySlice<UInt8>, level: UInt8) throws(DecodeFailure) -> ProtocolVersion {
    let expected: [ProtocolVersion]
    if name.elementsEqual("MQTT".utf8) {
      expected = [.mqtt311, .mqtt5]
    } else if name.elementsEqual("MQIsdp".utf8) {
      expected = [.mqtt31]
    } else {
      throw .malformed
    }
    guard let version = ProtocolVersion(rawValue: level), expected.contains(version) else {
      throw .unsupportedLevel(level)
    }
    return version
  }
}

/// A message that the server is to publish for the client (3.1.1 section 3.1.2.5, 5.0 section 3.1.3.2).
package struct WillMessage: Sendable, Equatable {
  /// The topic name, UTF-8.
  package var topic: [UInt8]
  /// The payload.
  package var payload: [UInt8]
  /// The quality of service it was to be published with.
  package var qos: QualityOfService
  /// What only 5.0 can say; the defaults in 3.1 and 3.1.1.
  package var properties = WillProperties()

  /// Reads the will's part of a CONNECT payload.
  init(reading reader: inout PacketReader, flags: ConnectFlags, version: ProtocolVersion) throws(DecodeFailure) {
    guard let qos = flags.willQoS else { throw .malformed }
    self.qos = qos
    if version == .mqtt5 { properties = try WillProperties(reading: &reader) }
    topic = Array(try reader.text())
    guard isTopicName(topic[...]) else { throw .malformed }
    payload = Array(try reader.binary())
  }
}

/// The connect flags (3.1.1 section 3.1.2.3).
struct ConnectFlags: OptionSet, Sendable {
  let rawValue: UInt8
  static let reserved = Self(rawValue: 1)
  static let cleanSession = Self(rawValue: 2)
  static let will = Self(rawValue: 4)
  static let willQoSMask = Self(rawValue: 0x18)
  static let willRetain = Self(rawValue: 0x20)
  static let password = Self(rawValue: 0x40)
  static let userName = Self(rawValue: 0x80)

  /// Nil for 3.
  var willQoS: QualityOfService? { QualityOfService(rawValue: rawValue >> 3 & 3) }

  /// 3.1 did not say that the reserved bit must be 0; 5.0 allows a password without a user name.
  func isValid(in version: ProtocolVersion) -> Bool {
    if contains(.reserved), version != .mqtt31 { return false }
    if contains(.password), !contains(.userName), version != .mqtt5 { return false }
    return contains(.will) ? willQoS != nil : isDisjoint(with: [.willQoSMask, .willRetain])
  }
}
