import CareModel
import Synchronization

/// Makes input ids: UUIDv7 from the time and numbers that no other id has.
package struct InputIDSource: Sendable {
  private let random: @Sendable () -> UInt64

  /// Ids from numbers of this process, or from a given source in tests.
  package init(random: @escaping @Sendable () -> UInt64 = UniqueNumbers.process.next) { self.random = random }

  /// A new id.
  package func next(at now: Timestamp) -> InputID { InputID(at: now, random: (random(), random())) }
}

/// A sequence that begins at 128 bits of the system's random numbers (SplitMix64): ids need to differ, not to be
/// secret, and asking the system twice for each input cost more than deciding what an input means.
package final class UniqueNumbers: Sendable {
  /// The sequence of this process.
  package static let process = UniqueNumbers()

  private let salt = UInt64.random(in: .min ... .max)
  private let counter = Atomic(UInt64.random(in: .min ... .max))

  /// The next number.
  package func next() -> UInt64 {
    fixedMix(counter.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue) ^ salt
  }
}
