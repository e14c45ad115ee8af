/// A dictionary of large values that lie beside it: when it grows, only references move.
///
/// A dictionary moves all its values at once when it grows. With tens of thousands of alerts of several hundred bytes
/// in line, one unlucky alarm, and all behind it, waited for 100 ms.
package struct BoxedDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Box: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private var boxes: [Key: Box] = [:]

  /// An empty dictionary.
  package init() {}

  /// Values kept.
  package var count: Int { boxes.count }

  /// All values, in no order.
  package var values: some Collection<Value> { boxes.values.lazy.map(\.value) }

  /// The value of a key; setting nil removes it.
  package subscript(key: Key) -> Value? {
    get { boxes[key]?.value }
    set { boxes[key] = newValue.map(Box.init) }
  }

  /// Sets a value and gives the one that was there.
  @discardableResult
  package mutating func updateValue(_ value: Value, forKey key: Key) -> Value? {
    boxes.updateValue(Box(value), forKey: key)?.value
  }

  /// Removes a value and gives it.
  @discardableResult
  package mutating func removeValue(forKey key: Key) -> Value? { boxes.removeValue(forKey: key)?.value }

  /// Makes room for so many values.
  package mutating func reserveCapacity(_ count: Int) { boxes.reserveCapacity(count) }
}
