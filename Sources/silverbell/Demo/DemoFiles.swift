import Foundation
import SilverbellApp

/// What the demo keeps in its data directory.
struct DemoFiles {
  let folder: URL

  /// Makes the directory where it is missing.
  init(path: String) throws {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: clients, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("The data directory \(path) cannot be made: name one that can be written with --data-dir.")
    }
  }

  /// Where the client programs' output goes.
  var clients: URL { folder.appendingPathComponent("clients", isDirectory: true) }

  /// A secret that is made once and kept in the directory.
  func secret(_ name: String) throws -> String {
    let file = folder.appendingPathComponent(name)
    if let text = try? String(contentsOf: file, encoding: .utf8), text.utf8.count >= 32 { return text }
    let secret = Randomness.secret() + Randomness.secret()
    try write(secret, to: name)
    return secret
  }

  /// Writes a file that only its owner may read.
  func write(_ text: String, to name: String) throws {
    let file = folder.appendingPathComponent(name)
    try? FileManager.default.removeItem(at: file)
    let isWritten = FileManager.default.createFile(
      atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard isWritten else {
      throw CommandFailure("\(file.path) cannot be written: name a directory that can be with --data-dir.")
    }
  }

  /// Shell assignments, one a line.
  func writeEnvironment(_ values: [(name: String, value: String)]) throws {
    let lines = values.map { "\($0.name)='\($0.value.replacing("'", with: "'\\''"))'\n" }
    try write(lines.joined(), to: "demo.env")
  }
}
