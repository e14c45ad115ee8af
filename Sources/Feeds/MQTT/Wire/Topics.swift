private let plus = UInt8(ascii: "+")
private let hash = UInt8(ascii: "#")
private let slash = UInt8(ascii: "/")

/// Whether checked UTF-8 is a topic name: not empty, no wildcards (3.1.1 section 4.7).
func isTopicName(_ bytes: ArraySlice<UInt8>) -> Bool {
  !bytes.isEmpty && !bytes.contains { $0 == plus || $0 == hash }
}

/// Whether checked UTF-8 is a topic filter: not empty, wildcards only as whole levels, `#` only last
/// (3.1.1 section 4.7.1).
func isTopicFilter(_ bytes: ArraySlice<UInt8>) -> Bool {
  guard !bytes.isEmpty else { return false }
  for index in bytes.indices where bytes[index] == plus || bytes[index] == hash {
    let startsLevel = index == bytes.startIndex || bytes[index - 1] == slash
    let isLast = index == bytes.endIndex - 1
    let endsLevel = isLast || bytes[index] == plus && bytes[index + 1] == slash
    guard startsLevel, endsLevel else { return false }
  }
  return true
}
