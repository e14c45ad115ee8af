import AlertRules
import CareModel
import RuleFiles
import Testing

/// The set that is shipped: deploy/rules/default.yaml.
enum DefaultSet {
  static var path: String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return parts.joined(separator: "/") + "/deploy/rules/default.yaml"
  }

  static func load() throws -> RuleSet { try RuleFiles.load(path: path) }
}

/// A signal and what the shipped set must do with it.
struct Routing: Sendable, CustomTestStringConvertible {
  let facts: RuleFacts
  let alertClass: AlertClass
  let key: String?
  let policy: String?
  let raiseAt: Int?
  let isJoinOnly: Bool
  let isEnding: Bool
  let testDescription: String

  init(
    _ kind: SignalKind, _ alertClass: AlertClass, key: String? = nil, _ policy: String? = nil, raise: Int? = nil,
    joinOnly: Bool = false, ends: Bool = false,
    feed: SignalSource.Feed = .mqtt, oddities: [SignalOddity] = [], battery: Int? = nil,
    resident: Resident? = nil
  ) {
    let isHospital = feed == .mllp
    let isNetwork = feed == .engine && [.networkFault, .networkRestored].contains(kind)
    let sender = isHospital ? "SZ01" : isNetwork ? "network:3" : "K1"
    let source = SignalSource(feed: feed, sender: sender, serial: isHospital || isNetwork ? nil : "K1")
    facts = RuleFacts(
      signal: Signal(source: source, kind: kind, batteryPercent: battery, oddities: oddities), device: nil,
      resident: resident, dwelling: nil, hospitalSince: nil, now: Timestamp(seconds: 1_767_225_600))
    self.alertClass = alertClass
    self.key = key
    self.policy = policy
    raiseAt = raise
    isJoinOnly = joinOnly || ends
    isEnding = ends
    testDescription = "\(feed) \(kind) \(oddities.map(\.rawValue))"
  }
}

@Suite struct DefaultSetTests {
  static let alarms: [Routing] =
    [.panic, .fall, .duress].map { Routing($0, .life, key: "K1|person", "life", raise: 3) }
    + [.smoke, .gas, .carbonMonoxide].map { Routing($0, .life, key: "K1|air", "air", raise: 3) }
    + [.requestHelp, .vitals, .inactivity, .wandering, .bedExit, .heat, .water, .doorOpen].map {
      Routing($0, .urgent, key: "K1|\($0.rawValue)", "urgent", raise: 3)
    }
    + [
      Routing(.unknown, .urgent, key: "K1|unknown", "urgent", raise: 3),
      Routing(.unknown, .urgent, key: "K1|unknown", "urgent", raise: 3, oddities: [.notJSON, .unknownDevice]),
      Routing(.panic, .life, key: "K1|person", "life", raise: 3, oddities: [.unknownDevice]),
      Routing(.water, .urgent, key: "K1|water", "urgent", raise: 3, oddities: [.refusedByStore]),
      Routing(.cancel, .service, key: "K1|person", "service", joinOnly: true),
      Routing(.cancel, .service, key: "K1|person", "service", joinOnly: true, oddities: [.unknownDevice]),
    ]

  static let quiet: [Routing] =
    [.batteryLow, .deviceFault, .tamper].map { Routing($0, .technical, key: "K1|device", "desk") }
    + [.lineLost, .lineRestored, .networkFault, .networkRestored].map { Routing($0, .technical) }
    + [
      Routing(.lineLost, .technical, key: "K1|line", "desk", feed: .engine),
      Routing(.lineRestored, .technical, key: "K1|line", "desk", ends: true, feed: .engine),
      Routing(.networkFault, .technical, key: "network:3|network", "network", feed: .engine),
      Routing(.networkRestored, .technical, key: "network:3|network", "desk", ends: true, feed: .engine),
      Routing(.mainsLost, .technical, key: "K1|mains", "mains"),
      Routing(.mainsRestored, .technical, key: "K1|mains", "desk", ends: true),
    ]
    + [.requestAdvice, .requestHousekeeping, .requestEscort, .requestCallback].map {
      Routing($0, .service, key: "K1|\($0.rawValue)", "service")
    }
    + SignalKind.allCases.filter { [.telemetry, .supervision].contains($0.group) }.map { Routing($0, .service) }
    + [SignalOddity.unknownDevice, .notJSON, .notText, .unknownKind, .refusedByStore, .tooLarge].map {
      Routing(.motion, .service, key: "K1|oddity", "service", oddities: [$0])
    }
    + [.wrongClock, .sentWithoutConfirmation].map { Routing(.motion, .service, oddities: [$0]) }
    + [Routing(.lineLost, .technical, key: "K1|oddity", "desk", oddities: [.unknownDevice])]

  static let hospital: [Routing] =
    SignalKind.allCases.filter { $0.group == .hospital }.map { Routing($0, .hospital, feed: .mllp) }
    + [SignalOddity.unknownPatient, .ambiguousPatient, .notText, .missingField, .refusedByStore].map {
      Routing(.admit, .hospital, key: "SZ01|hospital", "service", feed: .mllp, oddities: [$0])
    }
    + [
      Routing(.admit, .hospital, feed: .mllp, oddities: [.wrongClock]),
      Routing(.updateVisit, .hospital, feed: .mllp, oddities: [.unsupportedEvent]),
      Routing(.unknown, .hospital, feed: .mllp, oddities: [.unsupportedEvent]),
      Routing(.unknown, .hospital, key: "SZ01|hospital", "service", feed: .mllp, oddities: [.notText]),
      Routing(.unknown, .hospital, key: "SZ01|hospital", "service", feed: .mllp, oddities: [.unknownKind]),
    ]

