import ArgumentParser

/// Measures Silverbell from outside, over real sockets.
@main
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silverbell-load",
    abstract: "Sends load to Silverbell (or another MQTT broker) and measures the answers; deploy/bench calls it.",
    subcommands: [
      MQTTCommand.self, EventsCommand.self, MLLPCommand.self, IdleCommand.self, HourCommand.self,
      TableCommand.self, CityCommand.self,
    ])
}
