import CareModel

/// Writes answers to requests (RFC 3261 section 8.2.6). The same request gives the same bytes.
package struct SIPAnswer: Sendable {
  /// The status of an answer.
  package enum Status: Int, Sendable {
    case ok = 200
    case badRequest = 400
    case methodNotAllowed = 405
    case entityTooLarge = 413
    case unsupportedMediaType = 415
    case notImplemented = 501
    case versionNotSupported = 505

    var phrase: String {
      switch self {
      case .ok: "OK"
      case .badRequest: "Bad Request"
      case .methodNotAllowed: "Method Not Allowed"
      case .entityTooLarge: "Request Entity Too Large"
      case .unsupportedMediaType: "Unsupported Media Type"
      case .notImplemented: "Not Implemented"
      case .versionNotSupported: "Version Not Supported"
      }
    }
  }

  /// The methods that are served (header Allow).
  package static let allowed = "MESSAGE, OPTIONS, REGISTER"

  /// Where the request came from; nil when the session was not told.
  package let peer: SCAIPPeer?

  /// Answers to a peer.
  package init(peer: SCAIPPeer?) { self.peer = peer }

  /// The bytes of an answer.
  ///
  /// - Parameters:
  ///   - lines: further headers, without line ends.
  ///   - body: its media type and bytes.
  package func bytes(
    _ status: Status, to request: SIPHead, lines: [String] = [], body: (type: String, bytes: [UInt8])? = nil
  ) -> [UInt8] {
    var answer = ["SIP/2.0 \(status.rawValue) \(status.phrase)"]
    answer += SIPVia.answerLines(request.values("via"), receivedFrom: peer).map { "Via: " + $0 }
    if let from = request.value("from") { answer.append("From: " + from) }
    if let to = request.value("to") { answer.append("To: " + tagged(to, request)) }
    if let callID = request.value("call-id") { answer.append("Call-ID: " + callID) }
    if let sequence = request.value("cseq") { answer.append("CSeq: " + sequence) }
    switch status {
    case .methodNotAllowed, .notImplemented: answer.append("Allow: " + Self.allowed)
    case .unsupportedMediaType:
      answer.append("Accept: " + MediaType.accepted.joined(separator: ", "))
      answer.append("Accept-Encoding: identity")
    case .ok, .badRequest, .entityTooLarge, .versionNotSupported: break
    }
    answer += lines
    if let body { answer.append("Content-Type: " + body.type) }
    answer.append("Content-Length: \(body?.bytes.count ?? 0)")
    return Array((answer.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body?.bytes ?? [])
  }

  /// The answer to OPTIONS (RFC 3261 section 11.2).
  package func options(_ request: SIPHead) -> [UInt8] {
    bytes(
      .ok, to: request,
      lines: ["Allow: " + Self.allowed, "Accept: " + MediaType.accepted.joined(separator: ", ")])
  }

  /// The answer to REGISTER: every contact is taken, for as long as it asks (RFC 3261 section 10.3, step 8).
  package func registration(_ request: SIPHead) -> [UInt8] {
    let expires = request.value("expires").flatMap { decimal($0, maximumDigits: 9) } ?? Self.registrationSeconds
    let contacts = request.values("contact").flatMap { parts(of: $0, separator: ",") }.map { trimmed($0) }
    let lines = contacts.filter { $0 != "*" && !$0.isEmpty }.prefix(Self.maximumContacts).map { contact in
      "Contact: " + contact + (SIPAddress(contact).has("expires") ? "" : ";expires=\(expires)")
    }
    return bytes(.ok, to: request, lines: lines + ["Expires: \(expires)"])
  }

  /// How long a registration lasts that names no time.
  package static let registrationSeconds = 3600
  /// Most contacts given back: no answer is many times longer than its request.
  package static let maximumContacts = 8

  private func tagged(_ to: String, _ request: SIPHead) -> String {
    if SIPAddress(to).has("tag") { return to }
    return to + ";tag=" + hexadecimal(requestHash(request))
  }
}

/// A number that two requests share only when one is a copy of the other.
package func requestHash(_ request: SIPHead, salt: UInt64 = 0) -> UInt64 {
  ["call-id", "cseq", "from", "via"].reduce(salt) { hash, name in
    fixedMix(hash ^ fixedHash((request.value(name) ?? "").utf8))
  }
}

func hexadecimal(_ number: UInt64) -> String {
  let digits = String(number, radix: 16)
  return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
