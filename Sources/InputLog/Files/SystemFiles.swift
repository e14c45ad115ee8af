import Glibc

/// The system's files.
package struct SystemFiles: Sendable {
  /// The system's files.
  package init() {}
}

extension SystemFiles: LogFiles {
  package func makeDirectory(_ path: String) throws(LogFileError) { try check(mkdir(path, 0o700)) }

  package func names(in directory: String) throws(LogFileError) -> [String] {
    guard let stream = opendir(directory) else { throw LogFileError(errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw LogFileError(errno) }
        return names
      }
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
  }

  package func lock(_ path: String) throws(LogFileError) -> Int32 {
    let file = try opened(path, O_RDWR | O_CREAT)
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(file)
      throw LogFileError(code)
    }
    return file
  }

  package func create(_ path: String) throws(LogFileError) -> Int32 { try opened(path, O_WRONLY | O_CREAT | O_EXCL) }

  package func open(_ path: String) throws(LogFileError) -> Int32 { try opened(path, O_RDONLY) }

  package func size(_ file: Int32) throws(LogFileError) -> Int {
    var status = stat()
    try check(fstat(file, &status))
    return Int(status.st_size)
  }

  package func write(
    _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) throws(LogFileError) -> Int {
    try transferred { pwrite(file, bytes.baseAddress, bytes.count, off_t(offset)) }
  }

  package func read(
    _ file: Int32, into bytes: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(LogFileError) -> Int {
    try transferred { pread(file, bytes.baseAddress, bytes.count, off_t(offset)) }
  }

  /// An interrupted sync counts as failed: what it has done is not known.
  package func syncData(_ file: Int32) throws(LogFileError) { try check(fdatasync(file)) }

  package func syncDirectory(_ path: String) throws(LogFileError) {
    let directory = try opened(path, O_RDONLY | O_DIRECTORY)
    defer { close(directory) }
    try check(fsync(directory))
  }

  package func allocate(_ file: Int32, bytes: Int) throws(LogFileError) {
    let code = posix_fallocate(file, 0, off_t(bytes))
    guard code == 0 else { throw LogFileError(code) }
  }

  package func freeBytes(in directory: String) throws(LogFileError) -> Int {
    var status = statvfs()
    try check(statvfs(directory, &status))
    let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? .max : Int(clamping: bytes)
  }

  package func rename(_ path: String, to other: String) throws(LogFileError) { try check(Glibc.rename(path, other)) }

  package func remove(_ path: String) throws(LogFileError) { try check(unlink(path)) }

  package func close(_ file: Int32) { _ = Glibc.close(file) }

  private func opened(_ path: String, _ flags: Int32) throws(LogFileError) -> Int32 {
    let file = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw LogFileError(errno) }
    return file
  }

  private func check(_ result: Int32) throws(LogFileError) {
    guard result == 0 else { throw LogFileError(errno) }
  }

  private func transferred(_ call: () -> Int) throws(LogFileError) -> Int {
    while true {
      let count = call()
      if count >= 0 { return count }
      guard errno == EINTR else { throw LogFileError(errno) }
    }
  }
}
