/// CONNECT (3.1.1 section 3.1).
package struct ConnectPacket: Sendable, Equatable {
  /// The version the client speaks.
  package var version: ProtocolVersion
  /// The client's name for itself; may be empty.
  package var clientID: String
  /// Whether the client wants to start anew. (Every session is new here; 0 is answered with session present 0.)
  package var cleanSession: Bool
  /// Seconds within which the client promises to send something; 0 = no promise.
  package var keepAliveSeconds: UInt16
  /// What is to be published when the connection ends without a DISCONNECT.
  package var will: WillMessage?
  /// The user name.
  package var userName: String?
  /// The password; never logged.
  package var password: [UInt8]?

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
    clientID = try reader.string()
    will = flags.contains(.will) ? try WillMessage(reading: &reader, flags: flags) : nil
    userName = flags.contains(.userName) ? try reader.string() : nil
    password = flags.contains(.password) ? Array(try reader.binary()) : nil
    try reader.expectEnd()
  }

  private static func version(name: ArraySlice<UInt8>, level: UInt8) throws(DecodeFailure) -> ProtocolVersion {
    let expected: ProtocolVersion
    if name.elementsEqual("MQTT".utf8) {
      expected = .mqtt311
    } else if name.elementsEqual("MQIsdp".utf8) {
      expected = .mqtt31
    } else {
      throw .malformed
    }
    guard level == expected.rawValue else { throw .unsupportedLevel(level) }
    return expected
  }
}

/// A message that the server is to publish for the client (3.1.1 section 3.1.2.5).
package struct WillMessage: Sendable, Equatable {
  /// The topic name, UTF-8.
  package var topic: [UInt8]
  /// The payload.
  package var payload: [UInt8]
  /// The quality of service it was to be published with.
  package var qos: QualityOfService

  /// Reads the will's part of a CONNECT payload.
  init(reading reader: inout PacketReader, flags: ConnectFlags) throws(DecodeFailure) {
    guard let qos = flags.willQoS else { throw .malformed }
    self.qos = qos
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

  /// 3.1 did not say that the reserved bit must be 0.
  func isValid(in version: ProtocolVersion) -> Bool {
    if contains(.reserved), version != .mqtt31 { return false }
    if contains(.password), !contains(.userName) { return false }
    return contains(.will) ? willQoS != nil : isDisjoint(with: [.willQoSMask, .willRetain])
  }
}
