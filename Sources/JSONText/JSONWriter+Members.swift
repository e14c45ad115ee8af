extension JSONWriter {
  /// Writes a member with a text; nothing at all when it is nil.
  package mutating func member(_ name: String, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  /// Writes a member with a whole number; nothing at all when it is nil.
  package mutating func member(_ name: String, _ number: (some FixedWidthInteger & SignedInteger)?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  /// Writes a member with a number; nothing at all when it is nil.
  package mutating func member(_ name: String, _ number: Double?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  /// Writes a member with a truth value; nothing at all when it is nil.
  package mutating func member(_ name: String, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  /// Writes a member that is an object.
  package mutating func objectMember(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  /// Writes a member that is an array.
  package mutating func arrayMember(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    array(body)
  }
}
