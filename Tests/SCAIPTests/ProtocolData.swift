import Foundation

/// Where the outside data lies, if it is there: `SILVERBELL_PROTOCOL_DATA`, else `../shared/protocols` from the root of
/// the package.
enum ProtocolData {
  /// The bytes of a file; nil, after one line that says so, when there is none.
  static func bytes(_ name: String, suite: String) -> [UInt8]? {
    for root in roots {
      if let data = try? Data(contentsOf: root.appending(path: name)) { return Array(data) }
    }
    print("\(suite): not run, no data (SILVERBELL_PROTOCOL_DATA or ../shared/protocols, file \(name))")
    return nil
  }

  private static var roots: [URL] {
    if let told = ProcessInfo.processInfo.environment["SILVERBELL_PROTOCOL_DATA"], !told.isEmpty {
      return [URL(filePath: told)]
    }
    let source = URL(filePath: #filePath)
    return [source, source.resolvingSymlinksInPath()].compactMap(packageRoot).map {
      $0.resolvingSymlinksInPath().deletingLastPathComponent().appending(path: "shared/protocols")
    }
  }

  private static func packageRoot(above file: URL) -> URL? {
    var folder = file.deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) { return folder }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}
