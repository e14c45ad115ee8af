import AlertRules
import CareModel

/// The rules of a run when none are given: the life policy with its two tracks, and a slower one for all else.
package enum SimulationRules {
  /// The set, compiled.
  package static let standard: RuleSet = {
    do {
      return try RuleSet(compiling: definition, hash: "simulation")
    } catch {
      preconditionFailure("the simulation's own rules are sound: \(error)")
    }
  }()

  private static let definition = RuleSetDefinition(
    name: "simulation",
    classify: [
      ClassifyDefinition(
        id: "life", when: "signal.kind in ['panic', 'fall', 'duress', 'smoke', 'gas', 'carbonMonoxide']",
        alertClass: .life, severity: 7),
      ClassifyDefinition(
        id: "urgent", when: "signal.kind in ['requestHelp', 'vitals', 'inactivity', 'wandering']",
        alertClass: .urgent, severity: 5),
    ],
    alert: [
      AlertDefinition(
        id: "cancel", match: "signal.kind == 'cancel'", key: ["signal.origin", "'person'"], window: .seconds(90),
        isJoinOnly: true),
      AlertDefinition(
        id: "person", match: "signal.kind in ['panic', 'fall', 'duress']", key: ["signal.origin", "'person'"],
        window: .seconds(90), raiseAt: 3),
      AlertDefinition(
        id: "urgent", match: "alert.class == 'urgent' || alert.class == 'life'",
        key: ["signal.origin", "signal.kind"], window: .seconds(90), raiseAt: 3),
      AlertDefinition(
        id: "device", match: "signal.kind in ['batteryLow', 'deviceFault']", key: ["signal.origin", "'device'"],
        window: .hours(1)),
      AlertDefinition(
        id: "line", match: "signal.kind == 'lineLost' && signal.feed == 'engine'", key: ["signal.origin", "'line'"],
        window: .hours(1)),
      AlertDefinition(
        id: "line-back", match: "signal.kind == 'lineRestored' && signal.feed == 'engine'",
        key: ["signal.origin", "'line'"], window: .hours(1), isEnding: true),
      AlertDefinition(
        id: "network", match: "signal.kind == 'networkFault'", key: ["signal.origin", "'network'"], window: .hours(1)),
      AlertDefinition(
        id: "network-back", match: "signal.kind == 'networkRestored'", key: ["signal.origin", "'network'"],
        window: .hours(1), isEnding: true),
      AlertDefinition(
        id: "request", match: "signal.kind in ['requestAdvice', 'requestCallback']",
        key: ["signal.origin", "signal.kind"], window: .minutes(10)),
      AlertDefinition(
        id: "check",
        match: "signal.oddities.exists(o, o in ['unknownPatient', 'ambiguousPatient', 'notText', 'missingField'])",
        key: ["signal.origin", "'check'"], window: .hours(1)),
    ],
    route: RouteDefinition(
      policy: "urgent",
      routes: [
        RouteDefinition(policy: "life", when: "alert.class == 'life'"),
        RouteDefinition(policy: "service", when: "alert.class in ['service', 'hospital', 'technical']"),
      ]),
    policies: [
      PolicyDefinition(id: "life", tracks: [desk(every: .seconds(45)), field]),
      PolicyDefinition(
        id: "urgent",
        tracks: [desk(every: .minutes(1)), later(on: "alert.verdict in ['nobodyAnswers', 'needsHelp']")]),
      PolicyDefinition(
        id: "service", tracks: [desk(every: .minutes(10)), later(on: "alert.verdict == 'needsHelp'")]),
      PolicyDefinition(id: "task", tracks: [people]),
    ])

  private static func desk(every timeout: TimeSpan) -> TrackDefinition {
    TrackDefinition(
      id: "desk", after: .zero,
      steps: [
        StepDefinition(ask: .desk, mode: .all, timeout: timeout),
        StepDefinition(ask: .shiftLeader, mode: .all, timeout: timeout),
      ], finally: StepDefinition(ask: .dutyChief, mode: .all, timeout: timeout))
  }

  private static let field = TrackDefinition(
    id: "field", after: .seconds(60),
    on: """
      alert.kind == 'fall' || alert.signals >= 2 || alert.verdict in ['nobodyAnswers', 'needsHelp']
      || has(resident.canSpeak) && !resident.canSpeak
      """,
    steps: [
      StepDefinition(ask: .responder, mode: .oneByOne, timeout: .seconds(60)),
      StepDefinition(ask: .responder, mode: .nearest(2), timeout: .seconds(60)),
      StepDefinition(ask: .responder, mode: .all, timeout: .seconds(90), repeatCount: 3),
    ], finally: StepDefinition(ask: .shiftLeader, mode: .all, timeout: .seconds(60)))

  private static func later(on condition: String) -> TrackDefinition {
    TrackDefinition(
      id: "field", after: nil, on: condition,
      steps: [StepDefinition(ask: .responder, mode: .oneByOne, timeout: .seconds(90))],
      finally: StepDefinition(ask: .shiftLeader, mode: .all, timeout: .minutes(2)))
  }

  private static let people = TrackDefinition(
    id: "people", after: .zero,
    steps: [
      StepDefinition(ask: .carer, mode: .oneByOne, timeout: .seconds(90), repeatCount: 2),
      StepDefinition(ask: .carer, mode: .all, timeout: .seconds(90)),
    ], finally: StepDefinition(ask: .shiftLeader, mode: .all, timeout: .minutes(5)), taskKind: .visit)
}
