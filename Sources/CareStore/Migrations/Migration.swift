import FoundationEssentials

/// One numbered SQL file: `0001_engine.sql` has the number 1 and the name `engine`.
package struct Migration: Sendable, Equatable {
  /// Counts from 1 without gaps.
  package var number: Int32
  /// What it is about.
  package var name: String
  /// Its commands.
  package var sql: String

  /// A migration.
  package init(number: Int32, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }

  /// Most bytes of one file.
  package static let maximumBytes = 1 << 20

  /// The migrations of a folder in order; files with other endings are passed over.
  /// - Throws: ``MigrationProblem`` for a file name without number, a gap, a number that occurs twice, a file that is
  ///   too large or no UTF-8, or an empty or missing folder.
  package static func load(folder: String) throws(MigrationProblem) -> [Migration] {
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .folder(folder)
    }
    var migrations: [Migration] = []
    for file in files.sorted() where file.hasSuffix(".sql") {
      let parts = file.dropLast(4).split(separator: "_", maxSplits: 1)
      guard parts.count == 2, let number = Int32(parts[0]) else { throw .fileName(file) }
      guard let bytes = FileManager.default.contents(atPath: folder + "/" + file), bytes.count <= maximumBytes,
        let sql = String(validating: bytes, as: UTF8.self)
      else { throw .unreadable(file) }
      guard Int(number) == migrations.count + 1 else { throw .outOfSequence(file) }
      migrations.append(Migration(number: number, name: String(parts[1]), sql: sql))
    }
    guard !migrations.isEmpty else { throw .folder(folder) }
    return migrations
  }

  /// The folder `Migrations`: beside the executable, in the package that built it, or installed with it.
  /// - Parameter executable: the path of the running program.
  package static func standardFolder(executable: String) -> String? {
    var folder = executable[..<(executable.lastIndex(of: "/") ?? executable.startIndex)]
    var candidates = ["\(folder)/../share/silverbell/Migrations"]
    // .build/<platform>/release lies three folders below the package; test bundles one more.
    for _ in 0..<5 {
      candidates.append("\(folder)/Migrations")
      guard let slash = folder.lastIndex(of: "/") else { break }
      folder = folder[..<slash]
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/0001_engine.sql") }
  }
}

/// Why the schema was not brought up to date; each says what to do.
package enum MigrationProblem: Error, Equatable, CustomStringConvertible {
  /// The folder is missing or holds no migration.
  case folder(String)
  /// A file's name has no number.
  case fileName(String)
  /// A file cannot be read, is larger than ``Migration/maximumBytes`` or not UTF-8.
  case unreadable(String)
  /// A number is missing or occurs twice.
  case outOfSequence(String)
  /// The database has a migration that this program does not know.
  case databaseIsNewer(number: Int32, known: Int32)
  /// A migration was changed after it had been applied.
  case changed(number: Int32, name: String)
  /// A migration failed; nothing of it was kept.
  case failed(number: Int32, name: String, reason: String)
  /// The database cannot be used.
  case database(String)

  /// What is wrong and what to do, in one sentence.
  package var description: String {
    switch self {
    case .folder(let path): "No migrations are in \(path): name the folder Migrations of this version."
    case .fileName(let file): "The migration \(file) is not named like 0001_engine.sql."
    case .unreadable(let file): "The migration \(file) cannot be read, is too large or is not UTF-8."
    case .outOfSequence(let file): "The migration \(file) does not follow the one before it: numbers have no gaps."
    case .databaseIsNewer(let number, let known):
      "The database has migration \(number), this program knows \(known): use the newer program."
    case .changed(let number, let name):
      "Migration \(number) (\(name)) was changed after it had been applied: restore the file."
    case .failed(let number, let name, let reason):
      "Migration \(number) (\(name)) failed and was undone: \(reason)."
    case .database(let reason): "The database cannot be migrated (\(reason)): check that it is running."
    }
  }
}
