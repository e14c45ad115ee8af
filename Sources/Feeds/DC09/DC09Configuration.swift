import CareModel

/// How frames travel (protocols page, section 2.6).
package enum DC09Transport: Sendable, Hashable {
  /// TCP: frames are cut anywhere, several may come at once, what stands between them is skipped.
  case stream
  /// UDP, one session for each address of a sender: every ``FeedEvent/bytes(_:)`` is one datagram with whole frames;
  /// what is left of it is dropped. There silence takes the place of closing.
  case datagram
}

/// The settings of one DC-09 listener, with the bounds of every session.
package struct DC09Configuration: Sendable, Equatable {
  /// Keys of 16, 24 or 32 bytes by account in upper case.
  package let keys: [String: [UInt8]]
  /// Largest frame in bytes, from its LF to its CR; a larger one closes the connection.
  package var maximumFrameBytes: Int
  /// Most bytes in a row that belong to no right frame; one past it, the connection is closed.
  package var maximumSkippedBytes: Int
  /// Most bytes kept while nothing may be processed; one past it, the connection is closed.
  package var maximumHeldBytes: Int
  /// Deliveries not settled, or answers that wait for those before them, from which on no further frame is processed:
  /// a stream is not read on, a datagram is dropped (its sender repeats it). One frame may go past it by
  /// ``maximumEvents`` - 1.
  package var maximumUnsettled: Int
  /// Most events of one frame; what is beyond is delivered as one `unknown`.
  package var maximumEvents: Int
  /// Most frames refused for their clock, and most accounts with an unusable key, that are remembered.
  package var maximumRemembered: Int
  /// How long a connection may bring no right frame.
  package var idleLimit: TimeSpan

  /// How long a resend is recognised (architecture page, section 5).
  package static let repeatWindow = TimeSpan.minutes(10)
  /// How long an unusable key of an account is told only once.
  package static let mismatchWindow = TimeSpan.hours(24)
  /// How late an encrypted frame may be by its own clock.
  package static let maximumLate = TimeSpan.seconds(40)
  /// How far ahead an encrypted frame may be by its own clock.
  package static let maximumAhead = TimeSpan.seconds(20)
  /// Longest account in bytes; the standard says 16 digits, names of senders in the field are longer.
  package static let maximumAccountBytes = 64

  /// Settings; panels poll from every 10 s to every 25 h.
  ///
  /// - Parameter keys: by account; blanks around an account and its case do not matter. A key of another length than
  ///   16, 24 or 32 bytes traps: ``isKey(_:)`` says so before.
  package init(
    keys: [String: [UInt8]] = [:], maximumFrameBytes: Int = 4096, maximumSkippedBytes: Int = 4096,
    maximumHeldBytes: Int = 65_536, maximumUnsettled: Int = 16, maximumEvents: Int = 16, maximumRemembered: Int = 32,
    idleLimit: TimeSpan = .hours(1)
  ) {
    precondition(keys.values.allSatisfy(Self.isKey))
    precondition(maximumFrameBytes > 0 && maximumUnsettled > 0 && maximumEvents > 1 && maximumRemembered > 0)
    self.keys = [String: [UInt8]](
      keys.map { (accountName(Array($0.key.utf8)), $0.value) }, uniquingKeysWith: { first, _ in first })
    self.maximumFrameBytes = maximumFrameBytes
    self.maximumSkippedBytes = maximumSkippedBytes
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumUnsettled = maximumUnsettled
    self.maximumEvents = maximumEvents
    self.maximumRemembered = maximumRemembered
    self.idleLimit = idleLimit
  }

  /// Whether bytes can be a key: AES-128, AES-192 or AES-256.
  package static func isKey(_ bytes: [UInt8]) -> Bool { [16, 24, 32].contains(bytes.count) }
}

/// The account as senders and keys are compared: upper case, without blanks around it.
func accountName(_ bytes: [UInt8]) -> String {
  let blank = UInt8(ascii: " ")
  let trimmed = bytes.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed()
  return String(decoding: trimmed, as: UTF8.self).uppercased()
}
