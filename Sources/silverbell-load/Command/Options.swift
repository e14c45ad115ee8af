import ArgumentParser
import Glibc
import JSONText
import LoadGenerator

/// What every measurement takes.
struct CommonOptions: ParsableArguments {
  @Option(help: "Also writes the result as JSON to this file.")
  var json: String?

  @Option(
    name: .customLong("watch"), help: "NAME=PID: reports the processor time of this process and its children; repeat.")
  var watched: [String] = []

  /// The processes to watch.
  func processes() throws -> [(name: String, pid: Int32)] {
    try watched.map { text in
      let parts = text.split(separator: "=")
      guard parts.count == 2, let pid = Int32(parts[1]) else { throw ValidationError("--watch is NAME=PID.") }
      return (String(parts[0]), pid)
    }
  }

  /// Prints lines and writes the JSON file.
  func report(_ lines: [String], _ members: (inout JSONWriter) -> Void) throws {
    for line in lines { print(line) }
    guard let json else { return }
    var writer = JSONWriter()
    writer.object(members)
    guard let file = fopen(json, "w") else { throw LoadFailure("\(json) cannot be written") }
    defer { fclose(file) }
    guard fwrite(writer.bytes, 1, writer.bytes.count, file) == writer.bytes.count else {
      throw LoadFailure("\(json) cannot be written")
    }
  }
}

/// Processor time of the watched processes and of this one, from its making to ``record(in:)``.
struct ProcessorWatch {
  private let processes: [(name: String, pid: Int32, start: Double)]
  private let start = Monotonic.now()

  init(_ processes: [(name: String, pid: Int32)]) throws {
    let all = processes + [("generator", getpid())]
    self.processes = try all.map { process in
      guard let start = ProcessorTime.seconds(tree: process.pid) else {
        throw LoadFailure("there is no process \(process.pid) (\(process.name))")
      }
      return (process.name, process.pid, start)
    }
  }

  /// Puts what was used since then into a result.
  func record(in result: inout LoadResult) {
    result.processorSpan = Monotonic.seconds(from: start, to: Monotonic.now())
    result.processor = processes.map {
      ($0.name, max(0, (ProcessorTime.seconds(tree: $0.pid) ?? $0.start) - $0.start))
    }
  }
}

/// Where to connect over MQTT, and as whom.
struct DeviceOptions: ParsableArguments {
  @Option(help: "IPv4 address.")
  var host = "127.0.0.1"

  @Option(help: "Port.")
  var port = 1883

  @Option(help: "The devices.csv of silverbell-load city or silverbell demo.")
  var devices: String?

  @Flag(help: "No user names: for a broker that asks for none.")
  var anonymous = false

  /// `count` logins from place `skip` of the list.
  func logins(_ count: Int, skip: Int = 0) throws -> [DeviceLogin] {
    if anonymous { return Array(DeviceList.anonymous(skip + count)[skip...]) }
    guard let devices else { throw ValidationError("Name the devices with --devices, or say --anonymous.") }
    let all = try DeviceList.read(path: devices)
    guard skip + count <= all.count else { throw LoadFailure("\(devices) has only \(all.count) devices") }
    return Array(all[skip..<(skip + count)])
  }
}

/// The desk: its token and the phones of staff.
struct DeskOptions: ParsableArguments {
  @Option(help: "Port of the API.")
  var httpPort = 8080

  @Option(help: "A dispatcher's token.")
  var token: String

  @Option(help: "The staff.csv of silverbell-load city.")
  var staff: String
}
