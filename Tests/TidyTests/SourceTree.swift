import Foundation

/// The project's own files, read as text.
struct SourceTree {
  /// One file.
  struct File {
    /// Path from the project's root.
    var path: String
    /// Its lines, without line ends.
    var lines: [String]
  }

  /// Swift files under `Sources` and `Tests`, in the order of their paths.
  let files: [File]

  /// Reads the tree that this file lies in.
  init() throws {
    let root = try Self.root()
    files = try ["Sources", "Tests"].flatMap { folder in
      let paths = FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap { $0 as? String } ?? []
      return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
        let text = try String(contentsOfFile: root + "/" + folder + "/" + path, encoding: .utf8)
        return File(path: folder + "/" + path, lines: text.components(separatedBy: "\n"))
      }
    }
  }

  /// Files under a folder.
  func files(under folder: String) -> [File] { files.filter { $0.path.hasPrefix(folder + "/") } }

  /// The folder that holds `Package.swift`, from this file upwards.
  private static func root() throws -> String {
    var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.path + "/Package.swift") { return folder.path }
      folder.deleteLastPathComponent()
    }
    throw CocoaError(.fileNoSuchFile)
  }
}

extension SourceTree.File {
  /// Modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      var words = line.split(separator: " ")
      while let first = words.first, first.hasPrefix("@") || ["package", "public", "internal"].contains(first) {
        words.removeFirst()
      }
      guard words.first == "import", words.count >= 2 else { return nil }
      let name = words[1] == "struct" || words[1] == "func" || words[1] == "class" ? words[2] : words[1]
      return String(name.split(separator: ".")[0])
    }
  }

  /// Functions with the number of lines from `func` or `init` to the closing brace at the same indentation.
  var functionLengths: [(line: Int, length: Int)] {
    var found: [(Int, Int)] = []
    let pattern = #"^ *((package|public|private|fileprivate|static|mutating|nonisolated|@\S+) )*(func |init[?<(])"#
    for (index, line) in lines.enumerated() where line.range(of: pattern, options: .regularExpression) != nil {
      let indentation = String(line.prefix { $0 == " " })
      let isOneLine = line.hasSuffix("}")
      guard !isOneLine, let end = lines[(index + 1)...].firstIndex(of: indentation + "}") else { continue }
      found.append((index + 1, end - index + 1))
    }
    return found
  }
}
