import Glibc

/// The names in the log's directory.
enum LogNames {
  static let lock = "LOCK"
  static let reserve = "RESERVE"
  static let confirmed = "CONFIRMED"
  static let temporary = ".tmp"

  private static let segmentPrefix = "input-"
  private static let segmentSuffix = ".log"
  private static let digits = 12

  /// The name of a segment; sorts by number up to a million million segments.
  static func segment(_ number: UInt64) -> String { segmentPrefix + padded(number) + segmentSuffix }

  /// The number in a segment's name; nil when it is not one's.
  static func segmentNumber(_ name: String) -> UInt64? {
    guard name.hasPrefix(segmentPrefix), name.hasSuffix(segmentSuffix) else { return nil }
    return number(name.dropFirst(segmentPrefix.count).dropLast(segmentSuffix.count))
  }

  private static func padded(_ number: UInt64) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Numbers near the end of the range are no numbers of ours, so that one more never overflows.
  private static func number(_ text: Substring) -> UInt64? {
    guard text.utf8.count >= digits, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = UInt64(text),
      number > 0, number < UInt64.max / 2
    else { return nil }
    return number
  }
}

/// The errnos that the log tells apart.
enum Errno {
  static let noEntry = ENOENT
  static let exists = EEXIST
  static let inputOutput = EIO
  static let noSpace = ENOSPC
  static let tooBig = EFBIG
  static let wouldBlock = EWOULDBLOCK
}
