import CareModel
import JSONText

/// Where the kind of a signal comes from.
enum KindSource: Sendable, Equatable {
  /// Always this.
  case literal(SignalKind)
  /// By a field's text; a text that the table lacks is `otherwise`.
  case table(paths: [MappingPath], kinds: [String: SignalKind], otherwise: SignalKind)

  /// The kind; nil when the field is not there.
  func kind(in scope: MappingScope, absent: Set<String>) -> SignalKind? {
    switch self {
    case .literal(let kind): kind
    case .table(let paths, let kinds, let otherwise):
      FieldSource(paths: paths).text(in: scope, absent: absent).map { kinds[$0] ?? otherwise }
    }
  }

  /// All kinds that it can give.
  var kinds: [SignalKind] {
    switch self {
    case .literal(let kind): [kind]
    case .table(_, let kinds, let otherwise): Array(kinds.values) + [otherwise]
    }
  }
}

/// One condition of a rule.
struct MappingCondition: Sendable, Equatable {
  enum Test: Sendable, Equatable {
    /// One of the values that the path finds is one of these texts.
    case equals([String])
    /// The path finds something, or nothing.
    case isPresent(Bool)
  }

  var path: MappingPath
  var test: Test

  func holds(in scope: MappingScope, absent: Set<String>) -> Bool {
    let values = path.values(in: scope)
    switch test {
    case .equals(let texts):
      return values.contains { value in scalarText(value).map { texts.contains($0) } ?? false }
    case .isPresent(let isWanted):
      let isThere = values.contains { value in
        scalarText(value).map { !$0.isEmpty && !absent.contains($0) } ?? !value.isNull
      }
      return isThere == isWanted
    }
  }
}
