extension SourceTree.File {
  /// Package declarations without a doc comment. Witnesses of well-known protocols explain themselves.
  var undocumented: [String] {
    let known = [
      "var description:", "var debugDescription:", "static func <", "static func ==", "func hash(into", "var id:",
      "var testDescription:", "static let configuration", "func run(",
    ]
    var isConformance = false
    return lines.enumerated().compactMap { index, line in
      if line.hasPrefix("extension ") { isConformance = line.contains(":") }
      if !line.hasPrefix(" "), !line.hasPrefix("extension "), !line.isEmpty, line != "}" { isConformance = false }
      let code = line.drop { $0 == " " }
      guard code.hasPrefix("package "), !code.hasPrefix("package import"), !isConformance,
        !known.contains(where: { code.contains($0) })
      else { return nil }
      return isDocumented(index) ? nil : "\(path):\(index + 1)"
    }
  }

  /// A doc comment stands above, attributes between them allowed.
  private func isDocumented(_ index: Int) -> Bool {
    for line in lines[..<index].reversed() {
      let code = line.drop { $0 == " " }
      if code.hasPrefix("///") { return true }
      if !code.hasPrefix("@") { return false }
    }
    return false
  }
}
