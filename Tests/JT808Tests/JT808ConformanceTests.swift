import CareModel
import FeedConformance
import FeedSession
import Foundation
import JSONText
import JT808
import Testing

/// The outside frames of protocols page, section 6.1.
@Suite("JT808Conformance")
struct JT808ConformanceTests {
  @Test("JT808Conformance: every frame reads as its data say, and is answered as its id wants")
  func frames() throws {
    guard let file = ProtocolData.folder("cn/frames.jsonl") else {
      print("JT808Conformance: not run, no data (SILVERBELL_PROTOCOL_DATA or ../shared/protocols, cn/frames.jsonl)")
      return
    }
    let lines = Array(try Data(contentsOf: file)).split(separator: UInt8(ascii: "\n"))
    var counts = (passed: 0, excluded: 0, failed: 0)
    print("JT808Conformance: case, expected, got")
    for line in lines {
      let test = try JSONValue(parsing: Array(line))
      guard test["protocol"]?.string == "jt808", let name = test["id"]?.string else { continue }
      let bytes = hexadecimal(test["frame_hex"]?.string ?? "")
      let expect = try #require(test["expect"])
      var driver = SessionDriver(JT808Session(), principal: Terminal.principal)
      driver.handle(.bytes(bytes))
      driver.now = driver.now + .seconds(15)
      driver.handle(.deadline)
      let got = driver.kinds.map(\.rawValue).joined(separator: " ") + " -> " + driver.answers.joined(separator: ", ")
      if let reason = exclusion(bytes, expect) {
        counts.excluded += 1
        print("  \(name): excluded: \(reason); got \(got)")
        #expect(reason == Self.looseEscape || driver.replied == [], "\(name)")
        continue
      }
      let problems = headProblems(bytes, expect) + meaningProblems(driver, expect)
      print("  \(name): \(expect["msg_id"]?.string ?? "") \(expect["traccar_expects"]?.string ?? ""): \(got)")
      if problems.isEmpty { counts.passed += 1 } else { counts.failed += 1 }
      #expect(problems == [], "\(name)")
    }
    print("JT808Conformance: \(counts.passed) passed, \(counts.excluded) excluded, \(counts.failed) failed")
    #expect(counts.passed > 0)
  }

  private func exclusion(_ bytes: [UInt8], _ expect: JSONValue) -> String? {
    if bytes.first != 0x7E || bytes.last != 0x7E { return "other marks than 7E" }
    if expect["checksum_ok"]?.bool == true { return nil }
    return (try? JT808Frame(bytes.dropFirst().dropLast())) == nil ? "wrong check byte" : Self.looseEscape
  }

  /// The data drop a 7D that is no escape; taken as it stands, the check byte is right.
  private static let looseEscape = "wrong check byte as the data read a 7D that is no escape"

  /// Head and location values that differ.
  private func headProblems(_ bytes: [UInt8], _ expect: JSONValue) -> [String] {
    guard let frame = try? JT808Frame(bytes.dropFirst().dropLast()) else { return ["no frame"] }
    let header = frame.header
    var problems: [String] = []
    func check<Value: Equatable>(_ name: String, _ value: Value?, _ wanted: Value?) {
      if let wanted, value != wanted { problems.append("\(name) is \(value.map { "\($0)" } ?? "nothing")") }
    }
    check("msg_id", text(Int(header.message), 4), expect["msg_id"]?.string)
    check("body_len", header.bodyLength, expect["body_len"]?.int.map(Int.init))
    check("encrypt", header.isEncrypted, expect["encrypt"]?.int.map { $0 != 0 })
    check("subpackage", header.part != nil, expect["subpackage"]?.bool)
    check("protocol_version", header.version.map(Int64.init), expect["protocol_version"]?.int)
    check("phone_bcd", header.phoneDigits.map { text(Int($0), 2) }.joined(), expect["phone_bcd"]?.string)
    check("serial", Int64(header.serial), expect["serial"]?.int)
    if header.part == nil { check("body_len_ok", frame.isLengthRight, expect["body_len_ok"]?.bool) }
    guard expect["lat"] != nil, !header.isEncrypted, header.part == nil else { return problems }
    guard let report = try? LocationReport(frame.body[...]) else { return problems + ["no report"] }
    check("alarm_bits", text(Int(report.alarm), 8), expect["alarm_bits"]?.string)
    check("status_bits", text(Int(report.status), 8), expect["status_bits"]?.string)
    check("lat", report.latitudeMicrodegrees, expect["lat"]?.double.map { Int(($0 * 1e6).rounded()) })
    check("lon", report.longitudeMicrodegrees, expect["lon"]?.double.map { Int(($0 * 1e6).rounded()) })
    check("altitude", Int64(report.altitudeMetres), expect["altitude"]?.int)
    check("speed", Int64(report.speedTenthsKmh), expect["speed_01kmh"]?.int)
    check("direction", Int64(report.directionDegrees), expect["direction"]?.int)
    check("time", report.timeDigits.map { text(Int($0), 2) }.joined(), expect["time_bcd_gmt8"]?.string)
    if let battery = report.batteryPercent, let wanted = expectedBattery(expect) { check("battery", battery, wanted) }
    return problems
  }

  /// What was delivered and answered, by the message's id.
  private func meaningProblems(_ driver: SessionDriver, _ expect: JSONValue) -> [String] {
    let id = expect["msg_id"]?.string ?? ""
    let isReadable = expect["encrypt"]?.int == 0 && expect["subpackage"]?.bool != true
    let answer = "\(String(Int(id, radix: 16) ?? 0, radix: 16)) \(expect["serial"]?.int ?? -1) "
    var problems: [String] = []
    switch (isReadable, id) {
    case (true, "0100"):
      let begin = "8100 \(expect["serial"]?.int ?? -1) 0 SB"
      if driver.answers.count != 1 || driver.answers.first?.hasPrefix(begin) != true { problems.append("answer") }
    case (true, "0102"):
      let isAsked = driver.actions.contains { if case .authenticate = $0 { true } else { false } }
      if !isAsked || driver.answers != [answer + "0"] { problems.append("question or answer") }
    case (true, "0001"): if driver.replied != [] { problems.append("answered") }
    case (true, "0003"): if driver.answers != [answer + "0"] { problems.append("answer") }
    case (true, "0002"): if driver.kinds != [.heartbeat] || driver.answers != [answer + "0"] { problems.append("kind") }
    case (true, "0200"), (true, "0704"):
      if driver.answers != [answer + "0"] || driver.kinds.isEmpty { problems.append("answer") }
      if expect["lat"] != nil || id == "0704", driver.kinds.contains(.unknown) { problems.append("unknown") }
      if let sos = expect["sos"]?.bool, driver.kinds.contains(.panic) != sos { problems.append("panic") }
    default:
      let result = expect["subpackage"]?.bool == true ? "0" : "3"
      if driver.kinds != [.unknown] || driver.answers != [answer + result] { problems.append("unknown") }
    }
    return problems
  }

  private func expectedBattery(_ expect: JSONValue) -> Int? {
    let words = (expect["traccar_expects"]?.string ?? "").split(separator: ", ")
    return words.count == 2 && words[0] == "Position.KEY_BATTERY_LEVEL" ? Int(words[1]) : nil
  }

  private func text(_ number: Int, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private func hexadecimal(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
