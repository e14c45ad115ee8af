import FeedSession

/// Where a connection of 5.0 differs from one of 3.1.1.
extension Connection {
  /// Where a message goes; nil when the client may not publish there.
  mutating func route(of publish: PublishPacket) throws(SessionEnd) -> TopicScope.Route? {
    guard let properties = publish.properties else { return scope.route(publish.topic) }
    return try version5?.aliases.route(publish.topic, alias: properties.topicAlias, in: scope)
  }

  /// Turns a message away. 3.1.1 has no words for it, and neither has quality 0: the connection ends, so that nobody
  /// takes an alarm for received.
  mutating func refuse(_ publish: PublishPacket, _ turn: inout Turn) throws(SessionEnd) {
    guard version5 != nil else { throw SessionEnd(.notAuthorized) }
    switch publish.delivery {
    case .atMostOnce: throw SessionEnd(.notAuthorized)
    case .atLeastOnce(let id):
      try checkReceiveMaximum()
      answerUnsettled(.puback(id, .notAuthorized), &turn)
    case .exactlyOnce(let id):
      if try isRepeated(id, &turn) { return }
      answerUnsettled(.pubrec(id, .notAuthorized), &turn)
    }
  }

  /// Sees that one more message may come (5.0 section 4.9): those without PUBACK, PUBREC or PUBCOMP count.
  func checkReceiveMaximum() throws(SessionEnd) {
    guard version5 != nil, ledger.owed + unreleased.count >= Int(limits.receiveMaximum) else { return }
    throw SessionEnd(.tooManyInFlight, goodbye: .receiveMaximumExceeded)
  }

  /// Whether a message calls itself text and is none. It is stored like any other, and its sender is told then
  /// (5.0 section 3.3.2.3.2).
  func isFalseText(_ publish: PublishPacket) -> Bool {
    publish.properties?.payloadFormat == .text && !isUTF8(publish.payload)
  }

  /// The SUBACK; nil in `granted` is a refusal, and 5.0 wants to know why.
  func answer(_ subscribe: SubscribePacket, granted: [QualityOfService?]) throws(SessionEnd) -> [UInt8] {
    guard version5 != nil else { return SubackPacket(id: subscribe.id, granted: granted).encoded }
    let reasons = zip(subscribe.requests, granted).map { request, qos -> SubscribeReason in
      switch qos {
      case .atMostOnce: .grantedAtMostOnce
      case .atLeastOnce, .exactlyOnce: .grantedAtLeastOnce
      case nil: Self.refusal(of: request.filter)
      }
    }
    return try checked(SubackPacket5(id: subscribe.id, reasons: reasons).encoded)
  }

  /// The UNSUBACK.
  func answer(_ unsubscribe: UnsubscribePacket, isKnown: [Bool]) throws(SessionEnd) -> [UInt8] {
    guard version5 != nil else { return UnsubackPacket(id: unsubscribe.id).encoded }
    let reasons = isKnown.map { $0 ? UnsubscribeReason.success : .noSubscription }
    return try checked(UnsubackPacket5(id: unsubscribe.id, reasons: reasons).encoded)
  }

  /// The bytes of a message to the client; nil when it takes none of that size (5.0 section 3.1.2.11.4).
  func encoded(_ publish: PublishPacket) -> [UInt8]? {
    guard let version5 else { return publish.encoded }
    let bytes = publish.encoded5(subscription: version5.subscription)
    return bytes.count <= version5.maximumPacketBytes ? bytes : nil
  }

  private static func refusal(of filter: [UInt8]) -> SubscribeReason {
    if isShared(filter) { return isSharedFilter(filter) ? .sharedNotSupported : .filterInvalid }
    return hasWildcards(filter) ? .wildcardsNotSupported : .notAuthorized
  }

  /// An answer that the client is owed must fit; whoever asks for more than it can hear is disconnected.
  private func checked(_ bytes: [UInt8]) throws(SessionEnd) -> [UInt8] {
    guard bytes.count <= version5?.maximumPacketBytes ?? .max else { throw SessionEnd(.tooLarge) }
    return bytes
  }
}

extension ConnectPacket {
  /// The keep-alive that holds, in seconds, and whether it is ours: 5.0 lets the server decide (section 3.1.2.10).
  func keepAlive(_ limits: MQTTLimits) -> (seconds: UInt16, isOverridden: Bool) {
    let isAllowed = keepAliveSeconds > 0 && keepAliveSeconds <= limits.maximumKeepAliveSeconds
    guard version == .mqtt5, !isAllowed else { return (keepAliveSeconds, false) }
    return (limits.maximumKeepAliveSeconds, true)
  }

  /// The CONNACK of an acceptance; nil when a client of 5.0 takes none of that size.
  ///
  /// - Parameter assignedID: the name that the client was given.
  func acceptance(assignedID: String?, limits: MQTTLimits) -> [UInt8]? {
    guard version == .mqtt5 else { return ConnackPacket(code: .accepted).encoded }
    let keepAlive = keepAlive(limits)
    let expiry = min(properties.sessionExpirySeconds, limits.maximumSessionExpirySeconds)
    let bytes = ConnackPacket5.accepting(
      ConnackPacket5.Terms(
        receiveMaximum: limits.receiveMaximum,
        maximumPacketBytes: UInt32(clamping: limits.maximumPacketBytes),
        topicAliasMaximum: limits.maximumTopicAliases, assignedClientID: assignedID,
        serverKeepAliveSeconds: keepAlive.isOverridden ? keepAlive.seconds : nil,
        sessionExpirySeconds: expiry == properties.sessionExpirySeconds ? nil : expiry))
    return bytes.count <= properties.maximumPacketBytes ?? .max ? bytes : nil
  }
}

private func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
  !bytes.contains { $0 >= 0x80 } || String(validating: bytes, as: UTF8.self) != nil
}
