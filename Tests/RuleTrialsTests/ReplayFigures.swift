import CareModel
import RuleFiles
import RuleTrials
import Testing

/// How fast stored signals run through two sets on one thread; `swift test -c release --filter ReplayFigures` says it.
@Suite struct ReplayFigures {
  /// A month of a city: of a hundred signals one is a press, four are requests and faults, the others are kept only.
  private static let mixed: [SignalKind] =
    [.panic, .batteryLow, .mainsLost, .mainsRestored, .requestAdvice]
    + Array(repeating: SignalKind.lineLost, count: 40) + Array(repeating: .lineRestored, count: 55)

  @Test(arguments: [("one alarm in twenty", mixed, 200_000), ("every signal an alarm", [SignalKind.panic], 20_000)])
  func replay(_ name: String, _ kinds: [SignalKind], _ count: Int) throws {
    let homes = 2_000
    let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    let active = try RuleFiles.load(path: path + "/deploy/rules/default.yaml")
    let bytes = try RuleFiles.bytes(path: path + "/deploy/rules/default.yaml")
    let candidate = try RuleFiles.read(bytes: bytes + Array("# candidate\n".utf8), name: "candidate").set
    let start = RuleComparisonTests.start
    var comparison = RuleComparison(
      active: active, candidate: candidate, register: RuleComparisonTests.register(homes: homes), start: start)
    let step = TimeSpan.hours(24 * 30).microseconds / Int64(count)
    let signals = kinds.map { RuleComparisonTests.signal($0) }
    let begin = ContinuousClock.now
    for number in 0..<count {
      var signal = signals[number % signals.count]
      let serial = "K\(1 + (number * 7919) % homes)"
      signal.source.serial = serial
      signal.source.sender = serial
      let at = start + TimeSpan(microseconds: step * Int64(number))
      comparison.take(SignalID(high: 7, low: UInt64(number)), signal, at: at)
    }
    let found = comparison.finish()
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    #expect(found.signals == count)
    #expect(found.isEmpty)
    let steps = found.stepsOfActive + found.stepsOfCandidate
    print(
      "\(name): \(Int(Double(count) / seconds)) signals/s through both sets, \(found.activeAlerts) alerts,",
      "\(Int(Double(steps) / seconds)) steps/s")
  }
}
