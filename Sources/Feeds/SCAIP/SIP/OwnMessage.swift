/// A MESSAGE of our own that carries an `mrs` to a device (RFC 3428).
struct OwnMessage: Sendable, Equatable {
  /// Our name for its transaction.
  let branch: String
  /// All of it.
  let bytes: [UInt8]

  /// The start of every branch of RFC 3261.
  static let branchCookie = "z9hG4bK"

  /// A message to the sender of `request`; nil where it gives no address to write to.
  ///
  /// - Parameters:
  ///   - sentBy: our host and port as the device should see them; nil takes where the device sent its request.
  ///   - salt: tells it from every other message to the same sender.
  init?(
    inReplyTo request: SIPHead, transport: SCAIPTransport, sentBy: String?, salt: UInt64,
    body: (type: String, bytes: [UInt8])
  ) {
    let contact = request.value("contact").map { SIPAddress(parts(of: $0, separator: ",", limit: 1)[0]) }
    let names = [SIPAddress(request.value("from") ?? ""), contact].compactMap(\.self).filter(\.isUsable)
    guard let device = names.first, let there = names.last, case .request(_, let target, _) = request.start else {
      return nil
    }
    let here = sentBy ?? SIPAddress(target).hostPort ?? Self.namelessHost
    let ours = SIPAddress(request.value("to") ?? "")
    let hash = requestHash(request, salt: salt)
    branch = Self.branchCookie + hexadecimal(hash)
    let head = [
      "MESSAGE \(there.uri) SIP/2.0",
      "Via: SIP/2.0/\(transport.viaName) \(here);branch=\(branch);rport",
      "Max-Forwards: 70",
      "From: <\(ours.isUsable ? ours.uri : "sip:" + here)>;tag=\(hexadecimal(hash ^ 1))",
      "To: <\(device.uri)>",
      "Call-ID: \(hexadecimal(hash ^ 2))@\(here)",
      "CSeq: 1 MESSAGE",
      "Content-Type: \(body.type)",
      "Content-Length: \(body.bytes.count)",
    ]
    bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body.bytes
  }

  /// Our host where neither the configuration nor the request gives one.
  private static let namelessHost = "silverbell.invalid"
}
