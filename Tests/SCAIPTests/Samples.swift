import CareModel
import FeedConformance
import FeedSession
import Foundation

import SCAIP

/// What a device sends.
enum Samples {
  static let now = Timestamp(seconds: 1_800_000_000)
  static let peer = SCAIPPeer(address: "192.0.2.7", port: 40_000)

  /// A document with the mandatory elements, further ones behind.
  static func document(ref: String = "A1", cid: String = "100", dty: String = "0003", _ more: String = "") -> String {
    "<mrq><ref>\(ref)</ref><cid>\(cid)</cid><dty>\(dty)</dty>\(more)</mrq>"
  }

  /// A request; `lines` go between its own headers and Content-Length.
  static func request(
    _ method: String = "MESSAGE", branch: String = "z9hG4bK1", user: String = "100",
    type: String? = "application/scaip+xml", lines: [String] = [], transport: String = "UDP", body: String = ""
  ) -> [UInt8] {
    request(method, branch: branch, user: user, type: type, lines: lines, transport: transport, bytes: Array(body.utf8))
  }

  static func request(
    _ method: String = "MESSAGE", branch: String = "z9hG4bK1", user: String = "100",
    type: String? = "application/scaip+xml", lines: [String] = [], transport: String = "UDP", bytes: [UInt8]
  ) -> [UInt8] {
    var head = [
      "\(method) sip:alarm@198.51.100.1:5060 SIP/2.0",
      "Via: SIP/2.0/\(transport) 10.0.0.5:5062;branch=\(branch);rport",
      "Max-Forwards: 70",
      "From: <sip:\(user)@10.0.0.5:5062>;tag=f1",
      "To: <sip:alarm@198.51.100.1:5060>",
      "Call-ID: call-\(branch)@10.0.0.5",
      "CSeq: 1 \(method)",
      "Contact: <sip:\(user)@10.0.0.5:5062>",
    ]
    if let type { head.append("Content-Type: \(type)") }
    head += lines + ["Content-Length: \(bytes.count)"]
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + bytes
  }

  /// The signal of one document, as the session delivers it.
  static func signal(_ body: String, user: String = "100") -> Signal? {
    var driver = driver(.udp)
    driver.handle(.bytes(request(user: user, body: body)))
    return driver.signals.first
  }

  static func driver(
    _ transport: SCAIPTransport, _ configuration: SCAIPConfiguration = SCAIPConfiguration(),
    settlement: SessionDriver.Settlement = .atOnce
  ) -> SessionDriver {
    SessionDriver(
      SCAIPSession(configuration: configuration, transport: transport, peer: peer), principal: nil,
      settlement: settlement, now: now)
  }

  /// Profile in which the `mrs` travels in the 200.
  static let bodyProfile = SCAIPConfiguration(answersInSeparateMessage: false)
}

/// One SIP message that the session sent.
struct Sent: Equatable {
  var start: String
  var headers: [String]
  var body: String

  /// All messages in `bytes`; what is none is kept as a start line.
  static func all(in bytes: [UInt8]) -> [Sent] {
    var found: [Sent] = []
    var rest = String(decoding: bytes, as: UTF8.self)[...]
    while !rest.isEmpty {
      guard let end = rest.range(of: "\r\n\r\n") else {
        found.append(Sent(start: String(rest), headers: [], body: ""))
        break
      }
      let lines = rest[..<end.lowerBound].split(separator: "\r\n").map(String.init)
      let length = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
      let body = rest.utf8[end.upperBound...].prefix(length)
      found.append(
        Sent(start: lines.first ?? "", headers: Array(lines.dropFirst()), body: String(decoding: body, as: UTF8.self)))
      rest = rest[body.endIndex...]
    }
    return found
  }

  /// The values of a header.
  func values(_ name: String) -> [String] {
    headers.filter { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
  }

  func value(_ name: String) -> String? { values(name).first }

  /// `200`, `MESSAGE`: the start line in one word.
  var word: String {
    let words = start.split(separator: " ").map(String.init)
    return words.first == "SIP/2.0" ? words[1] : words.first ?? ""
  }

  /// `snu` of the document it carries.
  var statusNumber: String? { element("snu") }

  func element(_ name: String) -> String? {
    guard let from = body.range(of: "<\(name)>"), let to = body.range(of: "</\(name)>") else { return nil }
    return String(body[from.upperBound..<to.lowerBound])
  }
}

extension SessionDriver {
  var signals: [Signal] {
    delivered.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
  }

  var sent: [Sent] { Sent.all(in: replied) }

  /// The start lines of all that was sent, in one word each.
  var words: [String] { sent.map(\.word) }

  /// All `snu` that were sent.
  var statusNumbers: [String] { sent.compactMap(\.statusNumber) }
}
