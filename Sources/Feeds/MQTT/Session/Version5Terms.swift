import FeedSession

/// What only a connection of 5.0 has.
struct Version5Terms: Sendable {
  /// Whether reason strings are welcome.
  let wantsReasons: Bool
  /// Largest packet that the client takes.
  let maximumPacketBytes: Int
  /// Whether the CONNECT asked for a session that outlives its connection.
  let asksForSession: Bool
  /// Seconds that the session may outlive its connection.
  private(set) var sessionExpirySeconds: UInt32
  /// Topics that the client has numbered.
  var aliases: TopicAliases
  /// What the client wants to see on messages of its subscription.
  var subscription: SubscriptionIdentifier?
  private let maximumSessionExpirySeconds: UInt32

  init(_ connect: ConnectProperties, limits: MQTTLimits) {
    wantsReasons = connect.wantsProblemInformation
    maximumPacketBytes = connect.maximumPacketBytes.map { Int($0) } ?? .max
    asksForSession = connect.sessionExpirySeconds > 0
    maximumSessionExpirySeconds = limits.maximumSessionExpirySeconds
    sessionExpirySeconds = min(connect.sessionExpirySeconds, maximumSessionExpirySeconds)
    aliases = TopicAliases(maximum: limits.maximumTopicAliases)
  }

  /// Takes the session expiry of a DISCONNECT; a session that was to end cannot be kept after all
  /// (5.0 section 3.14.2.2.2).
  mutating func change(sessionExpirySeconds seconds: UInt32) throws(SessionEnd) {
    guard seconds == 0 || asksForSession else { throw SessionEnd(.protocolError) }
    sessionExpirySeconds = min(seconds, maximumSessionExpirySeconds)
  }

  /// A goodbye that the client takes: with words if they are welcome and fit.
  func encoded(_ reason: ServerDisconnectReason) -> [UInt8] {
    let plain = ServerDisconnectPacket(reason: reason).encoded
    guard wantsReasons else { return plain }
    let wordy = ServerDisconnectPacket(reason: reason, reasonString: reason.words).encoded
    return wordy.count <= maximumPacketBytes ? wordy : plain
  }

  /// A refusal of a message that the client takes: with words if they are welcome and fit.
  func encoded(_ refusal: AcknowledgementPacket<PublishReason>, as type: PacketType) -> [UInt8] {
    let plain = refusal.encoded(as: type)
    guard wantsReasons else { return plain }
    let wordy = refusal.encoded(as: type, reasonString: refusal.reason.words)
    return wordy.count <= maximumPacketBytes ? wordy : plain
  }
}

/// Topics that a client of 5.0 has given numbers on its connection (section 3.3.2.3.4). Where they lead is kept, not
/// their text, so that their number bounds the memory as well.
struct TopicAliases: Sendable {
  private var routes: [UInt16: TopicScope.Route?] = [:]
  private let maximum: UInt16

  init(maximum: UInt16) { self.maximum = maximum }

  /// Where a message goes, whose topic may be empty when it has an alias; nil when the client may not publish there.
  mutating func route(
    _ topic: ArraySlice<UInt8>, alias: UInt16?, in scope: TopicScope
  ) throws(SessionEnd) -> TopicScope.Route? {
    guard let alias else { return scope.route(topic) }
    guard alias > 0, alias <= maximum else { throw SessionEnd(.protocolError, goodbye: .topicAliasInvalid) }
    guard topic.isEmpty else {
      let route = scope.route(topic)
      routes.updateValue(route, forKey: alias)
      return route
    }
    guard let known = routes[alias] else { throw SessionEnd(.protocolError) }
    return known
  }
}

extension PublishReason {
  /// The reason for people; nil where nothing needs to be said.
  fileprivate var words: String? {
    switch self {
    case .notAuthorized: "only the client's own topics may be published to"
    case .payloadFormatInvalid: "the payload is no UTF-8; it was stored as it is"
    case .success, .noMatchingSubscribers, .unspecified, .implementationSpecific, .topicNameInvalid, .packetIDInUse,
      .quotaExceeded:
      nil
    }
  }
}
