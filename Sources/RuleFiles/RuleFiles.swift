import AlertRules
import CareModel
import Crypto
import Foundation

/// Reads rule sets from YAML files; what is not entirely right is refused, with its place and what to do.
package enum RuleFiles {
  /// Largest rule file.
  package static let maximumBytes = 1 << 20

  /// Reads, checks and tests the set in a file.
  package static func load(path: String) throws(RuleFileRefusal) -> RuleSet {
    try parse(bytes: try bytes(path: path), name: path)
  }

  /// The bytes of a file of at most ``maximumBytes``.
  package static func bytes(path: String) throws(RuleFileRefusal) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let bytes = try handle.read(upToCount: maximumBytes + 1) ?? Data()
      try handle.close()
      return Array(bytes)
    } catch {
      throw refusal(path, "the file cannot be read: check its name and permissions.")
    }
  }

  /// Parses, checks and tests a set; `name` stands for the file in problems.
  package static func parse(text: String, name: String) throws(RuleFileRefusal) -> RuleSet {
    try parse(bytes: Array(text.utf8), name: name)
  }

  /// The same for the bytes of a file, which the set's hash is made of.
  package static func parse(bytes: [UInt8], name: String) throws(RuleFileRefusal) -> RuleSet {
    let file = try read(bytes: bytes, name: name)
    try file.check()
    return file.set
  }

  /// Parses and compiles a set without running its tests.
  package static func read(bytes: [UInt8], name: String) throws(RuleFileRefusal) -> RuleFile {
    guard bytes.count <= maximumBytes else {
      throw refusal(name, "the file is larger than 1 MiB: split the set or remove what is not used.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refusal(name, "the file is not UTF-8: save it as UTF-8.")
    }
    var parser = TextTreeParser(file: name)
    let tree: TextNode
    do throws(RuleFileProblem) {
      tree = try parser.parse(text)
    } catch {
      throw RuleFileRefusal(problems: [error])
    }
    var reader = RuleSetReader(file: name)
    guard let (definition, tests) = reader.read(tree), reader.reader.problems.isEmpty else {
      throw RuleFileRefusal(problems: reader.reader.problems)
    }
    let set = try compile(definition, hash: hash(bytes), reader.reader, text)
    return RuleFile(set: set, bytes: bytes, tests: tests, definition: definition, reader: reader.reader)
  }

  private static func compile(
    _ definition: RuleSetDefinition, hash: String, _ reader: RuleReader, _ text: String
  ) throws(RuleFileRefusal) -> RuleSet {
    do throws(RuleSetRefusal) {
      return try RuleSet(compiling: definition, hash: hash)
    } catch {
      let expressions = ExpressionPlace(source: text)
      throw RuleFileRefusal(problems: error.problems.map { reader.problem($0, expressions) })
    }
  }

  private static func hash(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  private static func refusal(_ name: String, _ message: String) -> RuleFileRefusal {
    RuleFileRefusal(problems: [RuleFileProblem(file: name, line: 1, column: 1, message: message)])
  }
}

extension RuleReader {
  /// A problem of the set at its place in the file.
  func problem(_ problem: RuleProblem, _ expressions: ExpressionPlace) -> RuleFileProblem {
    var place = self.place(of: problem.path)
    var message = problem.message
    if let line = problem.line, let column = problem.column, let node = nodes[problem.path] {
      if let exact = expressions.place(in: node, line: line, column: column) {
        place = exact
      } else {
        message = "in line \(line), column \(column) of the expression: " + message
      }
    }
    return RuleFileProblem(file: file, line: place.line, column: place.column, message: message)
  }
}
