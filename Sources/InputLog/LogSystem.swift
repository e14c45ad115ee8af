import Glibc

/// The calls by which the log reaches the disk, so that a test can make them fail; each answers 0 or the errno.
package struct LogSystem: Sendable {
  /// Writes all of the bytes at the end of a file.
  package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int32
  /// Brings what was written to the disk (`fdatasync`).
  package var sync: @Sendable (Int32) -> Int32

  /// The calls.
  package init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int32, sync: @escaping @Sendable (Int32) -> Int32
  ) {
    self.write = write
    self.sync = sync
  }

  /// The system's own.
  package static let real = LogSystem(
    write: { file, bytes in
      var rest = bytes[...]
      while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        let count = Glibc.write(file, base, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
      }
      return 0
    },
    sync: { file in fdatasync(file) == 0 ? 0 : errno })
}

/// Why the log's folder cannot be used.
package struct LogProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence with what to do.
  package let description: String

  init(_ what: String, _ path: String, _ code: Int32, _ remedy: String) {
    description = "\(what) \(path) (\(String(cString: strerror(code)))): \(remedy)"
  }
}
