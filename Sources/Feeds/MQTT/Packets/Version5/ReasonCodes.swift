/// A reason code of one kind of packet (5.0 section 2.4); only the codes that the packet may carry.
package protocol ReasonCode: RawRepresentable, Sendable, Equatable where RawValue == UInt8 {
  /// Everything went well; not written where it may be left out.
  static var success: Self { get }
}

extension ReasonCode {
  /// Whether it tells of a failure (5.0 section 2.4).
  package var isFailure: Bool { rawValue >= 0x80 }
}

/// PUBACK and PUBREC (5.0 sections 3.4.2.1 and 3.5.2.1).
package enum PublishReason: UInt8, ReasonCode, CaseIterable {
  case success = 0x00
  case noMatchingSubscribers = 0x10
  case unspecified = 0x80
  case implementationSpecific = 0x83
  case notAuthorized = 0x87
  case topicNameInvalid = 0x90
  case packetIDInUse = 0x91
  case quotaExceeded = 0x97
  case payloadFormatInvalid = 0x99
}

/// PUBREL and PUBCOMP (5.0 sections 3.6.2.1 and 3.7.2.1).
package enum ReleaseReason: UInt8, ReasonCode, CaseIterable {
  case success = 0x00
  case packetIDNotFound = 0x92
}

/// SUBACK (5.0 section 3.9.3), those that are used here.
package enum SubscribeReason: UInt8, Sendable, CaseIterable {
  case grantedAtMostOnce = 0x00
  case grantedAtLeastOnce = 0x01
  case notAuthorized = 0x87
  case filterInvalid = 0x8F
  case sharedNotSupported = 0x9E
  case wildcardsNotSupported = 0xA2
}

/// UNSUBACK (5.0 section 3.11.3), those that are used here.
package enum UnsubscribeReason: UInt8, Sendable, CaseIterable {
  case success = 0x00
  case noSubscription = 0x11
}

/// CONNACK (5.0 section 3.2.2.2), those that are used here.
package enum ConnectReason: UInt8, ReasonCode, CaseIterable {
  case success = 0x00
  case malformedPacket = 0x81
  case protocolError = 0x82
  case unsupportedVersion = 0x84
  case clientIDNotValid = 0x85
  case badUserNameOrPassword = 0x86
  case notAuthorized = 0x87
  case serverUnavailable = 0x88
  case badAuthenticationMethod = 0x8C
  case packetTooLarge = 0x95
}

/// DISCONNECT from a client (5.0 section 3.14.2.1).
package enum ClientDisconnectReason: UInt8, ReasonCode, CaseIterable {
  case success = 0x00
  /// A goodbye after which the will is wanted all the same.
  case withWill = 0x04
  case unspecified = 0x80
  case malformedPacket = 0x81
  case protocolError = 0x82
  case implementationSpecific = 0x83
  case topicNameInvalid = 0x90
  case receiveMaximumExceeded = 0x93
  case topicAliasInvalid = 0x94
  case packetTooLarge = 0x95
  case messageRateTooHigh = 0x96
  case quotaExceeded = 0x97
  case administrative = 0x98
  case payloadFormatInvalid = 0x99
}

/// DISCONNECT to a client (5.0 section 3.14.2.1), those that are used here.
package enum ServerDisconnectReason: UInt8, Sendable, CaseIterable {
  case malformedPacket = 0x81
  case protocolError = 0x82
  case notAuthorized = 0x87
  case serverBusy = 0x89
  case shuttingDown = 0x8B
  case keepAliveTimeout = 0x8D
  case takenOver = 0x8E
  case receiveMaximumExceeded = 0x93
  case topicAliasInvalid = 0x94
  case packetTooLarge = 0x95
  case quotaExceeded = 0x97
}
