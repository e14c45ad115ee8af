import JSONText

/// Finds the bytes of single values inside JSON, so that every item keeps its own raw form and signatures are checked
/// over what was sent.
///
/// The text was read strictly before; anything else gives fewer values, never a trap.
struct RawJSON {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The bytes of the member `name` of the outermost object.
  func member(_ name: String) -> [UInt8]? { member(name, of: whole).map { Array(bytes[$0]) } }

  /// A value on the way of a path.
  struct Piece {
    var raw: [UInt8]
    /// False where the path could not go on: nothing that was sent is passed over.
    var isFound: Bool
  }

  /// The values that a path finds, or that it stops at, in order, at most `maximum`; of a list that it ends at, the
  /// elements. An empty list has none.
  func pieces(at path: MappingPath, maximum: Int) -> [Piece] {
    var reached = [(range: whole, isFound: true)]
    func follow(_ next: (Range<Int>) -> [Range<Int>]?) {
      reached = reached.flatMap { place -> [(range: Range<Int>, isFound: Bool)] in
        guard place.isFound else { return [place] }
        guard let ranges = next(place.range) else { return [(place.range, false)] }
        return ranges.map { ($0, true) }
      }
    }
    for step in path.steps {
      switch step {
      case .name(let name): follow { range in member(name, of: range).map { [$0] } }
      case .index(let index):
        follow { range in
          let elements = elements(of: range) ?? []
          return elements.indices.contains(index) ? [elements[index]] : nil
        }
      case .all: follow(elements)
      }
    }
    follow { elements(of: $0) ?? [$0] }
    return reached.prefix(maximum).map { Piece(raw: Array(bytes[$0.range]), isFound: $0.isFound) }
  }

  private var whole: Range<Int> {
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    skipBlanks(&start)
    return start..<valueEnd(from: start)
  }

  /// Of several members with one name the last counts, as for ``JSONValue``.
  private func member(_ name: String, of range: Range<Int>) -> Range<Int>? {
    guard bytes[range].first == UInt8(ascii: "{") else { return nil }
    var found: Range<Int>?
    var position = range.lowerBound + 1
    while let key = nextValue(from: &position, in: range) {
      skipBlanks(&position)
      position += 1
      guard let value = nextValue(from: &position, in: range) else { break }
      if isName(key, name) { found = value }
    }
    return found
  }

  /// Nil when the value is no list.
  private func elements(of range: Range<Int>) -> [Range<Int>]? {
    guard bytes[range].first == UInt8(ascii: "[") else { return nil }
    var found: [Range<Int>] = []
    var position = range.lowerBound + 1
    while let value = nextValue(from: &position, in: range) { found.append(value) }
    return found
  }

  private func isName(_ key: Range<Int>, _ name: String) -> Bool {
    let text = bytes[key].dropFirst().dropLast()
    if !text.contains(UInt8(ascii: "\\")) { return text.elementsEqual(name.utf8) }
    let decoded = (try? JSONValue(parsing: Array(bytes[key])))?.string
    return decoded?.utf8.elementsEqual(name.utf8) ?? false
  }

  /// The next value before the closing bracket of `range`, and the position after it.
  private func nextValue(from position: inout Int, in range: Range<Int>) -> Range<Int>? {
    skipBlanks(&position)
    if position < range.upperBound, bytes[position] == UInt8(ascii: ",") { position += 1 }
    skipBlanks(&position)
    let start = position
    let end = min(valueEnd(from: start), range.upperBound - 1)
    guard start < end else { return nil }
    position = end
    return start..<end
  }

  private func skipBlanks(_ position: inout Int) {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
  }

  /// One past the last byte of the value at `start`; the nesting is counted, not followed.
  private func valueEnd(from start: Int) -> Int {
    var position = min(start, bytes.count)
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position = textEnd(from: position)
        if depth == 0 { return position }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth <= 1 { return depth == 0 ? position : position + 1 }
        depth -= 1
      case let byte where depth == 0 && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: ":") || isBlank(byte)):
        return position
      default: break
      }
      position += 1
    }
    return position
  }

  private func textEnd(from quote: Int) -> Int {
    var position = quote + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.count)
  }
}
