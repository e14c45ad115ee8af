/// The packet types (3.1.1 section 2.2.1, 5.0 section 2.1.2); the raw value is the upper half of the first byte.
package enum PacketType: UInt8, Sendable, CaseIterable {
  case connect = 1
  case connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback
  case pingreq, pingresp, disconnect
  /// 5.0 only.
  case auth

  /// The lower half of the first byte that the type must have; nil for PUBLISH, where it has a meaning
  /// (3.1.1 section 2.2.2).
  package var requiredFlags: UInt8? {
    switch self {
    case .publish: nil
    case .pubrel, .subscribe, .unsubscribe: 0b0010
    case .connect, .connack, .puback, .pubrec, .pubcomp, .suback, .unsuback, .pingreq, .pingresp, .disconnect,
      .auth:
      0
    }
  }

  /// Whether only a server sends it.
  package var isFromServerOnly: Bool {
    switch self {
    case .connack, .suback, .unsuback, .pingresp: true
    case .connect, .publish, .puback, .pubrec, .pubrel, .pubcomp, .subscribe, .unsubscribe, .pingreq, .disconnect,
      .auth:
      false
    }
  }
}
