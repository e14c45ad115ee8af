import AlertRules
import CareModel

/// A set that is right, to be changed in one place.
func smallSet(
  classify: [ClassifyDefinition] = [], alert: [AlertDefinition] = [],
  route: RouteDefinition? = RouteDefinition(policy: "desk"),
  policies: [PolicyDefinition] = [deskPolicy("desk"), taskPolicy("task")], inhibit: [InhibitDefinition] = [],
  overrides: [OverrideDefinition] = []
) -> RuleSetDefinition {
  RuleSetDefinition(
    name: "small", classify: classify, alert: alert, route: route, policies: policies, inhibit: inhibit,
    overrides: overrides)
}

func compiled(_ definition: RuleSetDefinition) throws -> RuleSet {
  try RuleSet(compiling: definition, hash: "00")
}

/// What is wrong with a definition; empty when nothing is.
func problems(_ definition: RuleSetDefinition) -> [RuleProblem] {
  do throws(RuleSetRefusal) {
    _ = try RuleSet(compiling: definition, hash: "00")
    return []
  } catch {
    return error.problems
  }
}

func step(
  _ ask: Ask, _ mode: Policy.Mode = .all, timeout: TimeSpan = .seconds(45), repeating count: Int = 1,
  skipIf: String? = nil
) -> StepDefinition {
  StepDefinition(ask: ask, mode: mode, timeout: timeout, repeatCount: count, skipIf: skipIf)
}

func track(
  _ id: String = "desk", after: TimeSpan? = .zero, on: String? = nil, steps: [StepDefinition] = [step(.desk)],
  finally: StepDefinition? = step(.dutyChief)
) -> TrackDefinition {
  TrackDefinition(id: id, after: after, on: on, steps: steps, finally: finally)
}

func deskPolicy(_ id: String) -> PolicyDefinition { PolicyDefinition(id: id, tracks: [track()]) }

func taskPolicy(_ id: String) -> PolicyDefinition {
  PolicyDefinition(id: id, tracks: [track("people", steps: [step(.carer)], finally: step(.shiftLeader))])
}

func alertRule(
  _ match: String = "true", id: String = "all", key: [String] = ["signal.origin"], window: TimeSpan = .seconds(90),
  raise: Int? = nil, isJoinOnly: Bool = false
) -> AlertDefinition {
  AlertDefinition(id: id, match: match, key: key, window: window, raiseAt: raise, isJoinOnly: isJoinOnly)
}

func facts(
  _ kind: SignalKind, serial: String? = "K1", sender: String = "K1", battery: Int? = nil,
  oddities: [SignalOddity] = [], resident: Resident? = nil, hospitalSince: Timestamp? = nil,
  now: Timestamp = Timestamp(seconds: 1_767_225_600)
) -> RuleFacts {
  RuleFacts(
    signal: Signal(
      source: SignalSource(feed: .mqtt, sender: sender, serial: serial), kind: kind, batteryPercent: battery,
      oddities: oddities),
    device: nil, resident: resident, dwelling: nil, hospitalSince: hospitalSince, now: now)
}

func person(risk: Int = 0, canSpeak: Bool = true) -> Resident {
  Resident(
    id: ResidentID(high: 1, low: 1), district: 3, dwelling: nil, name: "n", risk: risk, canSpeak: canSpeak)
}
