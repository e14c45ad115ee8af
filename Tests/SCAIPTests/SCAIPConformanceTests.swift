import CareModel
import FeedConformance
import FeedSession
import Foundation
import JSONText
import Testing

import SCAIP

@Suite("SCAIPConformance")
struct SCAIPConformanceTests {
  @Test("the messages of devices get the answers that their data say, whatever the transport and the profile")
  func messages() throws {
    guard let bytes = ProtocolData.bytes("scaip/messages.jsonl", suite: "SCAIPConformance") else { return }
    let cases = try bytes.split(separator: UInt8(ascii: "\n")).map { try Case(JSONValue(parsing: Array($0))) }
    print("SCAIPConformance, device messages: case, expected, got (four runs: UDP and TCP, two profiles)")
    for one in cases {
      var problems: [String] = []
      var got: [String] = []
      for transport in [SCAIPTransport.udp, .tcp] {
        for configuration in [SCAIPConfiguration(), Samples.bodyProfile] {
          let driver = run(one, transport, configuration)
          got.append(driver.statusNumbers.joined(separator: ","))
          problems += one.problems(with: driver)
        }
      }
      print("  \(one.name): \(one.expected); \(got.joined(separator: " "))\(problems.isEmpty ? "" : " FAILED")")
      #expect(problems == [], "\(one.name)")
    }
    #expect(!cases.isEmpty)
  }

  @Test("the lines of the sipp scenario are answered as it wants: 200, and nothing is lost")
  func scenario() throws {
    guard let bytes = ProtocolData.bytes("scaip/sipp.csv", suite: "SCAIPConformance") else { return }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).dropFirst()
    print("SCAIPConformance, sipp lines: line, sender, expected, got, kind")
    for (number, line) in lines.enumerated() {
      let fields = line.split(separator: UInt8(ascii: ";"), maxSplits: 2).map { String(decoding: $0, as: UTF8.self) }
      try #require(fields.count == 3)
      var driver = Samples.driver(.udp)
      driver.handle(.bytes(Samples.request(user: fields[0], type: fields[1], body: fields[2])))
      #expect(driver.words == ["200", "MESSAGE"] && driver.signals.count == 1, "line \(number + 1)")
      let kind = driver.signals.first.map { "\($0.kind)" } ?? ""
      print("  \(number + 1) \(fields[0]): 200; \(driver.words.joined(separator: " ")) \(kind)")
    }
    #expect(!lines.isEmpty)
  }

  private func run(
    _ one: Case, _ transport: SCAIPTransport, _ configuration: SCAIPConfiguration
  ) -> SessionDriver {
    var driver = Samples.driver(transport, configuration)
    driver.handle(.bytes(Samples.request(user: one.sender, type: one.type, body: one.body)))
    return driver
  }
}

/// One line of the data.
private struct Case {
  let name: String
  let type: String
  let body: String
  let expected: String
  private let fields: JSONValue?

  init(_ line: JSONValue) throws {
    name = try #require(line["id"]?.string)
    type = line["content_type"]?.string ?? "application/scaip+xml"
    body = try #require(line["body"]?.string)
    let expectation = try #require(line["expect"])
    fields = expectation.object == nil ? nil : expectation
    expected = expectation.string ?? "snu \(expectation["snu"]?.string ?? "") \(expectation["mty"]?.string ?? "")"
  }

  /// The SIP sender of an honest device.
  var sender: String {
    if let told = fields?["cid"]?.string { return told }
    guard let start = body.range(of: "<cid>")?.upperBound else { return "100" }
    let word = body[start...].prefix { $0 != "<" && $0 != "&" }.trimmingCharacters(in: .whitespaces)
    return word.isEmpty ? "100" : word
  }

  /// The status numbers that the data allow; nil where they only say that the message is refused.
  private var allowed: [String]? {
    let words = expected.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
    guard let index = words.firstIndex(of: "snu"), index + 1 < words.count else { return nil }
    var allowed = [words[index + 1]]
    var next = index + 2
    while next + 1 < words.count, words[next] == "or" {
      allowed.append(words[next + 1])
      next += 2
    }
    return allowed
  }

  func problems(with driver: SessionDriver) -> [String] {
    var problems: [String] = []
    let got = driver.statusNumbers
    if let allowed {
      if got.count != 1 || !allowed.contains(got[0]) { problems.append("snu \(got)") }
    } else if got.isEmpty || got.contains("0") {
      problems.append("not refused: \(got)")
    }
    guard driver.signals.count == 1, let signal = driver.signals.first else { return problems + ["not delivered"] }
    if (signal.kind == .unknown) == (got == ["0"]) { problems.append("kind \(signal.kind)") }
    if expected.contains("text kept"), signal.zone.map(body.contains) != true { problems.append("text lost") }
    if let fields { problems += self.problems(with: signal, fields, driver.sent.last) }
    return problems
  }

  private func problems(with signal: Signal, _ fields: JSONValue, _ answer: Sent?) -> [String] {
    var problems: [String] = []
    if answer?.element("ref") != fields["ref"]?.string { problems.append("ref \(answer?.element("ref") ?? "")") }
    if signal.source.serial != fields["cid"]?.string { problems.append("cid \(signal.source.serial ?? "")") }
    if (signal.kind == .heartbeat) != (fields["mty"]?.string == "PI") { problems.append("kind \(signal.kind)") }
    return problems
  }
}
