/// One JSON text, scanned once into a flat list of nodes: values are made only when they are asked for. For texts of
/// which every member is read once and thrown away, such as stored records; the syntax is as strict as that of
/// ``JSONValue/init(parsing:limits:)``, but a text's escapes and UTF-8 are looked at when it is read.
package final class JSONDocument: Sendable {
  enum Kind: UInt8, Sendable { case null, yes, no, number, text, escapedText, array, object }

  /// A value, or the name of a member, whose value is the next node.
  struct Node: Sendable {
    var kind: Kind
    /// First byte, after the quote of a text.
    var start: UInt32
    /// One past the last byte, before the quote of a text.
    var end: UInt32
    /// The node after this value and everything in it.
    var next: UInt32
  }

  let bytes: [UInt8]
  let nodes: [Node]

  /// Scans one text; throws what a strict parser throws.
  ///
  /// - Parameter bytes: the whole text, at most 4 GiB whatever the limits say.
  package init(scanning bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) {
    guard bytes.count <= min(limits.maximumBytes, Int(UInt32.max)) else {
      throw JSONError(.tooLarge, at: limits.maximumBytes)
    }
    var nodes: [Node] = []
    nodes.reserveCapacity(bytes.count / 16 + 8)
    let failure = bytes.withUnsafeBufferPointer { buffer -> JSONError? in
      var scanner = JSONScanner(buffer, limits)
      do throws(JSONError) {
        try scanner.document(into: &nodes)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    self.bytes = bytes
    self.nodes = nodes
  }

  /// The whole text's value.
  package var root: JSONView { JSONView(document: self, index: 0) }
}

/// A value inside a document.
package struct JSONView: Sendable {
  let document: JSONDocument
  let index: Int

  private var node: JSONDocument.Node { document.nodes[index] }

  /// Whether this is an object.
  package var isObject: Bool { node.kind == .object }
  /// Whether this is an array.
  package var isArray: Bool { node.kind == .array }
  /// Whether this is `null`.
  package var isNull: Bool { node.kind == .null }

  /// The member `name`; nil when this is no object or has none. Of several members with one name the last counts.
  package subscript(name: String) -> JSONView? {
    let object = node
    guard object.kind == .object else { return nil }
    var name = name
    return name.withUTF8 { wanted in
      document.nodes.withUnsafeBufferPointer { nodes in
        document.bytes.withUnsafeBufferPointer { bytes in
          var found: Int?
          var key = index + 1
          while key < Int(object.next) {
            if isName(nodes[key], wanted, bytes) { found = key + 1 }
            key = Int(nodes[key + 1].next)
          }
          return found.map { JSONView(document: document, index: $0) }
        }
      }
    }
  }

  private func isName(
    _ node: JSONDocument.Node, _ wanted: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    if node.kind == .escapedText { return (try? escaped(node))?.utf8.elementsEqual(wanted) == true }
    let start = Int(node.start)
    guard Int(node.end) - start == wanted.count else { return false }
    for offset in 0..<wanted.count where bytes[start + offset] != wanted[offset] { return false }
    return true
  }

  /// The bytes of a text without escapes; nil for everything else.
  package func withPlainText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value? {
    let node = node
    guard node.kind == .text else { return nil }
    return document.bytes.withUnsafeBufferPointer { body(.init(rebasing: $0[Int(node.start)..<Int(node.end)])) }
  }

  /// The text; nil when this is none, or is no UTF-8.
  package var string: String? {
    let node = node
    if node.kind == .escapedText { return try? escaped(node) }
    return withPlainText { String(validating: $0, as: UTF8.self) } ?? nil
  }

  /// The truth value, when this is one.
  package var bool: Bool? {
    switch node.kind {
    case .yes: true
    case .no: false
    default: nil
    }
  }

  /// The whole number; nil when this is none or it does not fit 64 bits.
  package var int: Int64? { number?.int }
  /// The number; nil when this is none.
  package var double: Double? { number?.double }

  private var number: JSONValue? {
    let node = node
    guard node.kind == .number else { return nil }
    var reader = JSONReader(Array(document.bytes[Int(node.start)..<Int(node.end)]), .standard)
    return try? reader.number()
  }

  /// The elements of an array; nil when this is none.
  package var elements: [JSONView]? {
    let array = node
    guard array.kind == .array else { return nil }
    var elements: [JSONView] = []
    var element = index + 1
    while element < Int(array.next) {
      elements.append(JSONView(document: document, index: element))
      element = Int(document.nodes[element].next)
    }
    return elements
  }

  private func escaped(_ node: JSONDocument.Node) throws(JSONError) -> String {
    var reader = JSONReader(Array(document.bytes[(Int(node.start) - 1)...Int(node.end)]), .standard)
    return try reader.string()
  }
}
