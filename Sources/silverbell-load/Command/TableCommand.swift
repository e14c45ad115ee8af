import ArgumentParser
import Foundation
import JSONText
import LoadGenerator

/// `silverbell-load table`.
struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "The results of one run beside the targets.")

  @Argument(help: "The folder with the JSON files of the measurements.")
  var folder: String

  @Option(name: .customLong("fact"), help: "A line about the machine and its settings; repeat.")
  var facts: [String] = []

  @Option(help: "Also writes the table as JSON to this file.")
  var json: String?

  func run() throws {
    var results: [String: JSONValue] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".json") {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
        let value = try? JSONValue(parsing: Array(data))
      else { continue }
      results[String(name.dropLast(".json".count))] = value
    }
    let board = Scoreboard(results)
    for line in facts + board.lines { print(line) }
    guard let json else { return }
    var writer = JSONWriter()
    writer.object { object in
      object.arrayMember("facts") { array in for fact in facts { array.value(fact) } }
      object.arrayMember("measures") { board.write(to: &$0) }
    }
    guard FileManager.default.createFile(atPath: json, contents: Data(writer.bytes)) else {
      throw LoadFailure("\(json) cannot be written")
    }
  }
}
