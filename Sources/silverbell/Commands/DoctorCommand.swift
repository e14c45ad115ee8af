import ArgumentParser
import Foundation
import SilverbellApp

/// `silverbell doctor`: looks at everything the daemon stands on, and says what to do.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks rules, database, schema, ports, clock, disk and a running daemon; says what to do.",
    discussion: "✓ well, ! a warning, ✗ a problem. Exit code 0 when there is no problem, else 1.")

  @OptionGroup var file: ConfigurationOption

  @Flag(help: "Write a JSON array of check, level (ok, warning, problem), message and advice.")
  var json = false

  func run() async throws {
    let findings = await findings()
    if json {
      Terminal.write(Finding.json(findings))
    } else {
      for finding in findings { Terminal.write(finding.line) }
    }
    guard findings.contains(where: { $0.level == .problem }) else { return }
    throw CommandFailure("Something is wrong: do what the lines marked as problems say, then run this again.")
  }

  private func findings() async -> [Finding] {
    do throws(ConfigurationRefusal) {
      let configuration = try file.load()
      return await Doctor(
        configuration: configuration, executable: Terminal.executable,
        environment: ProcessInfo.processInfo.environment
      ).examine()
    } catch { return [Finding(error)] }
  }
}
