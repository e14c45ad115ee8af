import ArgumentParser

/// The one program of the house.
@main
struct SilverbellCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silverbell",
    abstract: "银铃 Silverbell: alarms, hospital stays and the people who come, for older people at home.",
    subcommands: [
      ServeCommand.self, DemoCommand.self, MigrateCommand.self, ConfigCommand.self, TokenCommand.self,
      SendCommand.self, ImportCommand.self, SimulateCommand.self, DoctorCommand.self, RulesCommand.self,
      ExplainCommand.self,
    ])
}
