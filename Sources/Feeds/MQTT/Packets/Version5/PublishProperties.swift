/// The properties of a client's PUBLISH (5.0 section 3.3.2.3).
package struct PublishProperties: Sendable, Equatable {
  /// Whether the payload says that it is text.
  package var payloadFormat = PayloadFormat.unspecified
  /// Seconds after which the sender does not care any more. Here everything is taken, also what has expired.
  package var messageExpirySeconds: UInt32?
  /// A number for the topic on this connection; judged by the session, which knows how many it allows.
  package var topicAlias: UInt16?
  /// Where an answer is wanted; a topic name.
  package var responseTopic: [UInt8]?
  /// What an answer is to carry.
  package var correlationData: [UInt8]?
  /// What the payload is; UTF-8.
  package var contentType: [UInt8]?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// Reads the properties.
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .payloadFormat(let format): payloadFormat = format
      case .messageExpiry(let seconds): messageExpirySeconds = seconds
      case .topicAlias(let alias): topicAlias = alias
      case .responseTopic(let topic): responseTopic = Array(topic)
      case .correlationData(let data): correlationData = Array(data)
      case .contentType(let type): contentType = Array(type)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
  }
}
