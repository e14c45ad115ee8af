import ArgumentParser
import JSONText
import LoadGenerator

/// `silverbell-load events`.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Alarms at a fixed rate, each of another device, followed to the event stream and to the first offer.",
    discussion: """
      The moment an alarm is committed is taken to be the moment its PUBACK comes. Alarms, stream and phones are read \
      by one thread, so one clock measures all of them.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var devices: DeviceOptions
  @OptionGroup var desk: DeskOptions

  @Option(help: "Alarms a second.")
  var rate = 1_000.0

  @Option(help: "Alarms, each over a connection of its own.")
  var connections = 10_000

  @Option(help: "Leaves out so many devices of the list.")
  var skip = 0

  @Option(help: "The kind of the alarms; a fall is offered to the field at once.")
  var kind = "fall"

  @Option(help: "Seconds before anything is counted.")
  var warmup = 1.0

  func run() throws {
    Monotonic.sharpenTimers()
    let poller = try Poller()
    let stream = EventStreamReader(poller: poller)
    try stream.open(host: devices.host, port: desk.httpPort, token: desk.token)
    let phones = PhoneBank(poller: poller)
    try phones.open(try DeviceList.read(path: desk.staff), host: devices.host, port: devices.port)
    var settings = MQTTSettings()
    settings.host = devices.host
    settings.port = devices.port
    settings.pace = .open(rate: rate)
    settings.kinds = [kind]
    settings.run = String(UInt64.random(in: 0...(.max)), radix: 36)
    settings.isOnceEach = true
    settings.warmup = warmup
    settings.seconds = Double(connections) / rate + 1
    settings.logins = try devices.logins(connections, skip: skip)
    let load = MQTTLoad(settings, poller: poller)
    try load.open()
    let watch = try ProcessorWatch(try common.processes())
    let events = EventsLoad(load, stream: stream, phones: phones, poller: poller)
    var (result, delays) = events.run(drain: 10)
    watch.record(in: &result)
    load.close()
    phones.close()
    stream.close()
    let lines = [
      "PUBACK -> stream ms: " + LoadResult.quantiles(delays.acknowledgedToStream),
      "due -> stream ms: " + LoadResult.quantiles(delays.dueToStream),
      "PUBACK -> offer ms: " + LoadResult.quantiles(delays.acknowledgedToOffer),
      "due -> offer ms: " + LoadResult.quantiles(delays.dueToOffer),
      "not seen on the stream \(delays.withoutEntry), without an offer \(delays.withoutOffer)",
    ]
    try common.report(result.lines + lines) { json in
      json.member("rateAsked", rate)
      result.write(to: &json)
      json.objectMember("pubackToStreamMilliseconds") { LoadResult.write(delays.acknowledgedToStream, to: &$0) }
      json.objectMember("dueToStreamMilliseconds") { LoadResult.write(delays.dueToStream, to: &$0) }
      json.objectMember("pubackToOfferMilliseconds") { LoadResult.write(delays.acknowledgedToOffer, to: &$0) }
      json.objectMember("dueToOfferMilliseconds") { LoadResult.write(delays.dueToOffer, to: &$0) }
      json.member("notOnStream", delays.withoutEntry)
      json.member("withoutOffer", delays.withoutOffer)
    }
  }
}
