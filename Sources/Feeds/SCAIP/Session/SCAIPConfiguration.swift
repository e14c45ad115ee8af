import CareModel

/// How a session's messages travel (protocols page, section 5).
package enum SCAIPTransport: Sendable, Hashable, CaseIterable {
  /// One session for each address of a sender: every ``FeedEvent/bytes(_:)`` is one datagram with one message. There
  /// silence takes the place of closing.
  case udp
  /// A stream of messages, cut anywhere.
  case tcp
  /// A stream of messages under TLS, which the host takes off.
  case tls

  /// Bytes come cut anywhere, not as whole messages.
  package var isStream: Bool { self != .udp }

  /// The name in a Via header.
  var viaName: String {
    switch self {
    case .udp: "UDP"
    case .tcp: "TCP"
    case .tls: "TLS"
    }
  }
}

/// Where the messages of a session come from, for the Via header of answers (RFC 3581).
package struct SCAIPPeer: Sendable, Hashable {
  /// The IP address as text, without brackets.
  package let address: String
  /// The port.
  package let port: Int
  /// A peer.
  package init(address: String, port: Int) {
    self.address = address
    self.port = port
  }
}

/// What an accepted alarm's answer says about the call that follows; nil leaves a word out.
package struct SCAIPAnswerWords: Sendable, Equatable {
  /// `mre`: 0 no voice, 1 duplex, 2 microphone only, 3 loudspeaker only.
  package let voiceMode: Int?
  /// `cre`: 61 the receiver that the device knows, 62 the number in ``callNumber``.
  package let callReceiver: Int?
  /// `tnu`: the number or SIP address to call; at most ``maximumNumberBytes``.
  package let callNumber: String?

  /// Longest ``callNumber`` in bytes.
  package static let maximumNumberBytes = 128

  /// Words; other values than those above trap: ``isValid(voiceMode:callReceiver:callNumber:)`` says so before.
  package init(voiceMode: Int? = nil, callReceiver: Int? = nil, callNumber: String? = nil) {
    precondition(Self.isValid(voiceMode: voiceMode, callReceiver: callReceiver, callNumber: callNumber))
    self.voiceMode = voiceMode
    self.callReceiver = callReceiver
    self.callNumber = callNumber
  }

  /// Whether the values are words of the protocol.
  package static func isValid(voiceMode: Int?, callReceiver: Int?, callNumber: String?) -> Bool {
    (0...3).contains(voiceMode ?? 0) && [61, 62].contains(callReceiver ?? 61)
      && (callNumber ?? "").utf8.count <= maximumNumberBytes && !(callNumber ?? "").utf8.contains(where: isControl)
  }
}

/// The settings of one SCAIP listener or device profile, with the bounds of every session.
package struct SCAIPConfiguration: Sendable, Equatable {
  /// Where the `mrs` travels: in a MESSAGE of our own after a 200 at once, else in the 200, which then waits for the
  /// commit.
  package var answersInSeparateMessage: Bool
  /// What the answer to an alarm says about the call.
  package var answerWords: SCAIPAnswerWords
  /// Our host, or host and port, as devices should see it in our own messages; nil takes the one that the device wrote
  /// to.
  package var sentBy: String?
  /// Largest start line and headers together, in bytes; larger ones close a stream and are not answered.
  package var maximumHeadBytes: Int
  /// Most headers of a message; more are treated like a head that is too large.
  package var maximumHeaders: Int
  /// Largest body in bytes; a larger one is refused (413) and closes a stream. One that is larger than 64 KiB is no
  /// document (`snu` 1).
  package var maximumBodyBytes: Int
  /// Most bytes kept while nothing may be processed; one past it, the connection is closed.
  package var maximumHeldBytes: Int
  /// Requests not settled, from which on no further one is taken: a stream is not read on, a datagram is passed over
  /// (its sender repeats it).
  package var maximumUnsettled: Int
  /// Most requests remembered with their answers; at least ``maximumUnsettled``.
  package var maximumTransactions: Int
  /// Most messages of our own over UDP that wait for an answer; past it the oldest is not repeated any more.
  package var maximumOwnMessages: Int
  /// How long a connection may bring neither a message nor a keep-alive.
  package var streamIdleLimit: TimeSpan
  /// How long an address may be silent before its session ends, and with it what is remembered of its requests.
  package var datagramIdleLimit: TimeSpan
  /// How long one message may take on a stream from its first byte to its last.
  package var messageLimit: TimeSpan

  /// How long a resend under the same `ref` is recognised (architecture page, section 5).
  package static let repeatWindow = TimeSpan.minutes(10)
  /// The sender's name where neither the SIP sender nor the document gives one.
  package static let namelessSender = "unknown"

  /// Settings; the defaults serve devices of most makers.
  package init(
    answersInSeparateMessage: Bool = true, answerWords: SCAIPAnswerWords = SCAIPAnswerWords(), sentBy: String? = nil,
    maximumHeadBytes: Int = 16_384, maximumHeaders: Int = 64, maximumBodyBytes: Int = 131_072,
    maximumHeldBytes: Int = 262_144, maximumUnsettled: Int = 16, maximumTransactions: Int = 64,
    maximumOwnMessages: Int = 16, streamIdleLimit: TimeSpan = .hours(1), datagramIdleLimit: TimeSpan = .minutes(2),
    messageLimit: TimeSpan = .seconds(60)
  ) {
    precondition(maximumHeadBytes > 0 && maximumHeaders > 0 && maximumBodyBytes > 0 && maximumHeldBytes > 0)
    precondition(maximumUnsettled > 0 && maximumTransactions >= maximumUnsettled && maximumOwnMessages > 0)
    self.answersInSeparateMessage = answersInSeparateMessage
    self.answerWords = answerWords
    self.sentBy = sentBy
    self.maximumHeadBytes = maximumHeadBytes
    self.maximumHeaders = maximumHeaders
    self.maximumBodyBytes = maximumBodyBytes
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumUnsettled = maximumUnsettled
    self.maximumTransactions = maximumTransactions
    self.maximumOwnMessages = maximumOwnMessages
    self.streamIdleLimit = streamIdleLimit
    self.datagramIdleLimit = datagramIdleLimit
    self.messageLimit = messageLimit
  }
}
