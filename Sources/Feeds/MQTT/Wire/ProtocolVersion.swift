/// The versions of the protocol that differ on the wire.
package enum ProtocolVersion: UInt8, Sendable, CaseIterable {
  /// MQTT 3.1: the name `MQIsdp`, level 3.
  case mqtt31 = 3
  /// MQTT 3.1.1: the name `MQTT`, level 4.
  case mqtt311 = 4
  /// MQTT 5.0: the name `MQTT`, level 5.
  case mqtt5 = 5
}
