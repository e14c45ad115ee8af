extension JSONWriter {
  /// Writes a member with a text; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    key(name)
    value(text)
  }

  /// Writes a member with a whole number; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ number: (some FixedWidthInteger & SignedInteger)?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  /// Writes a member with a number; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ number: Double?) {
    guard let number else { return }
    key(name)
    value(number)
  }

  /// Writes a member with a truth value; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ flag: Bool?) {
    guard let flag else { return }
    key(name)
    value(flag)
  }

  /// Writes a member that is an object.
  package mutating func objectMember(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  /// Writes a member that is an object, under a name that is not known when compiling.
  package mutating func objectMember(text name: String, _ body: (inout JSONWriter) -> Void) {
    key(text: name)
    object(body)
  }

  /// Writes a member that is an array.
  package mutating func arrayMember(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
    key(name)
    array(body)
  }
}
