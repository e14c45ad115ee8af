/// How surely a message is delivered (3.1.1 section 4.3).
package enum QualityOfService: UInt8, Sendable, CaseIterable, Comparable {
  case atMostOnce, atLeastOnce, exactlyOnce

  /// Less sure is less.
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
