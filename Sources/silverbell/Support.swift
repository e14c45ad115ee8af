import ArgumentParser
import CareModel
import EngineHost
import Foundation
import Glibc
import Logging
import Operations
import SilverbellApp

/// Where a command finds its configuration.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .customLong("config"), help: "The YAML file; every key may also come from the environment.")
  var path: String?

  /// The configuration: `--config`, else `SILVERBELL_CONFIG`, else defaults; the environment goes before the file.
  func load() throws(ConfigurationRefusal) -> Configuration {
    let environment = ProcessInfo.processInfo.environment
    return try Configuration.load(path: path ?? environment["SILVERBELL_CONFIG"], environment: environment)
  }
}

/// A reason to end with exit code 1: one sentence on standard error that says what to do next.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What commands write.
enum Terminal {
  /// Whether standard error is a terminal, so that progress may be drawn over itself.
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    var bytes = Array((text + "\n").utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Progress of long work: over itself on a terminal, else nothing.
  static func progress(_ text: String, isLast: Bool = false) {
    guard isInteractive else { return }
    let line = Array("\r\u{1B}[K\(text)\(isLast ? "\n" : "")".utf8)
    _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// A logger on standard error; `level` and `format` as in the configuration.
  static func logger(level: String, format: String = "text") -> Logger {
    var logger = Logger(label: "silverbell") { label -> any LogHandler in
      guard format == "json" else { return StreamLogHandler.standardError(label: label) }
      return JSONLogHandler.standardError { WallClock.system.now().rfc3339 }
    }
    logger.logLevel = Logger.Level(rawValue: level) ?? .info
    return logger
  }

  /// The path of this program.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
