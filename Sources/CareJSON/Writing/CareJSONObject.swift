import JSONText

/// Something with one JSON form in this house: an object whose members are written in a fixed order.
package protocol CareJSONObject {
  /// Writes the members into an object that the caller has opened, so that the caller can add its own.
  func writeMembers(to object: inout JSONWriter)
}

extension CareJSONObject {
  /// The whole object as JSON bytes (UTF-8).
  package var jsonBytes: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The whole object as JSON text.
  package var jsonText: String { String(decoding: jsonBytes, as: UTF8.self) }
}

extension Array where Element: CareJSONObject {
  /// A JSON array of the elements, as text.
  package var jsonText: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension JSONWriter {
  /// Writes a thing as an object.
  package mutating func value(_ thing: some CareJSONObject) {
    beginObject()
    thing.writeMembers(to: &self)
    endObject()
  }

  /// Writes an array of things.
  package mutating func value(_ things: [some CareJSONObject]) {
    beginArray()
    for thing in things { value(thing) }
    endArray()
  }

  /// Writes a member that is a thing; nothing at all when it is nil.
  package mutating func member(_ name: StaticString, _ thing: (some CareJSONObject)?) {
    guard let thing else { return }
    key(name)
    value(thing)
  }

  /// Writes a member that is an array of things; also when it is empty.
  package mutating func member(_ name: StaticString, _ things: [some CareJSONObject]) {
    key(name)
    value(things)
  }
}
