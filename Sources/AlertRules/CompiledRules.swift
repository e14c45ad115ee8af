import CEL
import CareModel

/// The rules of a set, compiled and indexed; immutable and shared by copies of the set.
final class CompiledRules: Sendable {
  struct Classify: Sendable {
    let id: String
    let program: CELProgram
    let alertClass: AlertClass?
    let severity: Int
  }

  struct AlertRule: Sendable {
    let id: String
    let program: CELProgram
    let key: [CELProgram]
    let window: TimeSpan
    let raiseAt: Int?
    let isJoinOnly: Bool
    let isEnding: Bool
  }

  struct Route: Sendable {
    let policy: String
    let when: CELProgram?
    let routes: [Route]
  }

  let classify: [Classify]
  let classifyIndex: KindIndex
  let alert: [AlertRule]
  let alertIndex: KindIndex
  let route: Route
  let policies: [String: Policy]

  init(classify: [Classify], alert: [AlertRule], route: Route, policies: [String: Policy]) {
    self.classify = classify
    self.alert = alert
    self.route = route
    self.policies = policies
    classifyIndex = KindIndex(classify.map(\.program))
    alertIndex = KindIndex(alert.map(\.program))
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
