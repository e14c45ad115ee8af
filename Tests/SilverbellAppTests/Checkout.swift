import Foundation
import TestSupport

/// Where the checkout is, for files that belong to the product.
enum Checkout {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
}

/// A port that somebody listens on.
struct TakenPort {
  private let listener: SilentListener

  init() throws { listener = try SilentListener() }

  var port: Int { Int(listener.port) }
}

/// Runs a program to its end, at most `seconds`; its status is 124 when it had to be ended.
func run(_ words: [String], seconds: Int = 20) async throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
  process.arguments = ["\(seconds)"] + words
  let pipe = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = pipe
  process.standardError = pipe
  return try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      do {
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        continuation.resume(returning: (process.terminationStatus, String(decoding: output, as: UTF8.self)))
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}
