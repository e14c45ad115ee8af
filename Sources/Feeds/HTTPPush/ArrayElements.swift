/// The bytes of each element of a JSON array as they came, so that every signal keeps its own raw form.
///
/// - Parameter bytes: a text that was read as a JSON array before; anything else gives fewer elements, never a trap.
func arrayElements(of bytes: [UInt8]) -> [[UInt8]] {
  var elements: [[UInt8]] = []
  var depth = 0
  var isInString = false
  var isEscaped = false
  var start: Int?
  for (index, byte) in bytes.enumerated() {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      continue
    }
    let isOpening = byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
    let isClosing = byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
    let isEnd = depth == 1 && (isClosing || byte == UInt8(ascii: ","))
    if isEnd, let first = start {
      elements.append(Array(bytes[first..<index]))
      start = nil
    } else if depth >= 1, !isEnd, start == nil, !isWhiteSpace(byte) {
      start = index
    }
    if isOpening { depth += 1 }
    if isClosing { depth -= 1 }
    if byte == UInt8(ascii: "\"") { isInString = true }
  }
  return elements
}

private func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
