import CareModel
import FeedSession

/// What a peer sends, and what must come of it however the network cuts it.
package struct FeedConversation: Sendable {
  /// Makes a session for a new connection.
  package var makeSession: @Sendable () -> any FeedSession
  /// The answer to the question who the peer is.
  package var principal: Principal?
  /// Everything the peer sends, goodbye included.
  package var stream: [UInt8]
  /// What is delivered, in order.
  package var expected: [Delivered]
  /// How many positive acknowledgements all of it brings.
  package var expectedAcknowledgements: Int
  /// Counts the positive acknowledgements in all bytes that were replied.
  package var countAcknowledgements: @Sendable ([UInt8]) -> Int
  /// Bytes that begin something larger than the session takes; it must close without waiting for the rest.
  package var oversized: [UInt8]

  /// A conversation.
  package init(
    makeSession: @escaping @Sendable () -> any FeedSession, principal: Principal?, stream: [UInt8],
    expected: [Delivered], expectedAcknowledgements: Int,
    countAcknowledgements: @escaping @Sendable ([UInt8]) -> Int, oversized: [UInt8]
  ) {
    self.makeSession = makeSession
    self.principal = principal
    self.stream = stream
    self.expected = expected
    self.expectedAcknowledgements = expectedAcknowledgements
    self.countAcknowledgements = countAcknowledgements
    self.oversized = oversized
  }
}

/// Something that a session handed to the engine.
package enum Delivered: Sendable, Equatable {
  /// A signal.
  case signal(Signal)
  /// A staff member's answer.
  case answer(StaffAnswerMessage)
}
