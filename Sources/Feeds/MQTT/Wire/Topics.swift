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

/// Whether a filter asks for a subscription shared with others (5.0 section 4.8.2).
func isShared(_ filter: some Sequence<UInt8>) -> Bool { filter.starts(with: sharePrefix) }

/// Whether a shared filter has a name without wildcards and a filter after it (5.0 section 4.8.2).
func isSharedFilter(_ filter: [UInt8]) -> Bool {
  guard isShared(filter) else { return false }
  let rest = filter.dropFirst(sharePrefix.count)
  guard let end = rest.firstIndex(of: slash) else { return false }
  return isTopicName(rest[..<end]) && isTopicFilter(rest[(end + 1)...])
}

/// Whether a filter stands for more than one topic.
func hasWildcards(_ filter: [UInt8]) -> Bool { filter.contains { $0 == plus || $0 == hash } }

private let sharePrefix = Array("$share/".utf8)
