import ArgumentParser
import CareModel
import CareStore
import RuleSets
import SilverbellApp

/// `silverbell explain`: why an alert or a task is as it is.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says how an alert came about, what every rule said, and who was asked when and why.",
    discussion: """
      The rules are evaluated again with the version that decided then and the register as it is now; what was decided \
      then stands beside it. People appear by their ids.
      """)

  @OptionGroup var config: ConfigurationOption

  @Argument(help: "The id of an alert or of a task.")
  var id: String

  @Option(help: "zh or en.")
  var lang = "zh"

  @Flag(help: "Write a JSON object.")
  var json = false

  func validate() throws {
    guard lang == "zh" || lang == "en" else { throw ValidationError("--lang is zh or en.") }
  }

  func run() async throws {
    let explanation = try await withPool(config) { pool in
      let explainer = Explainer(
        rules: PostgresRules(pool: pool), history: PostgresHistory(pool: pool),
        register: PostgresRegister(pool: pool))
      let alert = try await explainer.alert(named: id)
      return if let alert { try await explainer.explanation(of: alert) } else { nil as Explanation? }
    }
    guard let explanation else { throw CommandFailure("There is no such alert or task: give its id.") }
    let isChinese = lang == "zh"
    if json {
      Terminal.write(Terminal.json { explanation.write(to: &$0, isChinese: isChinese) })
    } else {
      for line in explanation.lines(isChinese: isChinese) { Terminal.write(line) }
    }
  }
}
