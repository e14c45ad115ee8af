import Glibc

/// Why the log's directory cannot be used.
package enum InputLogProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// Another process holds the directory.
  case inUse(path: String)
  /// The directory is missing and cannot be made.
  case cannotMake(path: String, errno: Int32)
  /// It cannot be listed, or a file in it cannot be read.
  case cannotRead(path: String, errno: Int32)
  /// Nothing can be created in it.
  case cannotWrite(path: String, errno: Int32)
  /// No descriptor or thread is left for the writer.
  case noThread(errno: Int32)

  /// One sentence with what to do.
  package var description: String {
    switch self {
    case .inUse(let path):
      "The input log in \(path) is in use by another daemon: end that one, or give each its own directory."
    case .cannotMake(let path, let code):
      "The directory \(path) of the input log cannot be made (\(Self.text(code))): check the path and its rights."
    case .cannotRead(let path, let code):
      "\(path) of the input log cannot be read (\(Self.text(code))): check its owner, its rights and the disk."
    case .cannotWrite(let path, let code):
      "\(path) of the input log cannot be written (\(Self.text(code))): check its owner, its rights and whether the "
        + "file system is mounted read-only or full."
    case .noThread(let code):
      "The input log has no thread of its own (\(Self.text(code))): raise the limits of processes and open files."
    }
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
