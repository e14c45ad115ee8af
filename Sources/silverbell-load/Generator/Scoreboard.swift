import JSONText

/// The figures of one run beside the targets of the house.
package struct Scoreboard: Sendable {
  /// One line.
  package struct Row: Sendable, Equatable {
    /// What is measured.
    package var measure: String
    /// What it must be; empty where nothing is asked.
    package var target: String
    /// What it is.
    package var got: String
    /// Its share of mosquitto's; empty where nothing is asked.
    package var ratio: String
    /// Whether the target is met; nil where nothing is asked.
    package var isMet: Bool?
    /// Processor time of each process, in percent of one core.
    package var processor: String
  }

  /// Telemetry's least share of what mosquitto acknowledges.
  package static let mosquittoShare = 0.6
  /// What the shipped rules must leave of the pace that the least rules allow.
  package static let rulesShare = 0.9
  /// An open pace counts when it reached this share of its rate.
  package static let heldShare = 0.98

  /// Open cases and armed deadlines that the targets speak of.
  package static let fullPopulation = 100_000

  private let results: [String: JSONValue]

  /// The results by the names of their files.
  package init(_ results: [String: JSONValue]) { self.results = results }

  /// All lines for which there is a result.
  package var rows: [Row] {
    [
      rate("mosquitto", "mosquitto, memory only: acknowledged/s", least: nil, ratio: false),
      rate("telemetry", "telemetry: PUBACK after commit /s", least: 60_000, ratio: true),
      rate("heartbeats", "heartbeats: PUBACK/s", least: nil, ratio: true),
      rate("alarms", "first alarms (alert, task, offer): PUBACK/s", least: 12_000, ratio: false),
      ruleCost(),
      rate("repeats", "repeated alarms (joined): PUBACK/s", least: nil, ratio: false),
      latency("latency-1000", "alarms at 1,000/s: PUBACK p99 ms", most: nil),
      latency("latency-5000", "alarms at 5,000/s: PUBACK p99 ms", most: 5),
      latency("latency-beside", "alarms at 1,000/s beside heartbeats: PUBACK p99 ms", most: nil),
      rate("heartbeats-beside", "those heartbeats: PUBACK/s", least: nil, ratio: false),
      latency("events", "PUBACK -> event stream at 1,000/s: p99 ms", most: 50, path: "pubackToStreamMilliseconds"),
      latency("events", "PUBACK -> first offer at 1,000/s: p99 ms", most: 50, path: "pubackToOfferMilliseconds"),
      rate("mllp", "ADT over 8 MLLP connections: AA/s", least: 5_000, ratio: false),
      plain("idle", "memory of an idle connection: bytes", "bytesPerConnection", most: 6_144),
      plain("timers", "deadline lateness, 100,000 armed: p99.9 ms", "p999Milliseconds", most: 250, of: "armed"),
      plain("recovery", "start with 100,000 open cases: s", "seconds", most: 5, of: "cases"),
    ].compactMap(\.self)
  }

  /// The lines as a table with columns of equal width.
  package var lines: [String] {
    let heading = Row(
      measure: "measure", target: "target", got: "got", ratio: "of mosquitto", isMet: nil, processor: "processor")
    let cells = ([heading] + rows).map { row in
      [row.measure, row.target, row.got, row.ratio, Self.word(row.isMet), row.processor]
    }
    let widths = (0..<6).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { line in
      zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
    }
  }

  /// Writes it as an array of objects.
  package func write(to json: inout JSONWriter) {
    for row in rows {
      json.object { object in
        object.member("measure", row.measure)
        object.member("target", row.target)
        object.member("got", row.got)
        object.member("ofMosquitto", row.ratio)
        if let isMet = row.isMet { object.member("met", isMet) }
        object.member("processor", row.processor)
      }
    }
  }

  private static func word(_ isMet: Bool?) -> String {
    switch isMet {
    case true?: "met"
    case false?: "NOT MET"
    case nil: ""
    }
  }

  private func rate(_ name: String, _ measure: String, least: Double?, ratio: Bool) -> Row? {
    guard let result = results[name], let rate = result["rate"]?.double else { return nil }
    let reference = ratio ? results["mosquitto"]?["rate"]?.double : nil
    let share = reference.map { $0 > 0 ? rate / $0 : 0 }
    let isMet = least.map { rate >= $0 && (share ?? 1) >= Self.mosquittoShare && isClean(result) }
    let shareText = least != nil && ratio ? ", \(LoadResult.decimal(Self.mosquittoShare)) of mosquitto" : ""
    return Row(
      measure: measure, target: least.map { ">= \(Int($0))\(shareText)" } ?? "", got: "\(Int(rate.rounded()))",
      ratio: share.map { LoadResult.decimal($0) } ?? "", isMet: isMet, processor: processor(result))
  }

  /// What the shipped rules leave of the alarms that the least rules allow, over all rounds of both; by processor time
  /// as well, because the pace of a shared machine changes from round to round.
  private func ruleCost() -> Row? {
    func sum(_ rules: String, _ member: (JSONValue) -> Double?) -> Double? {
      let values = (1...2).compactMap { results["rules-\(rules)-\($0)"].flatMap(member) }
      return values.count == 2 ? values.reduce(0, +) : nil
    }
    guard let least = sum("least", { $0["rate"]?.double }), let shipped = sum("default", { $0["rate"]?.double }),
      least > 0
    else { return nil }
    func microseconds(_ rules: String) -> String {
      guard let spent = sum(rules, { $0["processorSeconds"]?["daemon"]?.double }),
        let count = sum(rules, { $0["acknowledged"]?.double }), count > 0
      else { return "" }
      return "\(rules) \(LoadResult.decimal(spent / count * 1e6)) us"
    }
    let share = shipped / least
    return Row(
      measure: "alarms with the shipped rules, share of the least", target: ">= \(LoadResult.decimal(Self.rulesShare))",
      got: LoadResult.decimal(share), ratio: "", isMet: share >= Self.rulesShare,
      processor: "daemon an alarm: \(microseconds("least")), \(microseconds("default"))")
  }

  private func latency(_ name: String, _ measure: String, most: Double?, path: String = "latencyMilliseconds") -> Row? {
    guard let result = results[name], let p99 = result[path]?["p99"]?.double else { return nil }
    let isHeld = isHeld(result)
    let complete = (result["notOnStream"]?.int ?? 0) + (result["withoutOffer"]?.int ?? 0) == 0
    return Row(
      measure: measure, target: most.map { "<= \(Int($0))" } ?? "",
      got: LoadResult.decimal(p99) + (isHeld ? "" : " (rate not held)") + (complete ? "" : " (some not seen)"),
      ratio: "", isMet: most.map { p99 <= $0 && isHeld && complete && isClean(result) },
      processor: processor(result))
  }

  /// `population` names the member that says with how many cases it was measured; with too few it is not met.
  private func plain(
    _ name: String, _ measure: String, _ member: String, most: Double, of population: String? = nil
  ) -> Row? {
    guard let result = results[name], let value = result[member]?.double else { return nil }
    let count = population.flatMap { result[$0]?.int }
    return Row(
      measure: measure, target: "<= \(Int(most))", got: LoadResult.decimal(value) + (count.map { " (\($0))" } ?? ""),
      ratio: "", isMet: value <= most && (population == nil || (count ?? 0) >= Self.fullPopulation), processor: "")
  }

  /// Nothing was lost on the way.
  private func isClean(_ result: JSONValue) -> Bool {
    (result["lostConnections"]?.int ?? 0) == 0 && (result["unacknowledged"]?.int ?? 0) == 0
      && (result["notAA"]?.int ?? 0) == 0
  }

  private func isHeld(_ result: JSONValue) -> Bool {
    guard let asked = result["rateAsked"]?.double, let rate = result["rate"]?.double else { return true }
    return rate >= asked * Self.heldShare && result["overloaded"]?.bool != true
      && result["generatorFellBehind"]?.bool != true
  }

  private func processor(_ result: JSONValue) -> String {
    guard let seconds = result["processorSpan"]?.double, seconds > 0 else { return "" }
    return (result["processorSeconds"]?.object ?? []).compactMap { member in
      member.value.double.map { "\(member.key) \(Int(($0 / seconds * 100).rounded()))%" }
    }.joined(separator: " ")
  }
}
