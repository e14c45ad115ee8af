import CareModel
import DequeModule

/// The answers to the newest actions, by input id. Bounded; the oldest are forgotten first.
package struct RecentActions: Sendable {
  private var answers: [InputID: Acknowledgement] = [:]
  private var order: Deque<InputID> = []
  private let limit: Int

  /// A memory of at most `limit` answers.
  package init(limit: Int) { self.limit = limit }

  /// Answers remembered.
  package var count: Int { answers.count }

  /// The answer to an action; nil when it was not done, or its commit failed.
  package subscript(id: InputID) -> Acknowledgement? {
    get { answers[id] }
    set {
      guard let newValue else {
        answers[id] = nil
        return
      }
      if answers.updateValue(newValue, forKey: id) == nil { order.append(id) }
      while order.count > limit, let oldest = order.popFirst() { answers[oldest] = nil }
    }
  }
}
