/// A From, To or Contact value (RFC 3261 section 20.10): an address, with or without angle brackets, and parameters.
package struct SIPAddress: Sendable, Equatable {
  /// Longest address that is used in a message of our own.
  package static let maximumURIBytes = 256

  /// The address without brackets; without its own parameters where there are no brackets.
  package let uri: String
  private let parameters: [String]

  /// Reads the value of From, To or Contact.
  package init(_ value: String) {
    let pieces = parts(of: value, separator: ";")
    let head = pieces[0]
    parameters = pieces.dropFirst().map { trimmed($0) }
    let bytes = Array(head.utf8)
    // A quoted name before may hold brackets of its own.
    if let open = bytes.lastIndex(of: UInt8(ascii: "<")) {
      let inner = bytes[(open + 1)...]
      uri = trimmed(text(inner.prefix { $0 != UInt8(ascii: ">") }))
    } else {
      uri = trimmed(head)
    }
  }

  /// Whether the value has a parameter of this name, which is in lower case.
  package func has(_ parameter: String) -> Bool {
    parameters.contains { parameterName($0) == parameter }
  }

  /// The user of a `sip:`, `sips:` or `tel:` address, percent signs decoded; nil when there is none.
  package var user: String? {
    let pieces = uri.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return nil }
    let rest = pieces[1]
    let user: Substring
    switch pieces[0].lowercased() {
    case "sip", "sips":
      guard let at = rest.lastIndex(of: "@") else { return nil }
      user = rest[..<at].prefix { $0 != ":" }
    case "tel": user = rest.prefix { $0 != ";" }
    default: return nil
    }
    let decoded = trimmed(percentDecoded(user))
    return decoded.isEmpty ? nil : decoded
  }

  /// Host and port of a `sip:` or `sips:` address; nil when there is none.
  package var hostPort: String? {
    let pieces = uri.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard pieces.count == 2, ["sip", "sips"].contains(pieces[0].lowercased()) else { return nil }
    let rest = pieces[1]
    let start = rest.lastIndex(of: "@").map { rest.index(after: $0) } ?? rest.startIndex
    let host = rest[start...].prefix { $0 != ";" && $0 != "?" }
    guard !host.isEmpty, host.utf8.allSatisfy({ isLetterOrDigit($0) || ".-:[]_".utf8.contains($0) }) else { return nil }
    return String(host)
  }

  /// Whether the address can stand in a message of our own.
  package var isUsable: Bool {
    let allowed = uri.utf8.allSatisfy { $0 > blank && $0 < 0x7F && !"<>\"".utf8.contains($0) }
    return allowed && uri.utf8.count <= Self.maximumURIBytes && hostPort != nil
  }
}

private func percentDecoded(_ text: Substring) -> String {
  let bytes = Array(text.utf8)
  var decoded: [UInt8] = []
  var position = 0
  while position < bytes.count {
    if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
      bytes[position + 1...position + 2].allSatisfy(isLetterOrDigit),
      let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16), !isControl(byte)
    {
      decoded.append(byte)
      position += 3
    } else {
      decoded.append(bytes[position])
      position += 1
    }
  }
  return String(decoding: decoded, as: UTF8.self)
}
