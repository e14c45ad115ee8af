import ArgumentParser
import SilverbellApp
import UnixSignals

/// `silverbell serve`: the daemon.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Takes signals, decides, dispatches; ends in good order on SIGTERM and SIGINT.",
    discussion: "SIGHUP: reads the rules again. Exit code 75: another engine has taken the shard.")

  @OptionGroup var file: ConfigurationOption

  func run() async throws {
    let configuration = try file.load()
    let app = SilverbellApp(
      configuration: configuration, executable: Terminal.executable,
      logger: Terminal.logger(level: configuration.logLevel, format: configuration.logFormat),
      reloadSignals: [.sighup])
    do {
      try await app.run(signals: [.sigterm, .sigint])
    } catch {
      Terminal.write("Error: \(error)", to: 2)
      throw ExitCode(error.exitCode)
    }
  }
}
