import CareModel

/// A rule set as written, with its expressions as text; ``RuleSet/init(compiling:hash:)`` makes it work.
package struct RuleSetDefinition: Sendable {
  /// The set's name.
  package var name: String
  /// What a signal is; all that match apply.
  package var classify: [ClassifyDefinition]
  /// What follows from several signals, or from their absence.
  package var correlate: [CorrelateDefinition] = []
  /// Which alert a signal belongs to; the first that matches applies.
  package var alert: [AlertDefinition]
  /// Which policy an alert gets; nil is refused.
  package var route: RouteDefinition?
  /// Who is asked, how and for how long.
  package var policies: [PolicyDefinition]
  /// Times that conditions can ask for.
  package var schedules: [Schedule]
  /// Which alerts hold back the asking for others.
  package var inhibit: [InhibitDefinition]
  /// What is different for single people.
  package var overrides: [OverrideDefinition]

  /// A rule set as written.
  package init(
    name: String, classify: [ClassifyDefinition], alert: [AlertDefinition], route: RouteDefinition?,
    policies: [PolicyDefinition], schedules: [Schedule] = [], inhibit: [InhibitDefinition] = [],
    overrides: [OverrideDefinition] = []
  ) {
    self.schedules = schedules
    self.inhibit = inhibit
    self.overrides = overrides
    self.name = name
    self.classify = classify
    self.alert = alert
    self.route = route
    self.policies = policies
  }
}

/// One `classify` rule.
package struct ClassifyDefinition: Sendable {
  /// Names the rule in reasons.
  package var id: String
  /// A condition on the facts.
  package var when: String
  /// Sets the class to at least this.
  package var alertClass: AlertClass?
  /// Sets the severity to at least this, 0-10.
  package var severity: Int?
  /// Short texts on the alert.
  package var labels: [AlertLabel]

  /// A rule.
  package init(
    id: String, when: String, alertClass: AlertClass? = nil, severity: Int? = nil, labels: [AlertLabel] = []
  ) {
    self.labels = labels
    self.id = id
    self.when = when
    self.alertClass = alertClass
    self.severity = severity
  }
}

/// One `alert` rule.
package struct AlertDefinition: Sendable {
  /// Names the rule in reasons; when the rule has none, one that only its condition and key determine.
  package var id: String
  /// A condition on the facts, with `alert.class`, `alert.severity` and `alert.labels`.
  package var match: String
  /// Expressions that make up the key; signals with equal keys are one alert.
  package var key: [String]
  /// How long after its resolution the alert is reopened, and over what `raiseAt` counts.
  package var window: TimeSpan
  /// The alert is raised when this many signals came within the window: an expression that gives an int.
  package var raise: String?
  /// Joins an open alert but never opens one.
  package var isJoinOnly: Bool
  /// Joins, and says that the cause is over: the engine resolves the alert when it is technical.
  package var isEnding: Bool

  /// A rule; one that ends an alert never opens one.
  package init(
    id: String? = nil, match: String, key: [String], window: TimeSpan, raiseAt: Int? = nil, raise: String? = nil,
    isJoinOnly: Bool = false, isEnding: Bool = false
  ) {
    self.id = id ?? Self.id(match, key)
    self.match = match
    self.key = key
    self.window = window
    self.raise = raise ?? raiseAt.map { String($0) }
    self.isJoinOnly = isJoinOnly || isEnding
    self.isEnding = isEnding
  }

  private static func id(_ match: String, _ key: [String]) -> String {
    let text = AlertKey.joined([match] + key)
    return "alert-" + String(fixedHash(text.utf8), radix: 16)
  }
}

/// A route and those below it; the first that matches below wins over this one, and those before it that continue.
package struct RouteDefinition: Sendable {
  /// The policy's id.
  package var policy: String
  /// A condition as in `alert`; nil for the root only.
  package var when: String?
  /// Narrower routes.
  package var routes: [RouteDefinition]
  /// When it matches, the routes beside it that follow are tried too, and several policies run.
  package var continues: Bool

  /// A route.
  package init(policy: String, when: String? = nil, continues: Bool = false, routes: [RouteDefinition] = []) {
    self.continues = continues
    self.policy = policy
    self.when = when
    self.routes = routes
  }
}

/// A policy as written.
package struct PolicyDefinition: Sendable {
  /// The id.
  package var id: String
  /// Its tracks, side by side.
  package var tracks: [TrackDefinition]
  /// What it promises.
  package var targets: Policy.Targets?

  /// A policy.
  package init(id: String, targets: Policy.Targets? = nil, tracks: [TrackDefinition]) {
    self.targets = targets
    self.id = id
    self.tracks = tracks
  }
}

/// A track as written.
package struct TrackDefinition: Sendable {
  /// The id within the policy.
  package var id: String
  /// Starts this long after the alert; nil = only on `on`. Zero is at once.
  package var after: TimeSpan?
  /// Starts as soon as this condition on the case holds.
  package var on: String?
  /// The steps in turn.
  package var steps: [StepDefinition]
  /// Asked again and again; nil is refused.
  package var finally: StepDefinition?
  /// What its task is, when it asks field staff.
  package var taskKind: WorkTask.Kind

  /// A track.
  package init(
    id: String, after: TimeSpan?, on: String? = nil, steps: [StepDefinition], finally: StepDefinition?,
    taskKind: WorkTask.Kind = .response
  ) {
    self.id = id
    self.after = after
    self.on = on
    self.steps = steps
    self.finally = finally
    self.taskKind = taskKind
  }
}

/// A step as written.
package struct StepDefinition: Sendable {
  /// Whom to ask.
  package var ask: Ask
  /// How many at once.
  package var mode: Policy.Mode
  /// How long an answer is waited for.
  package var timeout: TimeSpan
  /// How often it is asked before the next.
  package var repeatCount: Int
  /// A condition on the case: when it holds, the step is not asked.
  package var skipIf: String?
  /// A condition on a member of staff and the case: only these are asked.
  package var who: String?
  /// A double of a member of staff and the case: the lowest is asked first.
  package var order: String?
  /// A condition on the case: when it does not hold as the step's turn comes, the step is not asked.
  package var when: String?
  /// A condition on the case: as soon as it holds, the step ends.
  package var until: String?
  /// Channels that may be used; empty = all.
  package var channels: [String]

  /// A step.
  package init(
    ask: Ask, mode: Policy.Mode, timeout: TimeSpan, repeatCount: Int = 1, skipIf: String? = nil,
    who: String? = nil, order: String? = nil, when: String? = nil, until: String? = nil, channels: [String] = []
  ) {
    self.who = who
    self.order = order
    self.when = when
    self.until = until
    self.channels = channels
    self.ask = ask
    self.mode = mode
    self.timeout = timeout
    self.repeatCount = repeatCount
    self.skipIf = skipIf
  }
}
