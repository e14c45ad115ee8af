import CEL
import CareModel

/// The rules of a set, compiled and indexed; immutable and shared by copies of the set.
final class CompiledRules: Sendable {
  struct Classify: Sendable {
    let id: String
    let program: CELProgram
    let alertClass: AlertClass?
    let severity: Int
    let labels: [AlertLabel]
  }

  struct AlertRule: Sendable {
    let id: String
    let program: CELProgram
    let key: [CELProgram]
    let window: TimeSpan
    let raise: Raise
    let isJoinOnly: Bool
    let isEnding: Bool
  }

  /// How many signals raise an alert.
  enum Raise: Sendable {
    case never
    case at(Int)
    case by(CELProgram)
  }

  struct Inhibit: Sendable {
    let id: String
    let source: CELProgram
    let target: CELProgram
    let equal: [CELProgram]
  }

  /// What is different for a person, until it ends.
  struct Override: Sendable {
    /// Its place in the set, for reasons.
    let index: Int
    let until: Timestamp
    let classify: [OwnClassify]
    let policy: String?
    let plan: CELValue?
    let contacts: [String]
    let inhibit: [String]
  }

  /// Sets class and severity to exactly this.
  struct OwnClassify: Sendable {
    let program: CELProgram
    let alertClass: AlertClass?
    let severity: Int?
    let labels: [AlertLabel]
  }

  /// A step's choice among staff, for warnings.
  struct Choice: Sendable {
    let path: String
    let ask: Ask
    let who: StaffExpression?
  }

  struct Route: Sendable {
    let policy: String
    let when: CELProgram?
    var continues = false
    let routes: [Route]

    /// The conditions of this route and of all below it.
    var programs: [CELProgram] { [when].compactMap { $0 } + routes.flatMap(\.programs) }
    /// Some route below, or this one, lets those beside it be tried too.
    var hasContinue: Bool { continues || routes.contains(where: \.hasContinue) }
  }

  let classify: [Classify]
  let classifyIndex: KindIndex
  let correlate: CompiledCorrelations
  let alert: [AlertRule]
  let alertIndex: KindIndex
  let route: Route
  let policies: [String: Policy]
  /// What conditions read that a signal of a kind can meet.
  let schedules: [SignalKind: ScheduleReads]
  let inhibit: [Inhibit]
  let inhibitSources: KindIndex
  let inhibitTargets: KindIndex
  let overrides: [ResidentID: [Override]]
  let choices: [Choice]
  let hasContinue: Bool
  /// Some step of some policy ends by a condition.
  let watchesCases: Bool

  init(
    classify: [Classify], correlate: CompiledCorrelations, alert: [AlertRule], route: Route,
    policies: [String: Policy], schedules: ScheduleBook = .empty, inhibit: [Inhibit] = [],
    overrides: [ResidentID: [Override]] = [:], choices: [Choice] = []
  ) {
    self.schedules = Self.schedules(
      schedules,
      classify.map(\.program) + alert.flatMap { [$0.program] + $0.key } + route.programs
        + overrides.values.joined().flatMap { $0.classify.map(\.program) })
    self.inhibit = inhibit
    self.overrides = overrides
    self.choices = choices
    inhibitSources = KindIndex(inhibit.map(\.source))
    inhibitTargets = KindIndex(inhibit.map(\.target))
    hasContinue = route.hasContinue
    watchesCases = policies.values.contains { policy in
      policy.tracks.contains { $0.steps.contains { $0.terms?.until != nil } }
    }
    self.classify = classify
    self.correlate = correlate
    self.alert = alert
    self.route = route
    self.policies = policies
    classifyIndex = KindIndex(classify.map(\.program))
    alertIndex = KindIndex(alert.map(\.program))
  }

  private static func schedules(
    _ book: ScheduleBook, _ programs: [CELProgram]
  ) -> [SignalKind: ScheduleReads] {
    let timed = programs.filter { !book.reads(of: CollectionOfOne($0)).isEmpty }
    if timed.isEmpty { return [:] }
    return Dictionary(
      uniqueKeysWithValues: SignalKind.allCases.map { kind in
        (kind, book.reads(of: timed.filter { ExpressionCheck.isPossible($0, kind) }))
      })
  }

  /// The activation with the schedules that conditions on a signal of a kind read.
  func timed(_ activation: CELActivation, _ facts: RuleFacts) -> CELActivation {
    if schedules.isEmpty { return activation }
    return schedules[facts.signal.kind]?.adding(to: activation, at: facts.now) ?? activation
  }
}

/// For each signal kind the rules that could match it, in the order of the set: cost grows with these, not with all.
struct KindIndex: Sendable {
  private let rules: [SignalKind: [Int]]

  init(_ programs: [CELProgram]) {
    rules = Dictionary(
      uniqueKeysWithValues: SignalKind.allCases.map { kind in
        (kind, programs.indices.filter { ExpressionCheck.isPossible(programs[$0], kind) })
      })
  }

  func candidates(_ kind: SignalKind) -> [Int] { rules[kind] ?? [] }
}
