import Glibc
import JSONText
import Logging

/// Log lines as JSON objects, one a line: `time`, `level`, `message`, and `metadata` where there is any.
package struct JSONLogHandler: LogHandler {
  /// The least severe messages that are written.
  package var logLevel = Logger.Level.info
  /// Written with every line.
  package var metadata: Logger.Metadata = [:]
  /// Asked for what belongs to every line.
  package var metadataProvider: Logger.MetadataProvider?
  private let now: @Sendable () -> String
  private let write: @Sendable ([UInt8]) -> Void

  /// A handler.
  /// - Parameters:
  ///   - now: the time as text.
  ///   - write: takes a whole line, its end included.
  package init(now: @escaping @Sendable () -> String, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.now = now
    self.write = write
  }

  /// Writes to standard error, one call a line, so that lines of several threads stay whole.
  package static func standardError(now: @escaping @Sendable () -> String) -> JSONLogHandler {
    JSONLogHandler(now: now) { line in
      _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
  }

  /// A value that goes with every line.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  package func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let given = event.metadata { all.merge(given) { _, new in new } }
    var writer = JSONWriter()
    writer.object { line in
      line.member("time", now())
      line.member("level", event.level.rawValue)
      line.member("message", "\(event.message)")
      if !all.isEmpty {
        line.objectMember("metadata") { object in
          for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            object.key(text: key)
            object.value("\(value)")
          }
        }
      }
    }
    write(writer.bytes + [UInt8(ascii: "\n")])
  }
}
