import ArgumentParser
import Foundation
import JSONText
import LoadGenerator

/// `silverbell-load mllp`.
struct MLLPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mllp",
    abstract: "A hospital that sends A01, A08 and A03 of the sample city's residents; counts the answers AA.")

  @OptionGroup var common: CommonOptions

  @Option(help: "IPv4 address.")
  var host = "127.0.0.1"

  @Option(help: "Port.")
  var port = 2575

  @Option(help: "The hospital's code.")
  var hospital = "SZ01"

  @Option(help: "Homes of the city.")
  var homes = 300_000

  @Option(help: "Connections.")
  var connections = 8

  @Option(help: "Closed pace: unanswered messages of each connection.")
  var inFlight = 32

  @Option(help: "Open pace: messages a second, in total.")
  var rate: Double?

  @Option(help: "Seconds before anything is counted.")
  var warmup = 2.0

  @Option(help: "Seconds that are counted.")
  var seconds = 10.0

  func validate() throws {
    guard (1...10_000).contains(connections), (1...10_000).contains(inFlight), homes > 0 else {
      throw ValidationError("--connections, --in-flight and --homes are at least 1.")
    }
    guard rate.map({ $0 > 0 }) ?? true, warmup >= 0, seconds > 0 else {
      throw ValidationError("--rate and --seconds are more than 0.")
    }
  }

  func run() throws {
    Monotonic.sharpenTimers()
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
    formatter.dateFormat = "yyyyMMddHHmmssxx"
    let message = ADTMessage(
      hospital: hospital, run: String(UInt32.random(in: 0...(.max)), radix: 36),
      time: formatter.string(from: Date()))
    let load = MLLPLoad(message, homes: homes, inFlight: inFlight, poller: try Poller())
    try load.open(connections: connections, host: host, port: port)
    let watch = try ProcessorWatch(try common.processes())
    var result = load.run(rate: rate, warmup: warmup, seconds: seconds)
    watch.record(in: &result)
    try common.report(result.lines + ["answers that were not AA: \(load.refused)"]) { json in
      json.member("connections", connections)
      json.member("notAA", load.refused)
      result.write(to: &json)
    }
  }
}