  @Test func `the shipped set routes every signal as it should`() throws {
    let set = try DefaultSet.load()
    for routing in Self.alarms + Self.quiet + Self.hospital {
      let (decision, trace) = set.explain(routing.facts)
      let comment = Comment(rawValue: routing.testDescription)
      #expect(decision.alertClass == routing.alertClass, comment)
      #expect(decision.alert?.key == routing.key, comment)
      #expect(decision.alert?.policy == routing.policy, comment)
      #expect(decision.alert?.raiseAt == routing.raiseAt, comment)
      #expect((decision.alert?.isJoinOnly ?? false) == routing.isJoinOnly, comment)
      #expect((decision.alert?.isEnding ?? false) == routing.isEnding, comment)
      #expect(trace.failures == [], comment)
      #expect(!trace.isFallback, comment)
    }
  }

  @Test func `every kind of signal is covered by the table`() {
    let covered = Set((Self.alarms + Self.quiet + Self.hospital).map(\.facts.signal.kind))
    #expect(covered.count == SignalKind.allCases.count)
  }

  @Test func `a battery that is dying raises the press of a person at risk`() throws {
    let set = try DefaultSet.load()
    func severity(risk: Int, battery: Int?) -> Int {
      let resident = Resident(id: ResidentID(high: 1, low: 1), district: 1, dwelling: nil, name: "n", risk: risk)
      return set.decide(Routing(.panic, .life, battery: battery, resident: resident).facts).severity
    }
    #expect(severity(risk: 2, battery: 5) == 7)
    #expect(severity(risk: 3, battery: nil) == 7)
    #expect(severity(risk: 3, battery: 20) == 7)
    #expect(severity(risk: 3, battery: 19) == 9)
    #expect(severity(risk: 4, battery: 90) == 8)
  }

  @Test func `the life policy rings the desk at once and sends somebody on the right signs`() throws {
    let policy = try #require(try DefaultSet.load().policy("life"))
    #expect(policy.tracks.map(\.id) == ["desk", "field"])
    let (desk, field) = (policy.tracks[0], policy.tracks[1])
    #expect(desk.start.after == .zero && desk.start.on == nil && !desk.asksFieldStaff)
    #expect((desk.steps + [desk.finally]).map(\.ask) == [.desk, .shiftLeader, .dutyChief])
    #expect((desk.steps + [desk.finally]).map(\.timeout) == Array(repeating: .seconds(45), count: 3))
    #expect(field.start.after == .seconds(60) && field.asksFieldStaff && field.taskKind == .response)
    #expect(field.steps.map(\.mode) == [.oneByOne, .nearest(2), .all])
    #expect(field.steps.map(\.repeatCount) == [1, 1, 3])
    #expect(field.finally.ask == .shiftLeader)
  }

  @Test func `the field track of a life alert starts on its own for the right signs only`() throws {
    let policy = try #require(try DefaultSet.load().policy("life"))
    let on = try #require(policy.tracks[1].start.on)
    let now = Timestamp(seconds: 1_767_225_600)
    func starts(_ resident: Resident? = nil, _ change: (inout Alert) -> Void = { _ in }) -> Bool {
      var alert = Alert(
        id: AlertID(high: 1, low: 1), district: 1, caseKey: .device(serial: "K1"), key: "k", alertClass: .life,
        severity: 7, kind: .panic, resident: nil, dwelling: nil, serial: "K1", openedAt: now, window: .seconds(90),
        policy: "life", ruleSetHash: "", reason: "", tracks: [], oddities: [])
      change(&alert)
      return on.holds(CaseFacts(alert: alert, resident: resident, now: now), onError: false)
    }
    func person(risk: Int, canSpeak: Bool) -> Resident {
      Resident(
        id: ResidentID(high: 1, low: 1), district: 1, dwelling: nil, name: "n", risk: risk, canSpeak: canSpeak)
    }
    #expect(!starts())
    #expect(!starts(person(risk: 3, canSpeak: true)))
    #expect(!starts { $0.verdict = .noHelpNeeded })
    #expect(starts(person(risk: 4, canSpeak: true)))
    #expect(starts(person(risk: 0, canSpeak: false)))
    #expect(starts { $0.kind = .fall })
    #expect(starts { $0.signalCount = 2 })
    #expect(starts { $0.verdict = .nobodyAnswers })
    #expect(starts { $0.verdict = .needsHelp })
  }

  @Test func `tasks made by hand find people of the fitting role`() throws {
    let set = try DefaultSet.load()
    let roles: [(WorkTask.Kind, StaffRole)] = [
      (.response, .responder), (.escort, .escort), (.visit, .carer), (.hospitalVisit, .carer), (.advice, .carer),
      (.installation, .carer),
    ]
    for (kind, role) in roles {
      let track = try #require(set.policy(forTask: kind)?.tracks.first)
      #expect(track.steps.allSatisfy { $0.ask == .staff(role) })
      #expect(track.steps.first?.mode == .oneByOne && track.steps.last?.mode == .all)
      #expect(track.finally.ask == .shiftLeader && track.finally.timeout == .minutes(5))
    }
  }

  @Test func `the hash is that of the file, and loading twice decides alike`() throws {
    let (first, second) = (try DefaultSet.load(), try DefaultSet.load())
    #expect(first.hash == second.hash)
    #expect(first.hash.count == 64)
    for routing in Self.alarms + Self.quiet + Self.hospital {
      #expect(first.explain(routing.facts) == second.explain(routing.facts))
    }
  }
}
