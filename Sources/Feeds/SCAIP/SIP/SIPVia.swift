/// The topmost Via of a message (RFC 3261 section 20.42): who sent it and under which branch.
package struct SIPVia: Sendable, Equatable {
  /// Host and port as the sender gave them.
  package let sentBy: String
  /// The sender's name for the transaction; nil when it gave none.
  package let branch: String?
  private let protocolAndHost: String
  private let parameters: [String]

  /// The first of the values in one Via line; nil when it is unreadable.
  package init?(firstOf line: String) {
    let pieces = parts(of: parts(of: line, separator: ",", limit: 1)[0], separator: ";")
    protocolAndHost = trimmed(pieces[0])
    parameters = pieces.dropFirst().map { trimmed($0) }
    // Blanks may stand around the slashes: `SIP / 2.0 / UDP host`.
    let words = protocolAndHost.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count == 3 else { return nil }
    let sender = trimmed(words[2]).split(whereSeparator: { $0 == " " || $0 == "\t" })
    guard sender.count >= 2 else { return nil }
    sentBy = sender.dropFirst().joined().lowercased()
    branch = parameters.first { parameterName($0) == "branch" }.map { trimmed($0.drop { $0 != "=" }.dropFirst()) }
  }

  /// The host alone, without brackets.
  private var host: String {
    if sentBy.hasPrefix("[") { return String(sentBy.dropFirst().prefix { $0 != "]" }) }
    return String(sentBy.prefix { $0 != ":" })
  }

  /// The value with where the message really came from (RFC 3261 section 18.2.1, RFC 3581 section 4).
  package func value(receivedFrom peer: SCAIPPeer) -> String {
    let asksForPort = parameters.contains { parameterName($0) == "rport" }
    guard asksForPort || host != peer.address.lowercased() else {
      return ([protocolAndHost] + parameters).joined(separator: ";")
    }
    var kept = parameters.filter { parameterName($0) != "received" }
    if let index = kept.firstIndex(where: { parameterName($0) == "rport" }) { kept[index] = "rport=\(peer.port)" }
    return ([protocolAndHost] + kept + ["received=" + peer.address]).joined(separator: ";")
  }

  /// The Via lines of an answer: the first with the sender's real address, all others as they came.
  package static func answerLines(_ lines: [String], receivedFrom peer: SCAIPPeer?) -> [String] {
    guard let peer, let first = lines.first, let via = SIPVia(firstOf: first) else { return lines }
    let behind = parts(of: first, separator: ",", limit: 1).dropFirst()
    return [([via.value(receivedFrom: peer)] + behind.map { trimmed($0) }).joined(separator: ", ")] + lines.dropFirst()
  }
}
