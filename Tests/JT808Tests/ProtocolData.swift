import Foundation

/// Where the outside data lies, if it is there: `SILVERBELL_PROTOCOL_DATA`, else `../shared/protocols` from the root of
/// the package.
enum ProtocolData {
  static func folder(_ name: String, from file: String = #filePath) -> URL? {
    let folder = root(from: file)?.appending(path: name)
    guard let folder, FileManager.default.fileExists(atPath: folder.path) else { return nil }
    return folder
  }

  private static func root(from file: String) -> URL? {
    if let told = ProcessInfo.processInfo.environment["SILVERBELL_PROTOCOL_DATA"] {
      return URL(filePath: told)
    }
    var folder = URL(filePath: file).resolvingSymlinksInPath().deletingLastPathComponent()
    while folder.path != "/" {
      let isRoot = FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path)
      if isRoot { return folder.deletingLastPathComponent().appending(path: "shared/protocols") }
      folder.deleteLastPathComponent()
    }
    return nil
  }
}
