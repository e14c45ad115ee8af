import HTTPTypes

/// All routes, found by path and method.
struct RouteTable: Sendable {
  /// The routes in the order of their registration.
  let routes: [Route]
  private let bySegmentCount: [Int: [(segments: [Segment], index: Int)]]

  private enum Segment: Sendable {
    case literal(String)
    case placeholder(String)
  }

  /// What a request's path and method meet.
  enum Match: Sendable {
    case found(Route, parameters: [String: String])
    /// The path exists with these methods only.
    case otherMethods([HTTPRequest.Method])
    case none
  }

  init(_ routes: [Route]) {
    self.routes = routes
    var table: [Int: [(segments: [Segment], index: Int)]] = [:]
    for (index, route) in routes.enumerated() {
      let segments = Self.split(route.path).map { text in
        text.hasPrefix("{") ? Segment.placeholder(String(text.dropFirst().dropLast())) : .literal(text)
      }
      table[segments.count, default: []].append((segments, index))
    }
    bySegmentCount = table
  }

  func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
    let segments = Self.split(path)
    var methods: [HTTPRequest.Method] = []
    for candidate in bySegmentCount[segments.count] ?? [] {
      guard let parameters = Self.parameters(candidate.segments, segments) else { continue }
      let route = routes[candidate.index]
      if route.method == method || method == .head && route.method == .get {
        return .found(route, parameters: parameters)
      }
      methods.append(route.method)
    }
    return methods.isEmpty ? .none : .otherMethods(methods)
  }

  private static func parameters(_ template: [Segment], _ segments: [String]) -> [String: String]? {
    var parameters: [String: String] = [:]
    for (expected, segment) in zip(template, segments) {
      switch expected {
      case .literal(let text): if text != segment { return nil }
      case .placeholder(let name):
        guard let text = percentDecoded(segment[...]) else { return nil }
        parameters[name] = text
      }
    }
    return parameters
  }

  private static func split(_ path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
  }
}

/// Decodes `%41` (RFC 3986); nil when it is cut, no hexadecimal or no UTF-8 with it.
func percentDecoded(_ text: Substring, plusIsSpace: Bool = false) -> String? {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.utf8.count)
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = rest.popFirst(), let low = rest.popFirst(), let value = hexadecimal(high, low) else {
        return nil
      }
      bytes.append(value)
    case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
    default: bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

/// The fields of a query string; what does not decode is left out.
func queryFields(_ query: Substring) -> [String: String] {
  var fields: [String: String] = [:]
  for pair in query.split(separator: "&").prefix(32) {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = percentDecoded(parts[0], plusIsSpace: true) else { continue }
    fields[name] = parts.count == 2 ? percentDecoded(parts[1], plusIsSpace: true) : ""
  }
  return fields
}

private func hexadecimal(_ high: UInt8, _ low: UInt8) -> UInt8? {
  guard let high = Character(Unicode.Scalar(high)).hexDigitValue,
    let low = Character(Unicode.Scalar(low)).hexDigitValue
  else { return nil }
  return UInt8(high * 16 + low)
}
