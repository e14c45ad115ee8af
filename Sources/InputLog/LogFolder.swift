import Glibc

/// The folder of a log: its segment files, oldest first, and the lock that keeps a second daemon out.
struct LogFolder: Sendable {
  /// One segment file.
  struct Segment: Sendable, Equatable {
    var number: Int
    var path: String
    var bytes: Int
    /// Seconds since 1970 at which it was last written.
    var modifiedAt: Int64
  }

  let path: String
  private let lock: Int32

  /// Makes the folder where it is missing, and locks it.
  init(path: String) throws(LogProblem) {
    if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw LogProblem("The folder of the input log cannot be made:", path, errno, "check the path and its rights.")
    }
    let lock = open(path + "/LOCK", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else {
      throw LogProblem("The folder of the input log cannot be written:", path, errno, "check its owner and rights.")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(lock)
      throw LogProblem(
        "The input log is in use:", path, code, "end the other daemon, or give each its own inputLog.directory.")
    }
    self.path = path
    self.lock = lock
  }

  /// Lets another daemon have the folder.
  func unlock() { close(lock) }

  /// The segments, oldest first.
  func segments() throws(LogProblem) -> [Segment] {
    guard let folder = opendir(path) else {
      throw LogProblem("The folder of the input log cannot be read:", path, errno, "check its owner and rights.")
    }
    defer { closedir(folder) }
    var found: [Segment] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let number = Self.number(of: name) else { continue }
      var status = stat()
      guard stat(path + "/" + name, &status) == 0 else { continue }
      found.append(
        Segment(
          number: number, path: path + "/" + name, bytes: Int(status.st_size),
          modifiedAt: Int64(status.st_mtim.tv_sec)))
    }
    return found.sorted { $0.number < $1.number }
  }

  /// Creates a segment; its name survives a power cut before this returns.
  ///
  /// - Returns: the descriptor, or the errno.
  func create(_ number: Int) -> Result<Int32, LogError> {
    let file = open(segmentPath(number), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return .failure(LogError(code: errno)) }
    let code = syncNames()
    guard code == 0 else {
      close(file)
      return .failure(LogError(code: code))
    }
    return .success(file)
  }

  func segmentPath(_ number: Int) -> String {
    let digits = String(number)
    return path + "/" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".log"
  }

  /// Brings the names in the folder to the disk.
  func syncNames() -> Int32 {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return errno }
    defer { close(folder) }
    return fsync(folder) == 0 ? 0 : errno
  }

  /// The bytes of a segment.
  func read(_ segment: Segment) throws(LogProblem) -> [UInt8] {
    let file = open(segment.path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw LogProblem("A file of the input log cannot be read:", segment.path, errno, "check its owner and rights.")
    }
    defer { close(file) }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: segment.bytes) { buffer, count in
      while count < buffer.count {
        let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { code = errno }
        guard got > 0 else { break }
        count += got
      }
    }
    // What could be read before a bad sector is worth having; the rest counts as torn.
    if code != 0, bytes.isEmpty {
      throw LogProblem("A file of the input log cannot be read:", segment.path, code, "check the disk.")
    }
    return bytes
  }

  private static func number(of name: String) -> Int? {
    guard name.hasSuffix(".log") else { return nil }
    return Int(name.dropLast(4))
  }
}

/// What a call of the system has answered.
struct LogError: Error, Equatable {
  var code: Int32
}
