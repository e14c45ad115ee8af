import CareModel
import JSONText

/// The JSON in which a member of staff answers an offer (interfaces page, section 3).
package enum StaffAnswerJSON {
  /// Why a message is no answer.
  package enum Failure: Error, Sendable, Equatable {
    /// Not JSON, or no object.
    case notJSON
    /// `offer` is missing or no id.
    case offer
    /// `answer` is missing or none of the known words.
    case answer
  }

  /// Reads an answer.
  ///
  /// A `reason` that is no text is ignored: it must not cost an acceptance or a call for help.
  ///
  /// - Parameters:
  ///   - payload: the message.
  ///   - staff: who answers, from the connection.
  package static func decode(payload: [UInt8], staff: StaffID) throws(Failure) -> StaffAnswerMessage {
    guard let message = try? JSONValue(parsing: payload), message.object != nil else { throw .notJSON }
    guard let offer = message["offer"]?.string.flatMap({ OfferID($0) }) else { throw .offer }
    guard let answer = message["answer"]?.string.flatMap({ StaffAnswer(rawValue: $0) }) else { throw .answer }
    return StaffAnswerMessage(
      staff: staff, offer: offer, answer: answer, reason: message["reason"]?.string.flatMap(boundedText))
  }
}
