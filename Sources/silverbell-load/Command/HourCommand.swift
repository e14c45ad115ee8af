import ArgumentParser
import JSONText
import LoadGenerator

/// `silverbell-load hour`.
struct HourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hour",
    abstract: "Alarms at a fixed rate for a long time, each alert resolved by an operator; is the end like the start?",
    discussion: """
      Every device alarms in turn; a dispatcher resolves each alert after --hold seconds over the API, so that open \
      work stays level. A device that alarms again within the rules' window after that reopens its alert.
      """)

  /// How much the last quarter may be above the first.
  static let memoryTolerance = 0.1
  static let latencyTolerance = 0.5

  @OptionGroup var common: CommonOptions
  @OptionGroup var devices: DeviceOptions
  @OptionGroup var desk: DeskOptions

  @Option(help: "Alarms a second.")
  var rate = 500.0

  @Option(help: "Devices, each over a connection of its own.")
  var connections = 15_000

  @Option(help: "The kind of the alarms.")
  var kind = "fall"

  @Option(help: "Seconds that an alert stays open.")
  var hold = 5.0

  @Option(help: "Seconds between two reports.")
  var every = 60.0

  @Option(help: "Seconds that the run takes.")
  var seconds = 3_600.0

  @Option(help: "The operator's connections.")
  var operators = 8

  func validate() throws {
    guard rate > 0, connections > 0, hold >= 0, every > 0, seconds > 0, operators > 0 else {
      throw ValidationError("Rates, counts and times are more than 0.")
    }
  }

  func run() throws {
    Monotonic.sharpenTimers()
    let poller = try Poller()
    let stream = EventStreamReader(poller: poller)
    try stream.open(host: devices.host, port: desk.httpPort, token: desk.token)
    let phones = PhoneBank(poller: poller)
    try phones.open(try DeviceList.read(path: desk.staff), host: devices.host, port: devices.port)
    let callers = try (0..<operators).map { _ in
      try HTTPCaller(host: devices.host, port: desk.httpPort, token: desk.token, poller: poller)
    }
    let load = MQTTLoad(try settings(), poller: poller)
    try load.open()
    let processes = try common.processes()
    let watch = try ProcessorWatch(processes)
    let steady = SteadyLoad(
      load, stream: stream, callers: callers, holdSeconds: hold, spanSeconds: every,
      memory: {
        let pid = { (name: String) in processes.first { $0.name == name }?.pid }
        return (
          pid("daemon").flatMap { ProcessorTime.residentBytes($0) } ?? 0,
          pid("postgres").flatMap { ProcessorTime.proportionalBytes(tree: $0) } ?? 0
        )
      }, report: { print(Self.line($0)) })
    var (result, spans) = steady.run()
    watch.record(in: &result)
    load.close()
    phones.close()
    let refused = callers.reduce(0) { $0 + $1.refused }
    let (memory, latency) = flatness(spans)
    let verdict = [
      "operator: \(callers.reduce(0) { $0 + $1.accepted }) accepted, \(refused) refused",
      Self.verdict("memory of the daemon", memory, Self.memoryTolerance),
      Self.verdict("p99", latency, Self.latencyTolerance),
    ]
    try common.report(result.lines + verdict) { json in
      result.write(to: &json)
      json.member("operatorRefused", refused)
      if let memory { json.member("memoryRatio", memory.ratio) }
      if let memory { json.member("memorySlopePerHour", memory.slopePerHour) }
      if let latency { json.member("latencyRatio", latency.ratio) }
      json.arrayMember("spans") { array in for span in spans { Self.write(span, to: &array) } }
    }
  }

  private func settings() throws -> MQTTSettings {
    var settings = MQTTSettings()
    settings.host = devices.host
    settings.port = devices.port
    settings.pace = .open(rate: rate)
    settings.kinds = [kind]
    settings.run = String(UInt64.random(in: 0...(.max)), radix: 36)
    settings.warmup = 0
    settings.seconds = seconds
    settings.logins = try devices.logins(connections)
    return settings
  }

  /// Leaves out the first span, in which caches fill.
  private func flatness(_ spans: [SteadyLoad.Span]) -> (memory: Flatness?, latency: Flatness?) {
    let counted = spans.dropFirst()
    return (
      Flatness(counted.map { ($0.at, Double($0.daemonBytes)) }),
      Flatness(counted.map { ($0.at, Double($0.latency.quantile(0.99))) })
    )
  }

  private static func line(_ span: SteadyLoad.Span) -> String {
    "\(Int(span.at)) s: \(Int(span.rate.rounded()))/s, ms \(LoadResult.quantiles(span.latency)); opened \(span.opened)"
      + ", resolved \(span.resolved); daemon \(span.daemonBytes >> 20) MiB, PostgreSQL \(span.postgresBytes >> 20) MiB"
  }

  private static func verdict(_ name: String, _ flatness: Flatness?, _ tolerance: Double) -> String {
    guard let flatness else { return "\(name): too few reports to say" }
    return "\(name): last quarter / first quarter = \(LoadResult.decimal(flatness.ratio)), slope "
      + "\(LoadResult.decimal(flatness.slopePerHour * 100))% an hour: "
      + (flatness.isFlat(tolerance: tolerance) ? "flat" : "NOT FLAT")
  }

  private static func write(_ span: SteadyLoad.Span, to json: inout JSONWriter) {
    json.object { object in
      object.member("at", span.at)
      object.member("rate", span.rate)
      object.objectMember("latencyMilliseconds") { LoadResult.write(span.latency, to: &$0) }
      object.member("opened", span.opened)
      object.member("resolved", span.resolved)
      object.member("daemonBytes", span.daemonBytes)
      object.member("postgresBytes", span.postgresBytes)
    }
  }
}
