import JSONText

/// What was measured.
package struct LoadResult: Sendable {
  /// Messages sent while it was counted.
  package var sent = 0
  /// Acknowledgements that came while it was counted.
  package var acknowledged = 0
  /// Messages that were never acknowledged.
  package var unacknowledged = 0
  /// Connections lost.
  package var lost = 0
  /// Seconds that were counted.
  package var seconds = 0.0
  /// Acknowledgements of the slowest and fastest whole second.
  package var slowest = 0
  /// Acknowledgements of the slowest and fastest whole second.
  package var fastest = 0
  /// From the moment a message was due to its acknowledgement, nanoseconds.
  package var latency = Histogram()
  /// How late the generator itself sent, nanoseconds; open pace only.
  package var lateness = Histogram()
  /// Whether messages were left out because too many were unacknowledged.
  package var isOverloaded = false
  /// Processor seconds by process, in the order asked for, the generator last.
  package var processor: [(name: String, seconds: Double)] = []
  /// The seconds in which they were used: warm-up and last answers count too.
  package var processorSpan = 0.0

  /// Nothing measured.
  package init() {}

  /// Acknowledgements a second.
  package var rate: Double { seconds > 0 ? Double(acknowledged) / seconds : 0 }

  /// Adds another measurement of the same kind, made after this one.
  package mutating func merge(_ other: LoadResult) {
    slowest = seconds == 0 ? other.slowest : min(slowest, other.slowest)
    fastest = max(fastest, other.fastest)
    sent += other.sent
    acknowledged += other.acknowledged
    unacknowledged += other.unacknowledged
    lost += other.lost
    seconds += other.seconds
    latency.merge(other.latency)
    lateness.merge(other.lateness)
    isOverloaded = isOverloaded || other.isOverloaded
    processorSpan += other.processorSpan
    processor = other.processor.map { process in
      (process.name, process.seconds + (processor.first { $0.name == process.name }?.seconds ?? 0))
    }
  }

  /// Lines for people.
  package var lines: [String] {
    var lines = [
      "acknowledged \(acknowledged) in \(Self.decimal(seconds)) s = \(Int(rate.rounded()))/s"
        + " (slowest second \(slowest), fastest \(fastest)); lost connections \(lost),"
        + " unacknowledged \(unacknowledged)",
      "latency ms: " + Self.quantiles(latency),
    ]
    if lateness.count > 0 {
      lines.append("generator late ms: " + Self.quantiles(lateness))
      if isBehind { lines.append("THE GENERATOR FELL BEHIND: latencies include its own delay") }
    }
    if isOverloaded { lines.append("OVERLOADED: messages were left out, the rate was not held") }
    if !processor.isEmpty {
      let shares = processor.map { "\($0.name) \(Self.decimal($0.seconds / max(processorSpan, 0.001) * 100))%" }
      lines.append("processor: " + shares.joined(separator: ", "))
    }
    return lines
  }

  /// Whether the generator's own delay is large enough to spoil the latencies.
  package var isBehind: Bool { lateness.quantile(0.99) > 2_000_000 }

  /// Writes it as members of an object.
  package func write(to json: inout JSONWriter) {
    json.member("sent", sent)
    json.member("acknowledged", acknowledged)
    json.member("unacknowledged", unacknowledged)
    json.member("lostConnections", lost)
    json.member("seconds", seconds)
    json.member("rate", rate)
    json.member("slowestSecond", slowest)
    json.member("fastestSecond", fastest)
    json.objectMember("latencyMilliseconds") { Self.write(latency, to: &$0) }
    json.objectMember("generatorLateMilliseconds") { Self.write(lateness, to: &$0) }
    json.member("generatorFellBehind", isBehind)
    json.member("overloaded", isOverloaded)
    json.member("processorSpan", processorSpan)
    json.objectMember("processorSeconds") { object in
      for process in processor {
        object.key(text: process.name)
        object.value(process.seconds)
      }
    }
  }

  /// A histogram of nanoseconds as milliseconds.
  package static func write(_ histogram: Histogram, to json: inout JSONWriter) {
    json.member("count", Int(histogram.count))
    json.member("mean", histogram.mean / 1_000_000)
    let shares: [(StaticString, Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)]
    for (name, share) in shares {
      json.member(name, Double(histogram.quantile(share)) / 1_000_000)
    }
    json.member("max", Double(histogram.maximum) / 1_000_000)
  }

  /// A histogram of nanoseconds as a line of milliseconds.
  package static func quantiles(_ histogram: Histogram) -> String {
    let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)]
    return shares.map { "\($0.0) \(decimal(Double(histogram.quantile($0.1)) / 1_000_000))" }.joined(separator: "  ")
      + "  max \(decimal(Double(histogram.maximum) / 1_000_000))"
  }

  /// A number with two decimals.
  package static func decimal(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = abs(hundredths % 100)
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
