/// The properties of a SUBSCRIBE (5.0 section 3.8.2.1).
package struct SubscribeProperties: Sendable, Equatable {
  /// What messages of these subscriptions are to carry.
  package var subscriptionIdentifier: SubscriptionIdentifier?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// What a client of 3.1 or 3.1.1 would have said.
  init() {}

  /// Reads the properties; one that is not for a SUBSCRIBE makes it malformed (section 2.2.2.2).
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .subscriptionIdentifier(let identifier): subscriptionIdentifier = identifier
      case .userProperty(let property): userProperties.append(property)
      default: throw .malformed
      }
    }
  }
}

/// The properties of an UNSUBSCRIBE (5.0 section 3.10.2.1).
package struct UnsubscribeProperties: Sendable, Equatable {
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// What a client of 3.1 or 3.1.1 would have said.
  init() {}

  /// Reads the properties; one that is not for an UNSUBSCRIBE makes it malformed (section 2.2.2.2).
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      guard case .userProperty(let property) = property else { throw .malformed }
      userProperties.append(property)
    }
  }
}

/// How a message that was retained before the subscription is to be treated (5.0 section 3.8.3.1). Nothing is retained
/// here, so all three come to the same.
package enum RetainHandling: UInt8, Sendable, CaseIterable {
  case send, sendToNewSubscription, doNotSend
}

/// The subscription options byte (5.0 section 3.8.3.1).
package struct SubscriptionOptions: Sendable, Equatable {
  /// The most that the client wants.
  package var maximumQoS: QualityOfService
  /// Whether it does not want its own messages; it never gets any.
  package var isNoLocal = false
  /// Whether the retain flag is to be kept as published; no message here has it.
  package var keepsRetainFlag = false
  /// What to do about retained messages.
  package var retainHandling = RetainHandling.send

  /// The options of 3.1 and 3.1.1; nil for a reserved bit or quality 3.
  init?(version3 byte: UInt8) {
    guard let qos = QualityOfService(rawValue: byte) else { return nil }
    maximumQoS = qos
  }

  /// The options of 5.0; nil for reserved bits, quality 3 and retain handling 3.
  init?(version5 byte: UInt8) {
    guard byte & 0xC0 == 0, let qos = QualityOfService(rawValue: byte & 3),
      let handling = RetainHandling(rawValue: byte >> 4 & 3)
    else { return nil }
    maximumQoS = qos
    isNoLocal = byte & 4 != 0
    keepsRetainFlag = byte & 8 != 0
    retainHandling = handling
  }
}
