import CareModel
import FHIR
import FeedConformance
import FeedSession
import JSONText
import Testing

/// Whatever comes, a request gives signals or a refusal, and the same again.
@Suite("FHIR garbage", .serialized)
struct FHIRGarbageTests {
  private static let rounds = 150

  private var seeds: [[UInt8]] {
    let merge = #"{"resourceType":"MessageHeader","eventCoding":{"code":"A40"},"focus":[{"reference":"Patient/p1"}]}"#
    let place = #"{"resourceType":"Location","id":"w","name":"W","partOf":{"reference":"Location/w"}}"#
    let located = Sample.encounter([
      "location": #"[{"location":{"reference":"Location/w"},"status":"active"}]"#,
      "contained": "[\(Sample.patient)]", "hospitalization": #"{"dischargeDisposition":{"text":"home"}}"#,
    ])
    return [
      Sample.message(), Sample.bundle([Sample.header("notification-discharge"), located, Sample.patient, place]),
      Sample.bundle([merge, Sample.patient], type: "batch"),
      Sample.bundle([located, Sample.patient], type: "transaction"),
      located,
    ].map { Array($0.utf8) }
  }

  private let exchanges = [
    Exchange(), Exchange(interaction: .createEncounter), Exchange(interaction: .updateEncounter(id: "e1")),
    Exchange(interaction: .bundle, contentType: nil, principal: .anonymous),
  ]

  private func check(_ body: [UInt8]) -> Bool { exchanges.allSatisfy { check(body, by: $0) } }

  private func check(_ body: [UInt8], by exchange: Exchange) -> Bool {
    let decoded = exchange.decode(body)
    guard decoded == exchange.decode(body) else { return false }
    switch decoded {
    case .signals(let signals, _):
      return !signals.isEmpty && signals.count <= FHIRConfiguration.maximumEncounters + 1
        && signals.allSatisfy { isWithinBounds($0) && $0.raw == body }
    case .refusal(let refusal): return (400...422).contains(refusal.status)
    }
  }

  private func isWithinBounds(_ signal: Signal) -> Bool {
    let hospital = signal.hospital
    let texts = [hospital?.visitNumber, hospital?.location, hospital?.disposition, hospital?.patient.name]
    return texts.allSatisfy { ($0?.utf8.count ?? 0) <= Signal.maximumTextBytes && $0?.utf8.contains(0) != true }
      && (signal.kind.group == .hospital) == (hospital != nil)
      && (hospital?.patient.identifiers.count ?? 0) <= Resident.maximumIdentifiers
  }

  @Test("cut off after every byte")
  func truncation() {
    for seed in seeds {
      for end in stride(from: 0, to: seed.count, by: 3) {
        #expect(check(Array(seed[..<end])), "after \(end) bytes")
      }
    }
  }

  @Test("bytes changed, doubled and taken away")
  func bytes() {
    var random = SeededRandom(seed: 11)
    for round in 0..<Self.rounds {
      for seed in seeds {
        var body = seed
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let place = Int.random(in: 0..<body.count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: body[place] = UInt8.random(in: 0...255, using: &random)
          case 1: body.insert(body[place], at: place)
          default: body.remove(at: place)
          }
        }
        #expect(check(body), "round \(round)")
      }
    }
  }

  @Test("members deleted, doubled, swapped, of another type")
  func members() throws {
    var random = SeededRandom(seed: 12)
    var taken = 0
    for seed in seeds {
      let value = try JSONValue(parsing: seed)
      for round in 0..<Self.rounds {
        var mutation = Mutation(rate: 1 + round % 20, random: random)
        let changed = mutation.apply(to: value)
        random = mutation.random
        var writer = JSONWriter()
        writer.value(changed)
        #expect(check(writer.bytes), "round \(round)")
        if case .signals = exchanges[1].decode(writer.bytes) { taken += 1 }
      }
    }
    #expect(taken > Self.rounds, "most mutations are still read")
  }

  @Test("deep nesting in every place")
  func nesting() throws {
    for depth in [10, 31, 32, 33, 1000, 100_000] {
      for (open, close) in [("[", "]"), ("{\"resource\":", "}"), ("{\"partOf\":", "}")] {
        let nested = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        for member in [
          "entry", "type", "resource", "focus", "status", "class", "subject", "identifier", "name", "meta",
        ] {
          for seed in seeds.prefix(2) {
            let text = String(decoding: seed, as: UTF8.self).replacing(
              "\"\(member)\":", with: "\"\(member)\":\(nested),\"x\":")
            #expect(check(Array(text.utf8)), "\(member) \(depth)")
          }
        }
      }
    }
  }

  @Test("outside Bundles, mutated")
  func outsideData() throws {
    guard let data = ProtocolData(subfolder: "fhir", suite: "FHIR garbage, outside Bundles") else { return }
    var random = SeededRandom(seed: 13)
    for line in try data.lines("expected.jsonl") {
      let name = try #require(try JSONValue(parsing: line)["file"]?.string)
      let body = try data.bytes("bundles/\(name)")
      let value = try JSONValue(parsing: body)
      for rate in [5, 60] {
        var mutation = Mutation(rate: rate, random: random)
        var writer = JSONWriter()
        writer.value(mutation.apply(to: value))
        random = mutation.random
        #expect(check(writer.bytes, by: exchanges[0]), "\(name)")
        #expect(check(Array(body[..<Int.random(in: 0..<body.count, using: &random)]), by: exchanges[0]), "\(name)")
      }
    }
  }
}

/// Changes about `rate` of a thousand values of a document.
private struct Mutation {
  let rate: Int
  var random: SeededRandom

  mutating func apply(to value: JSONValue) -> JSONValue {
    if happens { return replacement(of: value) }
    switch value {
    case .array(let elements):
      var changed: [JSONValue] = []
      for element in elements where !happens { changed.append(apply(to: element)) }
      if happens { changed.reverse() }
      return .array(changed)
    case .object(let members):
      var changed: [JSONMember] = []
      for member in members where !happens {
        changed.append(JSONMember(key: member.key, value: apply(to: member.value)))
        if happens { changed.append(JSONMember(key: member.key, value: .int(1))) }
      }
      return .object(changed)
    case .null, .bool, .int, .double, .string: return value
    }
  }

  private var happens: Bool {
    mutating get { Int.random(in: 0..<1000, using: &random) < rate }
  }

  private mutating func replacement(of value: JSONValue) -> JSONValue {
    switch Int.random(in: 0..<9, using: &random) {
    case 0: .null
    case 1: .bool(true)
    case 2: .int(Int64.random(in: .min ... .max, using: &random))
    case 3: .double(-1e300)
    case 4: .string("")
    case 5: .string("\u{0}\u{202E}𠮷\n" + String(repeating: "字", count: 400))
    case 6: .array([value, value])
    case 7: .object([JSONMember(key: "reference", value: value), JSONMember(key: "value", value: value)])
    default: .array([])
    }
  }
}
