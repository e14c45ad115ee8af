/// CONNACK to a client of 5.0 (section 3.2). Session present is always 0.
package enum ConnackPacket5 {
  /// What an accepted client is told of us (section 3.2.2.3).
  package struct Terms: Sendable, Equatable {
    /// Most messages of quality 1 and 2 that may wait for an answer; not 0.
    package var receiveMaximum: UInt16
    /// Largest packet that is taken.
    package var maximumPacketBytes: UInt32
    /// Most topic aliases.
    package var topicAliasMaximum: UInt16
    /// The name that a client without one was given.
    package var assignedClientID: String?
    /// The keep-alive that holds instead of the client's, in seconds.
    package var serverKeepAliveSeconds: UInt16?
    /// The session expiry that holds instead of the one asked for, in seconds.
    package var sessionExpirySeconds: UInt32?
  }

  /// The bytes of an acceptance. There are no wildcards and no shared subscriptions.
  package static func accepting(_ terms: Terms) -> [UInt8] {
    var properties = PropertyWriter()
    properties.append(.receiveMaximum, twoBytes: terms.receiveMaximum)
    properties.append(.maximumPacketSize, fourBytes: terms.maximumPacketBytes)
    properties.append(.topicAliasMaximum, twoBytes: terms.topicAliasMaximum)
    properties.append(.wildcardsAvailable, byte: 0)
    properties.append(.sharedAvailable, byte: 0)
    if let id = terms.assignedClientID { properties.append(.assignedClientID, text: id) }
    if let seconds = terms.serverKeepAliveSeconds { properties.append(.serverKeepAlive, twoBytes: seconds) }
    if let seconds = terms.sessionExpirySeconds { properties.append(.sessionExpiry, fourBytes: seconds) }
    return encoded(.success, properties)
  }

  /// The bytes of a refusal.
  package static func refusing(_ reason: ConnectReason, reasonString: String? = nil) -> [UInt8] {
    encoded(reason, PropertyWriter(reasonString: reasonString))
  }

  private static func encoded(_ reason: ConnectReason, _ properties: PropertyWriter) -> [UInt8] {
    var writer = PacketWriter(.connack, bodyBytes: 2 + properties.size)
    writer.append(UInt8(0))
    writer.append(reason.rawValue)
    writer.append(properties)
    return writer.bytes
  }
}
