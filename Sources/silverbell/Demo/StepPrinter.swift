/// Says what is going on, in Chinese and English.
struct StepPrinter {
  /// A heading.
  static func heading(_ chinese: String, _ english: String) { Terminal.write("\n\(chinese) / \(english)") }

  /// A step that was seen.
  static func seen(_ chinese: String, _ english: String) { Terminal.write("  ✓ \(chinese) / \(english)") }

  /// A step that was not.
  static func missed(_ chinese: String, _ english: String) { Terminal.write("  ✗ \(chinese) / \(english)") }
}
