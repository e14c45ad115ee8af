import AlertRules
import CareModel
import RuleTrials

/// Reads the `tests` of a set.
struct RuleTestReader {
  /// Most tests of a set.
  static let maximumTests = 1000
  /// Most signals of a test.
  static let maximumSignals = 100
  /// The moment at which signals of tests come in: 2026-01-01T00:00:00Z.
  static let moment = Timestamp(seconds: 1_767_225_600)

  var reader: RuleReader
  /// The homes of the test that is being read: one a serial, by the order in which they are named.
  var homes: [String: UInt64] = [:]

  mutating func read(_ node: TextNode?) -> [RuleTest] {
    guard let node, let elements = reader.list(node, "tests") else { return [] }
    guard elements.count <= Self.maximumTests else {
      reader.report(node.place, "there are \(elements.count) tests; the limit is \(Self.maximumTests).")
      return []
    }
    return elements.enumerated().compactMap { test($1, "tests[\($0)]") }
  }

  private mutating func test(_ node: TextNode, _ path: String) -> RuleTest? {
    let table = reader.table(node, path, required: ["name", "given", "expect"], optional: ["start"])
    guard let table else { return nil }
    homes = [:]
    let name = reader.text(table["name"], table.path("name"))
    let start = moment(table["start"], table.path("start"))
    let given = table["given"].flatMap { signals($0, table.path("given")) }
    guard let outcome = table["expect"], case .list = outcome.content else {
      let expect = table["expect"].flatMap { expectation($0, table.path("expect")) }
      guard let name, let given, let expect else { return nil }
      return RuleTest(name: name, path: path, given: given.map(\.facts), expect: expect)
    }
    let expected = expectations(outcome, table.path("expect"))
    guard let name, let given, let expected else { return nil }
    let trial = RuleTrial(name: name, given: given, expected: expected, start: start ?? Self.moment)
    return RuleTest(name: name, path: path, given: given.map(\.facts), expect: .init(), trial: trial)
  }

  private mutating func expectation(_ node: TextNode, _ path: String) -> RuleTest.Expectation? {
    let keys = ["class", "severity", "alert", "joinOnly", "ends", "policy", "oneAlert"]
    guard let table = reader.table(node, path, required: [], optional: keys) else { return nil }
    if keys.allSatisfy({ table[$0] == nil }) {
      reader.report(node.place, "the test expects nothing: add class, policy or alert.")
    }
    return RuleTest.Expectation(
      alertClass: reader.word(table["class"], table.path("class"), AlertClass.self),
      severity: reader.integer(table["severity"], table.path("severity")),
      hasAlert: reader.flag(table["alert"], table.path("alert")),
      isJoinOnly: reader.flag(table["joinOnly"], table.path("joinOnly")),
      isEnding: reader.flag(table["ends"], table.path("ends")),
      policy: reader.text(table["policy"], table.path("policy")),
      isOneAlert: reader.flag(table["oneAlert"], table.path("oneAlert")))
  }

  // MARK: signals

  private mutating func signals(_ node: TextNode, _ path: String) -> [RuleTrial.Given]? {
    guard let elements = reader.list(node, path) else { return nil }
    guard (1...Self.maximumSignals).contains(elements.count) else {
      reader.report(node.place, "a test has 1 to \(Self.maximumSignals) signals.")
      return nil
    }
    var last = TimeSpan.zero
    return elements.enumerated().compactMap { index, element in
      guard let (at, facts) = facts(element, "\(path)[\(index)]") else { return nil }
      last = at ?? last
      return RuleTrial.Given(at: last, facts: facts)
    }
  }

  private mutating func facts(_ node: TextNode, _ path: String) -> (at: TimeSpan?, facts: RuleFacts)? {
    let keys = [
      "at", "serial", "sender", "feed", "battery", "zone", "value", "oddities", "hospital", "patientClass", "resident",
      "inHospital",
    ]
    guard let table = reader.table(node, path, required: ["kind"], optional: keys),
      let kind = reader.word(table["kind"], table.path("kind"), SignalKind.self)
    else { return nil }
    let at = offset(table["at"], table.path("at"))
    let signal = self.signal(kind, table)
    let number = signal.source.serial.map { homes[$0] ?? UInt64(homes.count + 1) } ?? 1
    if let serial = signal.source.serial { homes[serial] = number }
    let home = DwellingID(high: 2, low: number)
    let person = table["resident"].flatMap { resident($0, table.path("resident"), number) }
    let district = person?.district ?? 1
    var device: Device?
    if let serial = signal.source.serial, !signal.oddities.contains(.unknownDevice) {
      device = Device(serial: serial, dwelling: home, resident: person?.id, district: district)
    }
    let isInHospital = reader.flag(table["inHospital"], table.path("inHospital")) ?? false
    let facts = RuleFacts(
      signal: signal, device: device, resident: person,
      dwelling: device == nil ? nil : Dwelling(id: home, district: district, address: "test"),
      hospitalSince: isInHospital ? Self.moment - .hours(1) : nil, now: Self.moment)
    return (at, facts)
  }

  private mutating func signal(_ kind: SignalKind, _ table: RuleReader.Table) -> Signal {
    let hospital = hospital(table)
    let feed = reader.word(table["feed"], table.path("feed"), SignalSource.Feed.self)
    let sender = reader.text(table["sender"], table.path("sender"))
    var serial = reader.text(table["serial"], table.path("serial"))
    if hospital == nil, kind.group != .hospital { serial = serial ?? sender ?? "test-device" }
    let source = SignalSource(
      feed: feed ?? (hospital == nil ? .mqtt : .mllp),
      sender: sender ?? hospital?.hospitalCode ?? serial ?? "test-sender", serial: serial)
    return Signal(
      source: source, kind: kind, occurredAt: nil,
      batteryPercent: reader.integer(table["battery"], table.path("battery")),
      zone: reader.text(table["zone"], table.path("zone")),
      value: reader.number(table["value"], table.path("value")), hospital: hospital, oddities: oddities(table))
  }

  private mutating func hospital(_ table: RuleReader.Table) -> HospitalMessage? {
    let code = reader.text(table["hospital"], table.path("hospital"))
    let patientClass = reader.word(table["patientClass"], table.path("patientClass"), PatientClass.self)
    return code.map {
      HospitalMessage(
        hospitalCode: $0, eventCode: "test", patient: PatientIdentity(), patientClass: patientClass ?? .unknown)
    }
  }

  private mutating func oddities(_ table: RuleReader.Table) -> [SignalOddity] {
    guard let node = table["oddities"], let elements = reader.list(node, table.path("oddities")) else { return [] }
    return elements.enumerated().compactMap { index, element in
      reader.word(element, "\(table.path("oddities"))[\(index)]", SignalOddity.self)
    }
  }

  private mutating func resident(_ node: TextNode, _ path: String, _ number: UInt64) -> Resident? {
    let table = reader.table(
      node, path, required: [], optional: ["risk", "canSpeak", "district", "lifecycle"])
    guard let table else { return nil }
    let district = reader.integer(table["district"], table.path("district")) ?? 1
    return Resident(
      id: ResidentID(high: 1, low: number), district: DistrictID(clamping: district),
      dwelling: DwellingID(high: 2, low: number), name: "test",
      risk: reader.integer(table["risk"], table.path("risk")) ?? 0,
      canSpeak: reader.flag(table["canSpeak"], table.path("canSpeak")) ?? true,
      lifecycle: reader.word(table["lifecycle"], table.path("lifecycle"), Resident.Lifecycle.self) ?? .active)
  }
}
