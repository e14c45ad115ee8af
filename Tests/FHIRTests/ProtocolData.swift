import Foundation

/// The folder of outside test data (`SILVERBELL_PROTOCOL_DATA`, default `../shared/protocols` from the package).
struct ProtocolData {
  let folder: URL

  /// Nil, after one line that says so, when the folder is absent.
  init?(subfolder: String, suite: String) {
    for candidate in Self.candidates {
      let folder = candidate.appendingPathComponent(subfolder)
      if FileManager.default.fileExists(atPath: folder.path) {
        self.folder = folder
        return
      }
    }
    print("\(suite): not run, no data (SILVERBELL_PROTOCOL_DATA or ../shared/protocols, folder \(subfolder))")
    return nil
  }

  private static var candidates: [URL] {
    if let path = ProcessInfo.processInfo.environment["SILVERBELL_PROTOCOL_DATA"], !path.isEmpty {
      return [URL(fileURLWithPath: path)]
    }
    let source = URL(fileURLWithPath: #filePath)
    return [source, source.resolvingSymlinksInPath()].compactMap(packageRoot).map {
      $0.resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("shared/protocols")
    }
  }

  private static func packageRoot(above file: URL) -> URL? {
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appendingPathComponent(name))) }

  /// The lines of a file without empty ones.
  func lines(_ name: String) throws -> [[UInt8]] { try bytes(name).split(separator: 0x0A).map(Array.init) }
}

/// Counts per data file, printed as a table.
struct ConformanceTable {
  let file: String
  private(set) var count = 0
  private(set) var failures: [String] = []

  init(file: String) { self.file = file }

  mutating func record(_ name: String, _ problems: [String]) {
    count += 1
    if !problems.isEmpty { failures.append("\(name): \(problems.joined(separator: "; "))") }
  }

  func printed() -> String {
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
    let numbers = [count, count - failures.count, failures.count].map { column("\($0)", 8) }.joined()
    let head = column("file", 28) + ["tests", "passed", "failed"].map { column($0, 8) }.joined()
    return ([head, column(file, 28) + numbers] + failures.map { "  " + $0 }).joined(separator: "\n")
  }
}
