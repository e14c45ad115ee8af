/// A moving view of a file: as much of it as one record needs is in memory.
struct ByteWindow: Sendable {
  /// Bytes that are read ahead.
  static let chunkBytes = 256 << 10
  /// Where the disk has a bad place, so much is passed over.
  static let blockBytes = 4096

  private let files: any LogFiles
  private let file: Int32
  /// The file's length when it was opened.
  let length: Int
  private var bytes: [UInt8] = []
  private var start = 0
  /// The first bad place since it was last asked for, with the errno and how many bytes are missing.
  private(set) var bad: (offset: Int, length: Int, errno: Int32)?

  init(_ file: Int32, files: any LogFiles) throws(LogFileError) {
    self.file = file
    self.files = files
    length = try files.size(file)
  }

  /// Forgets the bad places told so far.
  mutating func clearBad() { bad = nil }

  /// How many of `count` bytes from `offset` on the file has; they are in memory then.
  mutating func load(_ offset: Int, _ count: Int) -> Int {
    let wanted = min(count, length - offset)
    guard wanted > 0 else { return 0 }
    if offset >= start, offset + wanted <= start + bytes.count { return wanted }
    if offset >= start, offset <= start + bytes.count {
      bytes.removeFirst(offset - start)
    } else {
      bytes.removeAll(keepingCapacity: true)
    }
    start = offset
    fill(to: min(max(wanted, Self.chunkBytes), length - offset))
    return wanted
  }

  /// Bytes that were loaded.
  func withBytes<Value>(_ offset: Int, _ count: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    bytes.withUnsafeBytes { all in
      body(UnsafeRawBufferPointer(rebasing: all[(offset - start)..<(offset - start + count)]))
    }
  }

  /// Reads until so many bytes are in memory. Bad places and a file that has become shorter read as zeros.
  private mutating func fill(to count: Int) {
    var done = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count - done))
    while done < count {
      do throws(LogFileError) {
        let got = try files.read(file, into: &bytes, done..<count, at: start + done)
        guard got > 0 else { return }
        done += got
      } catch {
        done = passOver(done, count, error)
      }
    }
  }

  /// Reads block by block around a bad place; how many bytes are done then.
  private mutating func passOver(_ done: Int, _ count: Int, _ error: LogFileError) -> Int {
    let position = start + done
    let end = min(count, done + Self.blockBytes - position % Self.blockBytes)
    if let got = try? files.read(file, into: &bytes, done..<end, at: position), got > 0 { return done + got }
    for index in done..<end { bytes[index] = 0 }
    bad = (bad?.offset ?? position, (bad?.length ?? 0) + end - done, error.code)
    return end
  }
}
