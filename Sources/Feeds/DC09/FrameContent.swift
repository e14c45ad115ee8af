/// What stands behind the `[` of a frame, in clear (protocols page, section 2.1).
package struct FrameContent: Sendable, Equatable {
  /// The data of the event, without brackets.
  package var data: ArraySlice<UInt8>
  /// The extended data, each with its letter, without brackets.
  package var extended: [ArraySlice<UInt8>] = []
  /// The frame's own time.
  package var time = FrameTime.absent
  /// Brackets closed, and nothing stood between or behind the parts.
  package var isWellFormed = true
  /// All of it before the time: the same in every resend.
  package var lasting: ArraySlice<UInt8>

  /// Reads clear content; what is malformed is said, never refused.
  package init(_ content: ArraySlice<UInt8>) {
    let close = UInt8(ascii: "]")
    guard let end = content.firstIndex(of: close) else {
      data = content
      lasting = content
      isWellFormed = false
      return
    }
    data = content[..<end]
    var rest = content[(end + 1)...]
    while rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: close) {
      extended.append(rest[(rest.startIndex + 1)..<end])
      rest = rest[(end + 1)...]
    }
    lasting = content[..<rest.startIndex]
    if rest.first == UInt8(ascii: "_") {
      time = FrameTime(rest.dropFirst())
    } else if !rest.isEmpty {
      lasting = content
      isWellFormed = false
    }
  }

  /// The account that the data name: `#acct|…`.
  package var account: [UInt8]? {
    guard data.first == UInt8(ascii: "#") else { return nil }
    let account = Array(data.dropFirst().prefix { $0 != UInt8(ascii: "|") })
    let isUsable = account.count <= DC09Configuration.maximumAccountBytes && FrameHeader.isAccount(account)
    return isUsable ? account : nil
  }

  /// When it happened (extended data `H`), where that is told.
  package var happened: FrameTime {
    extended.first { $0.first == UInt8(ascii: "H") }.map { FrameTime($0.dropFirst()) } ?? .absent
  }
}
