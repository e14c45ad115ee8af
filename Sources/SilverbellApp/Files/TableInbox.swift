import CareModel
import EngineHost
import FeedSession
import Foundation
import Logging
import Mapped
import ServiceLifecycle

/// Watches a folder for the tables that a platform exports: `INBOX/<name>/*.csv`, read by the table mapping of that
/// name.
///
/// A file is done, and renamed to `*.csv.done`, only when every row is durable; until then it is read again from its
/// beginning, and rows that are known already are recognised by their keys.
struct TableInbox: Service {
  /// Between two looks.
  static let interval = Swift.Duration.seconds(30)
  /// Bytes read at once.
  static let portionBytes = 1 << 16
  /// A file that was changed less long ago may still be written.
  static let settledSeconds = 5.0

  let folder: String
  let tables: [String: TableMapping]
  let engine: any EnginePort
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        for name in tables.keys.sorted() { await readAll(of: name) }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  private func readAll(of name: String) async {
    guard let mapping = tables[name] else { return }
    let place = folder + "/" + name
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).filter { $0.hasSuffix(".csv") }
    for file in files.sorted() where isSettled(place + "/" + file) && !Task.isCancelled {
      await read(place + "/" + file, mapping)
    }
  }

  private func isSettled(_ path: String) -> Bool {
    let changed = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    return changed.map { $0.timeIntervalSinceNow < -Self.settledSeconds } ?? false
  }

  private func read(_ path: String, _ mapping: TableMapping) async {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      return logger.error("a table cannot be read", metadata: ["mapping": "\(mapping.name)"])
    }
    defer { try? handle.close() }
    var table = MappedTable(mapping: mapping)
    var rows = 0
    var odd = 0
    while true {
      let data = (try? handle.read(upToCount: Self.portionBytes)) ?? nil
      let isEnd = data?.isEmpty ?? true
      let found = isEnd ? table.finish() : table.receive(Array(data ?? Data()))
      rows += found.count
      odd += found.count { $0.problem != nil }
      guard await engine.deliver(found.flatMap(\.signals)).allSatisfy({ $0 == .accepted }) else {
        return logger.warning(
          "a table could not be made durable; it is read again", metadata: ["mapping": "\(mapping.name)"])
      }
      if isEnd { break }
    }
    guard rename(path, path + ".done") == 0 else {
      return logger.error("a table that was read cannot be renamed", metadata: ["mapping": "\(mapping.name)"])
    }
    logger.notice(
      "a table was read",
      metadata: [
        "mapping": "\(mapping.name)", "rows": "\(rows)", "odd": "\(odd)",
        "missing_columns": "\(table.missingColumns.count)",
      ])
  }
}
