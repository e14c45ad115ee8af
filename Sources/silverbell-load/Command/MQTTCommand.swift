import ArgumentParser
import Glibc
import JSONText
import LoadGenerator

/// `silverbell-load mqtt`.
struct MQTTCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mqtt", abstract: "Devices that publish with quality of service 1; counts PUBACKs and their latency.",
    discussion: """
      Closed pace (--in-flight): each connection always has so many unacknowledged messages; shows what is the most. \
      Open pace (--rate): messages at a fixed rate, whatever the answers do; a latency is counted from the moment a \
      message was due, so that a stall is seen by all messages that had to wait.
      With --once-each every connection sends one message, so that every alarm is the first of its device and opens \
      an alert; --waves repeats it with other devices (connecting is not measured). --in-flight then counts over all \
      connections.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var devices: DeviceOptions

  @Option(help: "Connections, each of one device.")
  var connections = 50

  @Option(help: "Leaves out so many devices of the list.")
  var skip = 0

  @Option(help: "Closed pace: unacknowledged messages of each connection.")
  var inFlight = 100

  @Option(help: "Open pace: messages a second, in total.")
  var rate: Double?

  @Option(help: "Kinds separated by commas, one after another; mix = mostly heartbeats, some motion, few alarms.")
  var kind = "temperature"

  @Flag(help: "Messages without an id.")
  var noIds = false

  @Flag(help: "One message a connection.")
  var onceEach = false

  @Option(help: "With --once-each: rounds, each with other devices.")
  var waves = 1

  @Option(help: "With --once-each: the first so many rounds are not counted.")
  var warmupWaves = 0

  @Option(help: "Seconds before anything is counted.")
  var warmup = 2.0

  @Option(help: "Seconds that are counted.")
  var seconds = 10.0

  static let mix =
    Array(repeating: "heartbeat", count: 16) + Array(repeating: "motion", count: 2) + ["temperature", "panic"]

  func validate() throws {
    guard (1...1_000_000).contains(connections), skip >= 0 else {
      throw ValidationError("--connections is at least 1, --skip at least 0.")
    }
    guard (1...InFlight.maximum).contains(inFlight) else { throw ValidationError("--in-flight is from 1 to 65535.") }
    guard rate.map({ $0 > 0 && $0 <= 10_000_000 }) ?? true else { throw ValidationError("--rate is more than 0.") }
    guard warmup >= 0, seconds > 0, seconds < 1_000_000 else { throw ValidationError("--seconds is more than 0.") }
    guard waves > 0, (0..<waves).contains(warmupWaves), onceEach || waves == 1 else {
      throw ValidationError("--waves is for --once-each, and --warmup-waves is less.")
    }
    guard !kind.isEmpty else { throw ValidationError("--kind names at least one kind.") }
  }

  func run() throws {
    Monotonic.sharpenTimers()
    var settings = MQTTSettings()
    settings.host = devices.host
    settings.port = devices.port
    settings.pace = rate.map { .open(rate: $0) } ?? .closed(inFlight: inFlight)
    settings.kinds = kind == "mix" ? Self.mix : kind.split(separator: ",").map(String.init)
    settings.run = noIds ? nil : String(UInt64.random(in: 0...(.max)), radix: 36)
    settings.isOnceEach = onceEach
    settings.warmup = onceEach ? 0 : warmup
    settings.seconds = seconds
    let logins = try devices.logins(connections * waves, skip: skip)
    let processes = try common.processes()
    var total = LoadResult()
    let poller = try Poller()
    for wave in 0..<waves {
      settings.logins = Array(logins[(wave * connections)..<((wave + 1) * connections)])
      let load = MQTTLoad(settings, poller: poller, firstNumber: wave * connections)
      try load.open()
      let watch = try ProcessorWatch(processes)
      var result = load.run()
      watch.record(in: &result)
      load.close()
      if wave >= warmupWaves { total.merge(result) }
    }
    try common.report(total.lines) { json in
      json.member("kind", kind)
      json.member("connections", connections)
      if let rate { json.member("rateAsked", rate) }
      total.write(to: &json)
    }
  }
}
