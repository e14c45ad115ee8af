import AlertEngine
import AlertRules
import CareModel

/// Small rule sets around one policy, and the people that its steps ask.
enum RulesBench {
  static let home = DwellingID(high: 1, low: 2)
  static let daughter = ContactID(high: 6, low: 1)
  static let son = ContactID(high: 6, low: 2)
  static let neighbour = ContactID(high: 6, low: 3)
  static let message = Destination(channel: "webhook", address: "daughter")

  static func step(
    _ ask: Ask, _ mode: Policy.Mode = .all, timeout: TimeSpan = .seconds(60), repeating count: Int = 1,
    who: String? = nil, order: String? = nil, when: String? = nil, until: String? = nil, channels: [String] = []
  ) -> StepDefinition {
    StepDefinition(
      ask: ask, mode: mode, timeout: timeout, repeatCount: count, who: who, order: order, when: when, until: until,
      channels: channels)
  }

  /// A track that ends with the duty chief.
  static func track(_ id: String, _ steps: StepDefinition...) -> TrackDefinition {
    TrackDefinition(id: id, after: .zero, steps: steps, finally: step(.dutyChief))
  }

  static let desk = track("desk", step(.desk))

  static func set(
    _ tracks: TrackDefinition..., targets: Policy.Targets? = nil, classify: [ClassifyDefinition] = [],
    route: RouteDefinition = RouteDefinition(policy: "own"), inhibit: [InhibitDefinition] = [],
    overrides: [OverrideDefinition] = []
  ) throws -> RuleSet {
    let people = TrackDefinition(id: "people", after: .zero, steps: [step(.carer)], finally: step(.shiftLeader))
    let definition = RuleSetDefinition(
      name: "bench",
      classify: [
        ClassifyDefinition(id: "life", when: "signal.kind in ['panic', 'smoke']", alertClass: .life, severity: 7),
        ClassifyDefinition(id: "fault", when: "signal.kind == 'mainsLost'", alertClass: .technical, severity: 2),
      ] + classify,
      alert: [
        AlertDefinition(
          id: "all", match: "true", key: ["signal.origin", "signal.kind == 'panic' ? 'heat' : signal.kind"],
          window: .seconds(90))
      ], route: route,
      policies: [
        PolicyDefinition(id: "own", targets: targets, tracks: tracks),
        PolicyDefinition(id: "also", tracks: [desk, track("people", step(.carer))]),
        PolicyDefinition(id: "task", tracks: [people]),
      ], inhibit: inhibit, overrides: overrides)
    return try RuleSet(compiling: definition, hash: "bench")
  }

  /// A contact; the order decides.
  static func contact(
    _ id: ContactID, _ relation: String, order: Int, destination: Destination? = nil,
    quiet: Contact.QuietHours? = nil, minutesToCome: Int? = nil, holdsKey: Bool = false
  ) -> RegisterChange {
    .contact(
      Contact(
        id: id, resident: Bench.resident, name: relation, relation: relation, phone: "1", order: order,
        mayBeTold: true, destination: destination, quiet: quiet, minutesToCome: minutesToCome, holdsKey: holdsKey))
  }

  static let family: [RegisterChange] = [
    contact(daughter, "daughter", order: 1, destination: message), contact(son, "son", order: 2),
    contact(neighbour, "neighbour", order: 3, holdsKey: true),
  ]

  /// A second device at another home of the same district, and one of the first home.
  static let devices: [RegisterChange] = [
    .device(Device(serial: "K2", dwelling: home, resident: nil, district: 1)),
    .device(Device(serial: "K3", dwelling: home, resident: nil, district: 1)),
  ]
}

extension Bench {
  /// Texts of timeline entries of a kind so far.
  func texts(_ kind: CareEvent.Kind) -> [String] { events.filter { $0.kind == kind }.map { $0.text ?? "" } }

  /// An engine that knows what the store would know, and nothing else.
  func restarted(_ rules: RuleSet, also: [RegisterChange] = []) -> Bench {
    var bench = Bench(rules: rules, also: also)
    var snapshot = core.openWork
    snapshot.notifications = []
    bench.now = now
    bench.step(.casesLoaded(snapshot))
    return bench
  }
}
