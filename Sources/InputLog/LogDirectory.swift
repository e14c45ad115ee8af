/// The directory of a log: its lock, and what earlier runs have left in it.
enum LogDirectory {
  /// Makes the directory where it is missing, and locks it; the lock's descriptor.
  static func claim(_ directory: String, files: any LogFiles) throws(InputLogProblem) -> Int32 {
    do throws(LogFileError) {
      try files.makeDirectory(directory)
      try files.syncDirectory(parent(of: directory))
    } catch {
      guard error.code == Errno.exists else { throw .cannotMake(path: directory, errno: error.code) }
    }
    do throws(LogFileError) { return try files.lock(directory + "/" + LogNames.lock) } catch {
      if error.code == Errno.wouldBlock { throw .inUse(path: directory) }
      throw .cannotWrite(path: directory, errno: error.code)
    }
  }

  /// The segments of earlier runs, oldest first. Half-written files of theirs go.
  static func takeOver(
    _ directory: String, marker: ConfirmationMarker, now: Int64, files: any LogFiles
  ) throws(InputLogProblem) -> [ClosedSegment] {
    for name in try names(directory, files) where name.hasSuffix(LogNames.temporary) {
      try? files.remove(directory + "/" + name)
    }
    return try segments(directory, files).map { number in
      // A moment in the future is a clock that was put back.
      let confirmedAt = marker.confirmedAt[number].map { min($0, now) }
      let bytes = size(directory + "/" + LogNames.segment(number), files)
      return ClosedSegment(number: number, bytes: bytes, lastSequence: nil, confirmedAt: confirmedAt)
    }
  }

  /// The numbers of the segments, oldest first.
  static func segments(_ directory: String, _ files: any LogFiles) throws(InputLogProblem) -> [UInt64] {
    try names(directory, files).compactMap(LogNames.segmentNumber).sorted()
  }

  static func names(_ directory: String, _ files: any LogFiles) throws(InputLogProblem) -> [String] {
    do throws(LogFileError) { return try files.names(in: directory) } catch {
      throw .cannotRead(path: directory, errno: error.code)
    }
  }

  private static func size(_ path: String, _ files: any LogFiles) -> Int {
    guard let file = try? files.open(path) else { return 0 }
    defer { files.close(file) }
    return (try? files.size(file)) ?? 0
  }

  private static func parent(of path: String) -> String {
    var parts = path[...]
    while parts.count > 1, parts.last == "/" { parts.removeLast() }
    guard let slash = parts.lastIndex(of: "/") else { return "." }
    return slash == parts.startIndex ? "/" : String(parts[..<slash])
  }
}
