import CareModel

/// The `correlate` rules of a set, compiled and indexed.
package struct CompiledCorrelations: Sendable {
  /// The rules in the order of the set.
  package let rules: [CorrelationRule]
  /// Kinds of signals that some rule can read: telemetry of these kinds takes the way of the engine, all other
  /// telemetry stays a row.
  package let kinds: Set<SignalKind>
  /// The schedules that their conditions read.
  let schedules: ScheduleReads
  private let byKind: [SignalKind: [Int]]
  private let places: [String: Int]

  init(_ rules: [CorrelationRule], schedules: ScheduleBook = .empty) {
    self.rules = rules
    self.schedules = schedules.reads(of: rules.flatMap { $0.key + $0.conditions.all })
    kinds = rules.reduce(into: []) { $0.formUnion($1.kinds) }
    byKind = Dictionary(
      uniqueKeysWithValues: kinds.map { kind in
        (kind, rules.indices.filter { rules[$0].kinds.contains(kind) })
      })
    places = Dictionary(rules.indices.map { (rules[$0].id, $0) }) { first, _ in first }
  }

  /// Rules about which a signal of the kind says something, in the order of the set.
  package func candidates(_ kind: SignalKind) -> [Int] { byKind[kind] ?? [] }

  /// The rule of that id, or nil.
  package subscript(id: String) -> CorrelationRule? { places[id].map { rules[$0] } }
}
