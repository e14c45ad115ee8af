import JSONText

/// Reads what only push mappings have: how the platform is known, and what it is answered.
struct PushGrammar {
  private enum Word: String, CaseIterable { case bearer, query, hmacSHA256, oneNET, loopback }

  func authentication(_ node: MappingNode) throws(MappingError) -> PushAuthentication {
    let keys = ["kind", "name", "header", "encoding", "prefix", "message", "nonce", "signature"]
    let word = try node.table(keys).required("kind").word(Word.self)
    switch word {
    case .bearer:
      _ = try node.table(["kind"])
      return .bearer
    case .loopback:
      _ = try node.table(["kind"])
      return .loopback
    case .query: return .query(name: try name(try node.table(["kind", "name"]).required("name")))
    case .hmacSHA256:
      let table = try node.table(["kind", "header", "encoding", "prefix"])
      let encoding = try table.required("encoding")
      guard let way = ByteText(rawValue: try encoding.text()), way != .text else {
        throw encoding.error("must be one of base64, hex.")
      }
      return .hmacSHA256(
        header: try name(try table.required("header")), encoding: way, prefix: try table["prefix"]?.text() ?? "")
    case .oneNET:
      let table = try node.table(["kind", "message", "nonce", "signature"])
      var messages: [String] = []
      if let node = table["message"] {
        for element in try node.oneOrMore(maximum: MappedLimits.maximumPaths) { messages.append(try element.text()) }
      }
      return .oneNET(
        messages: messages.isEmpty ? ["msg"] : messages, nonce: try table["nonce"]?.text() ?? "nonce",
        signature: try table["signature"]?.text() ?? "msg_signature")
    }
  }

  func verification(_ node: MappingNode) throws(MappingError) -> PushVerification {
    let table = try node.table(["kind", "message", "nonce", "signature"])
    let kind = try table.required("kind")
    guard try kind.text() == Word.oneNET.rawValue else { throw kind.error("must be oneNET.") }
    return PushVerification(
      message: try table["message"]?.text() ?? "msg", nonce: try table["nonce"]?.text() ?? "nonce",
      signature: try table["signature"]?.text() ?? "signature")
  }

  func answer(_ node: MappingNode) throws(MappingError) -> PushAnswer {
    let table = try node.table(["status", "contentType", "body"])
    let status = try table["status"].map { node throws(MappingError) in try node.number(in: 200...299) } ?? 200
    let body = try table["body"].map { node throws(MappingError) in
      try node.text(maximumBytes: MappedLimits.maximumAnswerBytes, mayBeEmpty: true)
    }
    var contentType = body.map { _ in "application/json" }
    if let node = table["contentType"] {
      guard body != nil else { throw node.error("makes sense only with a body.") }
      let text = try node.text()
      // A line break would begin another header.
      guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { throw node.error("must be printable ASCII.") }
      contentType = text
    }
    return PushAnswer(status: status, contentType: contentType, body: Array((body ?? "").utf8))
  }

  /// The name of a header or a parameter.
  private func name(_ node: MappingNode) throws(MappingError) -> String {
    let name = try node.text()
    guard name.utf8.allSatisfy({ isDigit($0) || "-_".utf8.contains($0) || (0x41...0x5A).contains($0 & 0xDF) }) else {
      throw node.error("may hold only letters, digits, - and _.")
    }
    return name
  }
}
