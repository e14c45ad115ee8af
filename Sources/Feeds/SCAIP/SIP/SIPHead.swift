/// The start line and headers of one SIP message (RFC 3261 section 7), with long names for compact ones.
///
/// Reading never fails for odd lines: what is no header is passed over (RFC 4475 shows what real peers send).
package struct SIPHead: Sendable {
  /// What a message is.
  package enum StartLine: Sendable, Equatable {
    case request(method: String, uri: String, version: String)
    case response(status: Int)
    case unreadable
  }

  /// What the head says of the body's length.
  package enum BodyLength: Equatable {
    case absent
    case bytes(Int)
    /// No number, or two that differ.
    case unreadable
  }

  /// More headers than the session takes.
  package struct TooManyHeaders: Error {}

  private struct Header: Sendable {
    let name: String
    var value: String
  }

  /// What the message is.
  package let start: StartLine
  /// As it came, the blank line included.
  package let bytes: [UInt8]
  private var headers: [Header] = []

  /// Reads a head.
  package init(_ bytes: [UInt8], maximumHeaders: Int) throws(TooManyHeaders) {
    self.bytes = bytes
    var lines = bytes.split(separator: lineFeed).map(cleanLine)[...]
    start = lines.popFirst().map(startLine) ?? .unreadable
    for line in lines {
      if isBlank(line.first), !headers.isEmpty {
        headers[headers.count - 1].value += " " + text(trimmed(line))
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        guard headers.count < maximumHeaders else { throw TooManyHeaders() }
        let name = text(trimmed(line[..<colon])).lowercased()
        headers.append(Header(name: longNames[name] ?? name, value: text(trimmed(line[(colon + 1)...]))))
      }
    }
  }

  /// The values of a header in their order; `name` in lower case and long form.
  package func values(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

  /// The first value of a header.
  package func value(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The length of the body as told.
  package var bodyLength: BodyLength {
    let lengths = values("content-length")
    guard let first = lengths.first else { return .absent }
    guard lengths.allSatisfy({ $0 == first }), let count = decimal(first, maximumDigits: 9) else { return .unreadable }
    return .bytes(count)
  }

  /// The method of the CSeq header; nil when it is missing or unreadable.
  package var sequenceMethod: String? {
    let words = (value("cseq") ?? "").split(separator: " ")
    guard words.count == 2, decimal(words[0], maximumDigits: 10) != nil else { return nil }
    return String(words[1])
  }
}

/// RFC 3261 section 7.3.3; the rest have no part here.
private let longNames = [
  "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
  "e": "content-encoding",
]

private func startLine(_ line: ArraySlice<UInt8>) -> SIPHead.StartLine {
  let words = text(line).split(separator: " ").map(String.init)
  if words.count >= 2, words[0].uppercased() == "SIP/2.0", let status = decimal(words[1], maximumDigits: 3) {
    return .response(status: status)
  }
  guard words.count == 3, words[0].utf8.allSatisfy(isTokenByte), words[2].uppercased().hasPrefix("SIP/") else {
    return .unreadable
  }
  return .request(method: words[0], uri: words[1], version: words[2].uppercased())
}

/// A line without its CR. Control characters could break the lines of an answer, so they become blanks.
private func cleanLine(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let body = line.last == carriageReturn ? line.dropLast() : line
  guard body.contains(where: isControl) else { return body }
  return body.map { isControl($0) ? blank : $0 }[...]
}
