import ArgumentParser
import Glibc
import JSONText
import LoadGenerator

/// `silverbell-load idle`.
struct IdleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle", abstract: "Memory of the daemon for each idle MQTT connection.")

  @OptionGroup var common: CommonOptions
  @OptionGroup var devices: DeviceOptions

  @Option(help: "The daemon's process id.")
  var pid: Int32

  @Option(help: "Connections.")
  var connections = 20_000

  @Option(help: "Seconds to rest before the memory is read.")
  var rest = 3.0

  func run() throws {
    guard let before = ProcessorTime.residentBytes(pid) else { throw LoadFailure("there is no process \(pid)") }
    var settings = MQTTSettings()
    settings.host = devices.host
    settings.port = devices.port
    settings.logins = try devices.logins(connections)
    let poller = try Poller()
    let load = MQTTLoad(settings, poller: poller)
    let start = Monotonic.now()
    try load.open()
    let seconds = Monotonic.seconds(from: start, to: Monotonic.now())
    let end = Monotonic.now() + UInt64(max(rest, 0) * 1_000_000_000)
    while Monotonic.now() < end { poller.wait(until: end) }
    guard let after = ProcessorTime.residentBytes(pid) else { throw LoadFailure("the daemon has ended") }
    load.close()
    let perConnection = Double(after - before) / Double(connections)
    let lines = [
      "\(connections) connections in \(LoadResult.decimal(seconds)) s; resident memory"
        + " \(before / 1024) -> \(after / 1024) KiB = \(Int(perConnection)) bytes a connection"
    ]
    try common.report(lines) { json in
      json.member("connections", connections)
      json.member("connectSeconds", seconds)
      json.member("residentBefore", before)
      json.member("residentAfter", after)
      json.member("bytesPerConnection", perConnection)
    }
  }
}
