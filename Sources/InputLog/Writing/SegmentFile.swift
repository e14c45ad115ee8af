/// The segment that is written now. What has failed once is never written or synced again: after a failed sync the
/// system may have dropped the pages, and would say yes the next time.
struct SegmentFile: Sendable {
  let number: UInt64
  let openedAt: Int64
  let format: RecordFormat
  private let file: Int32
  /// Bytes that have been synced.
  private(set) var length = SegmentHeader.blockBytes
  /// Highest sequence of a record that was written, synced or not; nil = none was.
  private(set) var lastSequence: UInt64?

  /// Creates a segment; its name and header survive a power cut before this returns. Leaves nothing where it fails.
  init(
    _ header: SegmentHeader, in directory: String, files: any LogFiles, maximumPayload: Int, openedAt: Int64
  ) throws(LogFileError) {
    let path = directory + "/" + LogNames.segment(header.number)
    let file = try files.create(path)
    do throws(LogFileError) {
      try files.writeAll(file, header.encoded(), at: 0)
      try files.syncData(file)
      try files.syncDirectory(directory)
    } catch {
      files.close(file)
      try? files.remove(path)
      throw error
    }
    number = header.number
    self.openedAt = openedAt
    self.file = file
    format = RecordFormat(salt: header.salt, maximumPayload: maximumPayload)
  }

  /// Writes records. Not durable before ``sync(_:files:)``; after an error the segment must be closed.
  mutating func write(_ bytes: [UInt8], highest: UInt64, files: any LogFiles) throws(LogFileError) {
    lastSequence = max(lastSequence ?? 0, highest)
    try files.writeAll(file, bytes, at: length)
  }

  /// Makes the records durable that were just written and have this many bytes.
  mutating func sync(_ count: Int, files: any LogFiles) throws(LogFileError) {
    try files.syncData(file)
    length += count
  }

  func close(_ files: any LogFiles) { files.close(file) }
}
