import CareModel

/// The settings of one webhook channel.
package struct WebhookSettings: Sendable, Equatable {
  /// The key that requests are signed with; at least ``minimumSecretBytes`` bytes.
  package var secret: [UInt8]
  /// How long one try may take, from the name look-up to the answer's status.
  package var timeout: TimeSpan
  /// How long it may take to reach the receiver, a part of ``timeout``.
  package var connectTimeout: TimeSpan
  /// How long the rest of an answer may take; what became of the message is known by then.
  package var answerTimeout: TimeSpan
  /// Most bytes of an answer that are read so that the connection can be used again; a longer one is cut off.
  package var maximumAnswerBytes: Int

  /// Shortest secret that is accepted, in bytes.
  package static let minimumSecretBytes = 16

  /// Settings; by default 10 s for a try, 3 s of them to connect, then 1 s for up to 16 KiB of answer.
  package init(
    secret: [UInt8], timeout: TimeSpan = .seconds(10), connectTimeout: TimeSpan = .seconds(3),
    answerTimeout: TimeSpan = .seconds(1), maximumAnswerBytes: Int = 16_384
  ) {
    precondition(secret.count >= Self.minimumSecretBytes && maximumAnswerBytes >= 0)
    self.secret = secret
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.answerTimeout = answerTimeout
    self.maximumAnswerBytes = maximumAnswerBytes
  }
}
