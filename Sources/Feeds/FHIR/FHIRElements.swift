import CareModel
import JSONText

/// How elements are read: what has the wrong type counts as absent, one that stands alone counts as a list of one.
extension JSONValue {
  /// The elements of a repeating member, at most ``FHIRConfiguration/maximumRepetitions``.
  func elements(_ key: String) -> [JSONValue] {
    switch self[key] {
    case nil, .null: []
    case .array(let elements): Array(elements.prefix(FHIRConfiguration.maximumRepetitions))
    case .some(let single): [single]
    }
  }

  /// The text of a member without surrounding blanks and control characters; nil when empty, or longer than
  /// ``Signal/maximumTextBytes`` in UTF-8 (then it stays in the raw body only). A whole number counts as its digits.
  func word(_ key: String) -> String? {
    switch self[key] {
    case .string(let text): boundedWord(text)
    case .int(let number): String(number)
    default: nil
    }
  }

  /// A reference or address: the text as it stands, at most `maximumAddressBytes`.
  func address(_ key: String) -> String? {
    guard let text = self[key]?.string, !text.isEmpty, text.utf8.count <= maximumAddressBytes else { return nil }
    return text
  }

  /// The codes of a CodeableConcept or of a Coding, in order.
  var codes: [String] {
    let codings = self["coding"] == nil ? [self] : elements("coding")
    return codings.compactMap { $0.word("code") }
  }

  /// The type of a resource.
  var resourceType: String? { self["resourceType"]?.string }

  /// A `dateTime` or `instant`; nil for less than a whole day and for what cannot be read.
  func moment(_ key: String, defaultOffsetMinutes: Int) -> Timestamp? {
    guard let text = self[key]?.string, text.utf8.count <= maximumTimeBytes else { return nil }
    if let moment = Timestamp(rfc3339: text) { return moment }
    // Against the specification some times have no offset; a date never has one.
    let utc = Timestamp(rfc3339: text + "Z") ?? Timestamp(rfc3339: text + "T00:00:00Z")
    return utc.map { $0 - .minutes(defaultOffsetMinutes) }
  }

  /// A `date` as `yyyymmdd`; nil for less than a whole day.
  func day(_ key: String) -> String? {
    guard let text = self[key]?.string, Timestamp(rfc3339: text + "T00:00:00Z") != nil else { return nil }
    return text.filter { $0 != "-" }
  }
}

/// Longest reference read, in bytes.
private let maximumAddressBytes = 1024
/// Longest time read, in bytes.
private let maximumTimeBytes = 35

/// What ``JSONValue/word(_:)`` makes of a text.
func boundedWord(_ text: String) -> String? {
  guard text.utf8.count <= Signal.maximumTextBytes * 4 else { return nil }
  var scalars = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    scalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
  }
  let word = String(scalars).split(separator: " ").joined(separator: " ")
  return word.isEmpty || word.utf8.count > Signal.maximumTextBytes ? nil : word
}

/// A text with its `%41` decoded; what is no such escape stays as it is.
func percentDecoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), rest.count >= 2,
      let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    {
      bytes.append(code)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
