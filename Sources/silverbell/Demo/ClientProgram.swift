import Foundation
import Glibc

/// A real client program: run to its end, or in the background with its output in a file.
struct ClientProgram {
  /// What a program said.
  struct Outcome {
    var status: Int32
    var output: String
  }

  /// Finds a program in the search path.
  static func path(of name: String) throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/bin", "/bin"]
    for folder in folders {
      let path = "\(folder)/\(name)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw CommandFailure("\(name) is not installed: run deploy/demo, which installs it.")
  }

  /// Ends a program for sure: it inherits from the daemon that SIGTERM and SIGINT are ignored.
  static func end(_ process: Process) { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// A new file for output, that only its owner may read.
  static func emptyFile(_ file: URL) throws -> FileHandle {
    guard
      FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw CommandFailure("\(file.path) cannot be written: look at its folder's owner and permissions.") }
    return try FileHandle(forWritingTo: file)
  }

  /// Runs a program to its end, at most `seconds`; after that it is ended and the status is -1.
  static func run(_ words: [String], seconds: Int = 15) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try path(of: words[0]))
    process.arguments = Array(words.dropFirst())
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("silverbell-\(UUID().uuidString)")
    let handle = try emptyFile(file)
    defer { try? FileManager.default.removeItem(at: file) }
    defer { try? handle.close() }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    let isDone = await Waiting.until(seconds: seconds) { !process.isRunning }
    if !isDone { end(process) }
    let output = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return Outcome(status: isDone ? process.terminationStatus : -1, output: output)
  }
}

/// A client program in the background; what it says is in a file.
final class BackgroundClient {
  private let process = Process()
  private let file: URL

  /// Starts it; its output goes to `file`.
  init(_ words: [String], output file: URL) throws {
    self.file = file
    process.executableURL = URL(fileURLWithPath: try ClientProgram.path(of: words[0]))
    process.arguments = Array(words.dropFirst())
    let handle = try ClientProgram.emptyFile(file)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    try? handle.close()
  }

  /// Everything it said so far.
  var output: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

  /// Ends it.
  func end() { ClientProgram.end(process) }
}

/// Waiting for something to become true.
enum Waiting {
  static let interval = Swift.Duration.milliseconds(100)

  /// Asks again and again; false when `seconds` have passed.
  static func until(seconds: Int, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      if try await condition() { return true }
      guard ContinuousClock.now < end, !Task.isCancelled else { return false }
      try? await Task.sleep(for: interval)
    }
  }
}
