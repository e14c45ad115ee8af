import AlertRules
import CareModel
import Glibc
import RuleFiles

/// Whole decisions of rule sets: the shipped set with many rules more.
enum RuleSetBench {
  static func lines(file: String) throws -> [BenchCommand.Line] {
    guard let text = read(file) else { throw Missing(file: file) }
    var lines: [BenchCommand.Line] = []
    for (name, count, share) in [
      ("a decision by the shipped set", 0, 1), ("the same with 200 rules more, 20 of its kind", 200, 10),
      ("the same with 2000 rules more, 20 of its kind", 1900, 95),
    ] {
      let set = try RuleFiles.parse(text: grown(text, rules: count, share: share), name: file)
      let facts = facts()
      lines.append(
        BenchCommand.measure(name, calls: 2_000) { _ = set.decide(facts) })
    }
    return lines
  }

  private struct Missing: Error, CustomStringConvertible {
    var file: String
    var description: String { "\(file) cannot be read: name the rule file with --rules." }
  }

  /// More `classify` rules; one in `share` is about the kind of the signal.
  private static func grown(_ text: String, rules: Int, share: Int) -> String {
    let others = SignalKind.allCases.filter { $0 != .panic }
    let added = (0..<rules).map { number in
      let kind = number % share == 0 ? SignalKind.panic : others[number % others.count]
      let when = "signal.kind == '\(kind.rawValue)' && resident.known && resident.risk >= 3 "
        + "&& !(signal.feed in ['sip','http']) && signal.serial != 'x\(number)'"
      return "  - {id: more\(number), when: \"\(when)\", set: {severity: 1}}\n"
    }
    return text.replacing("\nclassify:\n", with: "\nclassify:\n" + added.joined(), maxReplacements: 1)
  }

  private static func facts() -> RuleFacts {
    let resident = Resident(
      id: ResidentID(high: 1, low: 1), district: DistrictID(clamping: 1), dwelling: DwellingID(high: 2, low: 2),
      name: "", risk: 4, canSpeak: true, lifecycle: .active)
    let signal = Signal(
      source: SignalSource(feed: .mqtt, sender: "d1", serial: "d1"), kind: .panic, occurredAt: nil, batteryPercent: 11)
    return RuleFacts(
      signal: signal, device: nil, resident: resident, dwelling: nil, hospitalSince: nil,
      now: Timestamp(microseconds: 1_770_000_000_000_000))
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: RuleFiles.maximumBytes)
    return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
  }
}
