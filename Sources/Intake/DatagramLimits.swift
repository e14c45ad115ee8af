import CareModel

/// Bounds of a receiver of datagrams, beside those of ``ReceiverSettings``.
package struct DatagramLimits: Sendable, Equatable {
  /// Longest datagram, 1-65,507 bytes; a longer one is dropped and counted.
  package var maximumBytes: Int
  /// How long after its last datagram, or after its last delivery was settled, a peer is forgotten.
  package var idleLimit: TimeSpan

  /// Limits; by default 8 KiB and two minutes.
  package init(maximumBytes: Int = 8192, idleLimit: TimeSpan = .minutes(2)) {
    precondition((1...65_507).contains(maximumBytes) && idleLimit > .zero)
    self.maximumBytes = maximumBytes
    self.idleLimit = idleLimit
  }
}
