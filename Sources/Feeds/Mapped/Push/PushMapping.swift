import JSONText

/// How one platform's pushes are understood; made from a mapping file (protocols page, sections 6.3 and 6.5).
package struct PushMapping: Sendable, Equatable {
  /// Names the platform: the sender of its signals, and the last part of the address it pushes to.
  package let name: String
  /// How a push shows that it is the platform's.
  package let authentication: PushAuthentication
  /// How the address is verified by GET; nil: not at all.
  package let verification: PushVerification?
  /// The answer once everything is durable.
  package let answer: PushAnswer
  /// Where the messages are in the body.
  let items: MappingPath
  /// How a message becomes signals.
  let item: ItemMapping

  /// Reads a mapping file's tree; the error names the place in it.
  package init(_ document: JSONValue) throws(MappingError) {
    let table = try MappingNode(document).table(
      ["format", "name", "authentication", "verification", "answer", "items"] + ItemGrammar.keys)
    let grammar = FieldGrammar(style: .paths)
    name = try mappingName(try table.required("name"))
    authentication = try PushGrammar().authentication(try table.required("authentication"))
    verification = try table["verification"].map(PushGrammar().verification)
    answer = try table["answer"].map(PushGrammar().answer) ?? PushAnswer(status: 200)
    items = if let node = table["items"] { try Self.items(node, grammar) } else { MappingPath.whole }
    item = try ItemGrammar(grammar: grammar).mapping(table)
  }

  private static func items(_ node: MappingNode, _ grammar: FieldGrammar) throws(MappingError) -> MappingPath {
    let path = try grammar.path(node)
    guard path.root != .payload else { throw node.error("the items are in the body, not in $payload.") }
    return path
  }
}

extension MappingPath {
  /// The body itself.
  static let whole = MappingPath(root: .body, steps: [])

  init(root: Root, steps: [Step]) {
    self.root = root
    self.steps = steps
  }
}

/// How a platform verifies an address before it pushes to it (OneNET): GET with a message, a nonce and their signature
/// in the query; the answer is the message.
package struct PushVerification: Sendable, Equatable {
  /// The parameter with the message that is echoed.
  package let message: String
  /// The parameter with the nonce.
  package let nonce: String
  /// The parameter with base64(md5(token + nonce + message)).
  package let signature: String

  /// The message to echo; nil when the request is not signed with one of the secrets.
  func message(in request: PushRequest, secrets: [[UInt8]]) -> [UInt8]? {
    guard let messages = request.parameter(message), let nonces = request.parameter(nonce),
      let signatures = request.parameter(signature)
    else { return nil }
    return messages.first { message in
      nonces.contains { nonce in
        signatures.contains { signature in
          secrets.contains { isOneNETSignature(signature, of: nonce + message, secret: $0) }
        }
      }
    }
  }
}
