/// SUBACK to a client of 5.0 (section 3.9).
package struct SubackPacket5: Sendable, Equatable {
  /// The SUBSCRIBE that it answers.
  package var id: PacketID
  /// What became of each wish, in their order.
  package var reasons: [SubscribeReason]

  /// An answer.
  package init(id: PacketID, reasons: [SubscribeReason]) {
    self.id = id
    self.reasons = reasons
  }

  /// The bytes to send.
  package var encoded: [UInt8] { answer(.suback, id, reasons.map(\.rawValue)) }
}

/// UNSUBACK to a client of 5.0 (section 3.11).
package struct UnsubackPacket5: Sendable, Equatable {
  /// The UNSUBSCRIBE that it answers.
  package var id: PacketID
  /// What became of each filter, in their order.
  package var reasons: [UnsubscribeReason]

  /// An answer.
  package init(id: PacketID, reasons: [UnsubscribeReason]) {
    self.id = id
    self.reasons = reasons
  }

  /// The bytes to send.
  package var encoded: [UInt8] { answer(.unsuback, id, reasons.map(\.rawValue)) }
}

/// DISCONNECT to a client of 5.0 (section 3.14).
package struct ServerDisconnectPacket: Sendable, Equatable {
  /// Why we close.
  package var reason: ServerDisconnectReason
  /// For people.
  package var reasonString: String?

  /// A goodbye.
  package init(reason: ServerDisconnectReason, reasonString: String? = nil) {
    self.reason = reason
    self.reasonString = reasonString
  }

  /// The bytes to send.
  package var encoded: [UInt8] {
    let properties = PropertyWriter(reasonString: reasonString)
    var writer = PacketWriter(.disconnect, bodyBytes: 1 + properties.sizeUnlessEmpty)
    writer.append(reason.rawValue)
    writer.append(unlessEmpty: properties)
    return writer.bytes
  }
}

private func answer(_ type: PacketType, _ id: PacketID, _ codes: [UInt8]) -> [UInt8] {
  var writer = PacketWriter(type, bodyBytes: 3 + codes.count)
  writer.append(id)
  writer.append(PropertyWriter())
  writer.append(contentsOf: codes)
  return writer.bytes
}
