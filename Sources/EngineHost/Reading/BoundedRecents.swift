import CareModel
import DequeModule

/// A dictionary that keeps the newest entries only.
struct BoundedRecents<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var values = BoxedDictionary<Key, Value>()
  private var order: Deque<Key> = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { values.count }

  subscript(key: Key) -> Value? {
    get { values[key] }
    set {
      guard let newValue else {
        values[key] = nil
        return
      }
      if values.updateValue(newValue, forKey: key) == nil { order.append(key) }
      while order.count > limit, let oldest = order.popFirst() { values[oldest] = nil }
    }
  }
}
