import Foundation

/// A file of secrets for people to keep: a line `NAME=SECRET` each; lines that begin with `#` are for people.
enum SecretLines {
  /// Largest file in bytes.
  static let maximumBytes = 1 << 24

  /// Reads a file; of lines with one name all count, in their order.
  ///
  /// - Parameters:
  ///   - key: the key of the configuration that names the file.
  ///   - form: how a line is written, for the complaint.
  ///   - convert: the secret of a line's text; nil where it is none.
  /// - Throws: ``StartProblem/other(_:)`` with the line, and never with a secret.
  static func read(
    _ path: String, key: String, form: String, _ convert: (String) -> [UInt8]?
  ) throws(StartProblem) -> [(name: String, secret: [UInt8])] {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: maximumBytes + 1), data.count <= maximumBytes,
      let text = String(validating: data, as: UTF8.self)
    else {
      throw .other("\(key): \(path) cannot be read as text of at most 16 MiB: check its name and permissions.")
    }
    var secrets: [(String, [UInt8])] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.isEmpty || words.hasPrefix("#") { continue }
      let parts = words.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, let secret = convert(parts[1]) else {
        throw .other("\(key): \(path):\(number + 1): write \(form).")
      }
      secrets.append((parts[0], secret))
    }
    return secrets
  }
}
