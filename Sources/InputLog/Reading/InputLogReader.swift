/// Reads the records of a log, oldest first, whatever is damaged in between. It holds one file open, and no more of it
/// in memory than its largest record needs.
///
/// It needs no lock: a tool may read beside the daemon, and then sees the end of the last segment as torn.
package struct InputLogReader: Sendable {
  private let directory: String
  private let settings: InputLogSettings
  private let files: any LogFiles
  /// Still to be read, newest first.
  private var segments: [UInt64]
  /// How much of each segment was synced, as the segment after it tells.
  private var synced: [UInt64: Int] = [:]
  private var scanner: SegmentScanner?
  private var file: OpenFile?

  /// The segments that are in a directory now.
  package init(
    directory: String, from start: InputLogStart = .beginning, settings: InputLogSettings = InputLogSettings(),
    files: any LogFiles = SystemFiles()
  ) throws(InputLogProblem) {
    self.init(
      directory: directory, segments: try LogDirectory.segments(directory, files), from: start,
      marker: ConfirmationMarker.read(in: directory, files: files), settings: settings, files: files)
  }

  init(
    directory: String, segments: [UInt64], from start: InputLogStart, marker: ConfirmationMarker,
    settings: InputLogSettings, files: any LogFiles
  ) {
    self.directory = directory
    self.settings = settings
    self.files = files
    let chosen =
      switch start {
      case .beginning: segments[...]
      case .segment(let first): segments.drop { $0 < first }
      case .unconfirmed: segments.drop { marker.confirmedAt[$0] != nil }
      }
    self.segments = chosen.reversed()
    for number in segments {
      guard let header = try? header(of: number).header, header.previousNumber > 0 else { continue }
      synced[header.previousNumber] = Int(clamping: header.previousLength)
    }
  }

  /// The next record or finding; nil at the end.
  package mutating func next() -> InputLogItem? {
    while true {
      if let item = scanner?.next() { return item }
      scanner = nil
      file = nil
      guard let number = segments.popLast() else { return nil }
      if let finding = open(number) { return .finding(finding) }
    }
  }

  /// The next record; what else comes up is handed to `note`.
  package mutating func nextRecord(_ note: (InputLogFinding) -> Void) -> InputLogRecord? {
    while let item = next() {
      switch item {
      case .record(let record, _, _): return record
      case .finding(let finding): note(finding)
      }
    }
    return nil
  }

  /// Opens a segment; what is to be said of its header.
  private mutating func open(_ number: UInt64) -> InputLogFinding? {
    let name = LogNames.segment(number)
    let opened: (file: OpenFile, window: ByteWindow)
    do throws(LogFileError) {
      let file = try OpenFile(directory + "/" + name, files)
      opened = (file, try ByteWindow(file.descriptor, files: files))
    } catch {
      return InputLogFinding(kind: .unreadable(errno: error.code), file: name, offset: 0, length: 0)
    }
    var window = opened.window
    let length = window.length
    let count = window.load(0, SegmentHeader.blockBytes)
    switch SegmentHeader.decode(window.withBytes(0, count) { Array($0) }) {
    case .success(let (header, isWhole)):
      file = opened.file
      scanner = SegmentScanner(
        window, name: name, number: number, salt: header.salt, synced: synced[number],
        maximumPayload: settings.maximumPayload)
      if isWhole { return nil }
      let isTorn = synced[number] == nil && length < SegmentHeader.blockBytes
      return InputLogFinding(
        kind: isTorn ? .tornTail : .headerCopy, file: name, offset: 0, length: min(length, SegmentHeader.blockBytes))
    case .failure(let error):
      return defect(error.defect, name, length: length, synced: synced[number])
    }
  }

  private func defect(
    _ defect: SegmentHeader.Defect, _ name: String, length: Int, synced: Int?
  ) -> InputLogFinding? {
    if case .version(let version) = defect {
      return InputLogFinding(kind: .version(version), file: name, offset: 0, length: length)
    }
    // Without a record in it the file is one whose making was cut short.
    let isTorn = synced == nil && length <= SegmentHeader.blockBytes
    if isTorn, length == 0 { return nil }
    return InputLogFinding(
      kind: isTorn ? .tornTail : .header, file: name, offset: 0, length: max(length, synced ?? 0))
  }

  private func header(of number: UInt64) throws(LogFileError) -> (header: SegmentHeader, isWhole: Bool) {
    let file = try OpenFile(directory + "/" + LogNames.segment(number), files)
    var block = [UInt8](repeating: 0, count: SegmentHeader.blockBytes)
    let count = try files.read(file.descriptor, into: &block, 0..<block.count, at: 0)
    do throws(SegmentHeader.HeaderError) { return try SegmentHeader.decode(Array(block.prefix(count))).get() } catch {
      throw LogFileError(Errno.inputOutput)
    }
  }
}

/// A file that is closed when nobody reads it any more.
private final class OpenFile: Sendable {
  let descriptor: Int32
  private let files: any LogFiles

  init(_ path: String, _ files: any LogFiles) throws(LogFileError) {
    descriptor = try files.open(path)
    self.files = files
  }

  deinit { files.close(descriptor) }
}
