/// The file operations of the log, so that a test can make each of them fail. Paths are absolute or of the process.
package protocol LogFiles: Sendable {
  /// Makes a directory that only its owner may enter; `EEXIST` where there is one.
  func makeDirectory(_ path: String) throws(LogFileError)
  /// The names in a directory, in any order.
  func names(in directory: String) throws(LogFileError) -> [String]
  /// Creates or opens a file and locks it until it is closed; `EWOULDBLOCK` when another holds it.
  func lock(_ path: String) throws(LogFileError) -> Int32
  /// Creates a file for writing; `EEXIST` where there is one.
  func create(_ path: String) throws(LogFileError) -> Int32
  /// Opens a file for reading.
  func open(_ path: String) throws(LogFileError) -> Int32
  /// A file's length in bytes.
  func size(_ file: Int32) throws(LogFileError) -> Int
  /// Writes at an offset; how much was written, which may be less.
  func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int) throws(LogFileError) -> Int
  /// Reads at an offset; how much was read, 0 at the end.
  func read(_ file: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(LogFileError) -> Int
  /// Brings a file's content and length to the disk.
  func syncData(_ file: Int32) throws(LogFileError)
  /// Brings the names in a directory to the disk.
  func syncDirectory(_ path: String) throws(LogFileError)
  /// Takes space for a file that is there to hold space.
  func allocate(_ file: Int32, bytes: Int) throws(LogFileError)
  /// Space that is left where a directory is, in bytes.
  func freeBytes(in directory: String) throws(LogFileError) -> Int
  /// Gives a file another name in place of whatever had it.
  func rename(_ path: String, to other: String) throws(LogFileError)
  /// Deletes a file.
  func remove(_ path: String) throws(LogFileError)
  /// Closes a descriptor; errors are of no use any more.
  func close(_ file: Int32)
}

/// What the system has answered.
package struct LogFileError: Error, Sendable, Equatable {
  /// The errno.
  package var code: Int32

  /// An errno.
  package init(_ code: Int32) { self.code = code }
}

extension LogFiles {
  /// Writes all of the bytes from an offset on.
  func writeAll(_ file: Int32, _ bytes: [UInt8], at offset: Int) throws(LogFileError) {
    var done = 0
    while done < bytes.count {
      let result = bytes.withUnsafeBytes { all in
        Result { () throws(LogFileError) in
          try write(file, UnsafeRawBufferPointer(rebasing: all[done...]), at: offset + done)
        }
      }
      let count = try result.get()
      guard count > 0 else { throw LogFileError(Errno.inputOutput) }
      done += count
    }
  }

  /// Reads into a part of an array; how much was read, 0 at the end.
  func read(
    _ file: Int32, into bytes: inout [UInt8], _ part: Range<Int>, at offset: Int
  ) throws(LogFileError) -> Int {
    let result = bytes.withUnsafeMutableBytes { all in
      Result { () throws(LogFileError) in
        try read(file, into: UnsafeMutableRawBufferPointer(rebasing: all[part]), at: offset)
      }
    }
    return try result.get()
  }

  /// Writes a file as a whole: after a crash there is the old one or the new one.
  ///
  /// - Parameters:
  ///   - parts: written one after the other.
  func replace(_ name: String, in directory: String, with parts: [[UInt8]]) throws(LogFileError) {
    let path = directory + "/" + name
    let temporary = path + LogNames.temporary
    do throws(LogFileError) { try remove(temporary) } catch {
      guard error.code == Errno.noEntry else { throw error }
    }
    let file = try create(temporary)
    do throws(LogFileError) {
      var offset = 0
      for part in parts {
        try writeAll(file, part, at: offset)
        offset += part.count
      }
      try syncData(file)
      close(file)
    } catch {
      close(file)
      try? remove(temporary)
      throw error
    }
    do throws(LogFileError) { try rename(temporary, to: path) } catch {
      try? remove(temporary)
      throw error
    }
    try syncDirectory(directory)
  }

  /// A whole file of at most `maximum` bytes; `EFBIG` when it is larger.
  func contents(of path: String, maximum: Int) throws(LogFileError) -> [UInt8] {
    let file = try open(path)
    defer { close(file) }
    let size = try size(file)
    guard size <= maximum else { throw LogFileError(Errno.tooBig) }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      let count = try read(file, into: &bytes, done..<size, at: done)
      guard count > 0 else { break }
      done += count
    }
    bytes.removeLast(size - done)
    return bytes
  }
}
