/// A packet that a client may send.
package enum InboundPacket: Sendable, Equatable {
  indirect case connect(ConnectPacket)
  case publish(PublishPacket)
  case puback(AcknowledgementPacket<PublishReason>)
  case pubrec(AcknowledgementPacket<PublishReason>)
  case pubrel(AcknowledgementPacket<ReleaseReason>)
  case pubcomp(AcknowledgementPacket<ReleaseReason>)
  case subscribe(SubscribePacket)
  case unsubscribe(UnsubscribePacket)
  case pingreq
  case disconnect(DisconnectPacket)
  case auth(AuthPacket)

  /// Reads a body under its header, as the client's version has it; a CONNECT says its version itself.
  package init(
    header: FixedHeader, body: ArraySlice<UInt8>, version: ProtocolVersion = .mqtt311
  ) throws(DecodeFailure) {
    self = version == .mqtt5 ? try Self(version5: header, body) : try Self(version3: header, body)
  }

  private init(version3 header: FixedHeader, _ body: ArraySlice<UInt8>) throws(DecodeFailure) {
    switch header.type {
    case .connect: self = .connect(try ConnectPacket(body: body))
    case .publish: self = .publish(try PublishPacket(version3: body, flags: header.flags))
    case .puback: self = .puback(try AcknowledgementPacket(version3: body))
    case .pubrec: self = .pubrec(try AcknowledgementPacket(version3: body))
    case .pubrel: self = .pubrel(try AcknowledgementPacket(version3: body))
    case .pubcomp: self = .pubcomp(try AcknowledgementPacket(version3: body))
    case .subscribe: self = .subscribe(try SubscribePacket(body: body, version: .mqtt311))
    case .unsubscribe: self = .unsubscribe(try UnsubscribePacket(body: body, version: .mqtt311))
    case .pingreq: self = try Self.ping(body)
    case .disconnect: self = .disconnect(try DisconnectPacket(version3: body))
    case .auth: throw .malformed
    case .connack, .suback, .unsuback, .pingresp: throw .protocolError
    }
  }

  private init(version5 header: FixedHeader, _ body: ArraySlice<UInt8>) throws(DecodeFailure) {
    switch header.type {
    case .connect: self = .connect(try ConnectPacket(body: body))
    case .publish: self = .publish(try PublishPacket(version5: body, flags: header.flags))
    case .puback: self = .puback(try AcknowledgementPacket(version5: body))
    case .pubrec: self = .pubrec(try AcknowledgementPacket(version5: body))
    case .pubrel: self = .pubrel(try AcknowledgementPacket(version5: body))
    case .pubcomp: self = .pubcomp(try AcknowledgementPacket(version5: body))
    case .subscribe: self = .subscribe(try SubscribePacket(body: body, version: .mqtt5))
    case .unsubscribe: self = .unsubscribe(try UnsubscribePacket(body: body, version: .mqtt5))
    case .pingreq: self = try Self.ping(body)
    case .disconnect: self = .disconnect(try DisconnectPacket(version5: body))
    case .auth: self = .auth(try AuthPacket(body: body))
    case .connack, .suback, .unsuback, .pingresp: throw .protocolError
    }
  }

  private static func ping(_ body: ArraySlice<UInt8>) throws(DecodeFailure) -> InboundPacket {
    guard body.isEmpty else { throw .malformed }
    return .pingreq
  }
}
