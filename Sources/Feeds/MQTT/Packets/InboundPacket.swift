/// A packet that a client may send.
package enum InboundPacket: Sendable, Equatable {
  case connect(ConnectPacket)
  case publish(PublishPacket)
  case puback(PacketID)
  case pubrec(PacketID)
  case pubrel(PacketID)
  case pubcomp(PacketID)
  case subscribe(SubscribePacket)
  case unsubscribe(UnsubscribePacket)
  case pingreq
  case disconnect

  /// Reads a body under its header.
  package init(header: FixedHeader, body: ArraySlice<UInt8>) throws(DecodeFailure) {
    switch header.type {
    case .connect: self = .connect(try ConnectPacket(body: body))
    case .publish: self = .publish(try PublishPacket(body: body, flags: header.flags))
    case .puback: self = .puback(try AcknowledgementPacket(body: body).id)
    case .pubrec: self = .pubrec(try AcknowledgementPacket(body: body).id)
    case .pubrel: self = .pubrel(try AcknowledgementPacket(body: body).id)
    case .pubcomp: self = .pubcomp(try AcknowledgementPacket(body: body).id)
    case .subscribe: self = .subscribe(try SubscribePacket(body: body))
    case .unsubscribe: self = .unsubscribe(try UnsubscribePacket(body: body))
    case .pingreq, .disconnect:
      guard body.isEmpty else { throw .malformed }
      self = header.type == .pingreq ? .pingreq : .disconnect
    case .connack, .suback, .unsuback, .pingresp: throw .protocolError
    }
  }
}
