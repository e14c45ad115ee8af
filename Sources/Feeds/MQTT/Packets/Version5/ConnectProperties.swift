/// The properties of a CONNECT (5.0 section 3.1.2.11); what is absent has the value that the section gives it.
package struct ConnectProperties: Sendable, Equatable {
  /// Seconds that the client wants its session kept after the connection; 4,294,967,295 = for ever.
  package var sessionExpirySeconds: UInt32 = 0
  /// Most messages of quality 1 and 2 that the client takes at once; not 0.
  package var receiveMaximum: UInt16 = 65_535
  /// Largest packet that the client takes, in bytes; not 0, nil = no limit.
  package var maximumPacketBytes: UInt32?
  /// Most topic aliases that the client takes; none is ever sent.
  package var topicAliasMaximum: UInt16 = 0
  /// Whether response information is welcome; none is ever sent.
  package var wantsResponseInformation = false
  /// Whether reason strings are welcome.
  package var wantsProblemInformation = true
  /// How the client wants to authenticate itself beyond user name and password.
  package var authenticationMethod: [UInt8]?
  /// Data of that method; never without it. Never logged.
  package var authenticationData: [UInt8]?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// What a client of 3.1 or 3.1.1 would have said.
  init() {}

  /// Reads the properties.
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .sessionExpiry(let seconds): sessionExpirySeconds = seconds
      case .receiveMaximum(let number): receiveMaximum = number
      case .maximumPacketSize(let number): maximumPacketBytes = number
      case .topicAliasMaximum(let number): topicAliasMaximum = number
      case .requestResponseInformation(let isWanted): wantsResponseInformation = isWanted
      case .requestProblemInformation(let isWanted): wantsProblemInformation = isWanted
      case .authenticationMethod(let method): authenticationMethod = Array(method)
      case .authenticationData(let data): authenticationData = Array(data)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
    guard authenticationData == nil || authenticationMethod != nil else { throw .protocolError }
  }
}

/// The properties of a will (5.0 section 3.1.3.2).
package struct WillProperties: Sendable, Equatable {
  /// Seconds that the will waits for the client to come back.
  package var delaySeconds: UInt32 = 0
  /// Whether the payload says that it is text.
  package var payloadFormat = PayloadFormat.unspecified
  /// Seconds after which the sender does not care any more.
  package var messageExpirySeconds: UInt32?
  /// What the payload is; UTF-8.
  package var contentType: [UInt8]?
  /// Where an answer is wanted; a topic name.
  package var responseTopic: [UInt8]?
  /// What an answer is to carry.
  package var correlationData: [UInt8]?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// What a client of 3.1 or 3.1.1 would have said.
  init() {}

  /// Reads the properties.
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .willDelay(let seconds): delaySeconds = seconds
      case .payloadFormat(let format): payloadFormat = format
      case .messageExpiry(let seconds): messageExpirySeconds = seconds
      case .contentType(let type): contentType = Array(type)
      case .responseTopic(let topic): responseTopic = Array(topic)
      case .correlationData(let data): correlationData = Array(data)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
  }
}
