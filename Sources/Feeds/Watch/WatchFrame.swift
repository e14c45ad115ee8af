/// One frame: head and content.
struct WatchFrame: Sendable, Equatable {
  /// The head.
  let header: WatchHeader
  /// The command and its values: the content between commas.
  let fields: [String]
  /// The frame as sent, brackets included.
  let raw: [UInt8]

  init(header: WatchHeader, content: ArraySlice<UInt8>, raw: ArraySlice<UInt8>) {
    self.header = header
    self.raw = Array(raw)
    fields = content.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The command without the name of the radio network behind it (`UD_LTE` is `UD`), in capitals.
  var command: String {
    let command = fields.first ?? ""
    return String(command.prefix { $0 != "_" }).uppercased()
  }

  /// A value by its position behind the command, from 1; nil when it is missing or empty.
  func value(_ position: Int) -> String? {
    guard fields.indices.contains(position), !fields[position].isEmpty else { return nil }
    return fields[position]
  }
}
