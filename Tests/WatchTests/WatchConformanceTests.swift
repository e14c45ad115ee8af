import CareModel
import FeedConformance
import FeedSession
import Foundation
import JSONText
import Testing
import Watch

/// The outside frames of protocols page, section 6.2.
@Suite("WatchConformance")
struct WatchConformanceTests {
  @Test("WatchConformance: every frame means what its data say, and is answered as they want")
  func frames() throws {
    guard let file = ProtocolData.folder("cn/frames.jsonl") else {
      print("WatchConformance: not run, no data (SILVERBELL_PROTOCOL_DATA or ../shared/protocols, cn/frames.jsonl)")
      return
    }
    let lines = Array(try Data(contentsOf: file)).split(separator: UInt8(ascii: "\n"))
    var counts = (passed: 0, failed: 0)
    print("WatchConformance: case, expected, got")
    for line in lines {
      let test = try JSONValue(parsing: Array(line))
      guard test["protocol"]?.string == "watch", let name = test["id"]?.string else { continue }
      let bytes = hexadecimal(test["frame_hex"]?.string ?? "")
      let expect = try #require(test["expect"])
      var driver = SessionDriver(WatchSession(), principal: nil)
      driver.handle(.bytes(bytes))
      driver.now = driver.now + .seconds(3)
      driver.handle(.deadline)
      let problems = headProblems(bytes, expect) + meaningProblems(driver, bytes, expect)
      let got = driver.kinds.map(\.rawValue).joined(separator: " ") + " -> " + driver.answers.joined(separator: ", ")
      let wanted = "\(expect["type"]?.string ?? "") \(expect["status_bits"]?.string ?? "")"
      print("  \(name): \(wanted) \(expect["traccar_expects"]?.string ?? ""): \(got)")
      if problems.isEmpty { counts.passed += 1 } else { counts.failed += 1 }
      #expect(problems == [], "\(name)")
    }
    print("WatchConformance: \(counts.passed) passed, 0 excluded, \(counts.failed) failed")
    #expect(counts.passed > 0)
  }

  private func headProblems(_ bytes: [UInt8], _ expect: JSONValue) -> [String] {
    guard case .header(let header) = WatchHeader.read(bytes[...]) else { return ["no head"] }
    var problems: [String] = []
    if header.vendor != expect["vendor"]?.string { problems.append("vendor") }
    if header.id != expect["id"]?.string { problems.append("id") }
    if header.index != expect["index"]?.string { problems.append("index") }
    if header.length != Int(expect["length_hex"]?.string ?? "", radix: 16) { problems.append("length") }
    return problems
  }

  private func meaningProblems(_ driver: SessionDriver, _ bytes: [UInt8], _ expect: JSONValue) -> [String] {
    let type = (expect["type"]?.string ?? "").uppercased()
    let base = String(type.prefix { $0 != "_" })
    let content = answered(driver, expect)
    var problems: [String] = []
    if driver.closed != nil { problems.append("closed") }
    if !driver.signals.allSatisfy({ $0.raw == bytes && $0.source.serial == expect["id"]?.string }) {
      problems.append("raw bytes or source")
    }
    if let wanted = expect["reply_expected"], !wanted.isNull {
      if wanted.string.map({ [$0] }) != withoutIndex(driver, expect) { problems.append("answered \(driver.answers)") }
    }
    switch base {
    case "AL", "UD", "UD2", "UD3", "WT": problems += conditionProblems(driver, expect)
    case "LK": if driver.kinds != [.heartbeat] || content != ["LK"] { problems.append("heartbeat") }
    case "TKQ", "TKQ2": if driver.kinds != [] || content != [base] { problems.append("answered \(content)") }
    case "INIT": if driver.kinds != [] || content != ["INIT,1"] { problems.append("answered \(content)") }
    case "TK": if driver.kinds != [] { problems.append("a signal") }
    case "PULSE", "HEART", "BLOOD", "BPHRT", "TEMP", "BTEMP2", "OXYGEN":
      if driver.kinds.first != .measurement || driver.signals.first?.value == nil { problems.append("no value") }
    case "JXTK", "IMG": if driver.kinds != [] { problems.append("a signal") }
    default: if driver.kinds != [.unknown] || content != [] { problems.append("not kept as unknown") }
    }
    return problems
  }

  private func conditionProblems(_ driver: SessionDriver, _ expect: JSONValue) -> [String] {
    var problems: [String] = []
    let meanings: [(String, SignalKind)] = [
      ("sos", .panic), ("low_battery", .batteryLow), ("taken_off", .tamper), ("fall", .fall),
    ]
    for (word, kind) in meanings {
      if let wanted = expect[word]?.bool, driver.kinds.contains(kind) != wanted { problems.append(word) }
    }
    if driver.signals.isEmpty { problems.append("nothing delivered") }
    if expect["status_bits"]?.string != nil, driver.signals.contains(where: { $0.oddities.contains(.missingField) }) {
      problems.append("status not read")
    }
    return problems
  }

  /// The contents of the answers.
  private func answered(_ driver: SessionDriver, _ expect: JSONValue) -> [String] {
    driver.answers.map { String($0.dropLast().split(separator: "*").last ?? "") }
  }

  /// The data name answers without the frame's index, which ours repeat.
  private func withoutIndex(_ driver: SessionDriver, _ expect: JSONValue) -> [String] {
    guard let index = expect["index"]?.string, let id = expect["id"]?.string else { return driver.answers }
    return driver.answers.map { $0.replacingOccurrences(of: "*\(id)*\(index)*", with: "*\(id)*") }
  }

  private func hexadecimal(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
