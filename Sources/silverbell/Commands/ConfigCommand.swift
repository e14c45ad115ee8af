import ArgumentParser
import SilverbellApp

/// `silverbell config check|print`.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Checks or prints the configuration.",
    subcommands: [CheckConfigCommand.self, PrintConfigCommand.self])
}

/// `silverbell config check`: says everything that is wrong, with its place.
struct CheckConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Reads the configuration and tries the ports; says everything that is wrong.")

  @OptionGroup var file: ConfigurationOption

  func run() async throws {
    let configuration = try file.load()
    try await PortCheck.run(configuration.listeners)
    Terminal.write("The configuration is right.")
  }
}

/// `silverbell config print`: what counts, and where it comes from.
struct PrintConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "print", abstract: "Prints every key with its value and origin; secrets are redacted.")

  @OptionGroup var file: ConfigurationOption

  func run() async throws { Terminal.write(try file.load().printed) }
}
