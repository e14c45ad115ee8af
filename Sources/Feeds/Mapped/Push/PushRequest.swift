/// A request of a platform, as the server read it.
package struct PushRequest: Sendable {
  /// The HTTP method.
  package enum Method: Sendable { case get, post, other }

  /// The HTTP method; PUT is `other`.
  package var method: Method
  /// The query of the address as it came, without the question mark and not decoded.
  package var query: String
  /// Header fields as they came; names in any case.
  package var headers: [(name: String, value: String)]
  /// The body, at most ``MappedLimits/maximumBodyBytes`` and one byte, so that a larger one is known.
  package var body: [UInt8]
  /// Whether the peer is on this machine.
  package var isLoopback: Bool

  /// A request.
  package init(
    method: Method = .post, query: String = "", headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    isLoopback: Bool = false
  ) {
    self.method = method
    self.query = query
    self.headers = headers
    self.body = body
    self.isLoopback = isLoopback
  }

  /// The value of a header that is there exactly once.
  func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    let found = headers.filter { $0.name.lowercased() == wanted }
    return found.count == 1 ? found.first.map { trimmed($0.value) } : nil
  }

  /// The token of RFC 6750.
  var bearerToken: [UInt8]? {
    guard let value = header("authorization"), let space = value.firstIndex(of: " "),
      value[..<space].lowercased() == "bearer"
    else { return nil }
    return Array(trimmed(String(value[space...])).utf8)
  }

  /// The value of a parameter of the query in the ways it may be meant: with every `+` itself, as in base64 that was
  /// not escaped, and with every `+` a blank. Nil when it is not there exactly once.
  func parameter(_ name: String) -> [[UInt8]]? {
    guard query.utf8.count <= MappedLimits.maximumQueryBytes else { return nil }
    let values = query.utf8.split(separator: UInt8(ascii: "&")).compactMap { pair -> [UInt8]? in
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = parts.first, percentDecoded(Array(key)) == Array(name.utf8) else { return nil }
      return parts.count == 2 ? Array(parts[1]) : []
    }
    guard values.count == 1, let value = values.first else { return nil }
    let spaced = value.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
    return value == spaced ? [percentDecoded(value)] : [percentDecoded(value), percentDecoded(spaced)]
  }
}

/// RFC 3986 section 2.1; a percent sign without two digits stays.
private func percentDecoded(_ text: [UInt8]) -> [UInt8] {
  var bytes: [UInt8] = []
  var index = 0
  while index < text.count {
    if text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = hexadecimalDigit(text[index + 1]),
      let low = hexadecimalDigit(text[index + 2])
    {
      bytes.append(high << 4 | low)
      index += 3
    } else {
      bytes.append(text[index])
      index += 1
    }
  }
  return bytes
}
