import CareModel

/// Bounds and times of the commit store.
package struct StoreSettings: Sendable {
  /// Most commits of one group (one transaction).
  package var maximumGroupCommits = 500
  /// Most bytes of one group, by ``CommitQueue/weight(of:)``; a heavier commit goes alone.
  package var maximumGroupBytes = 8 << 20
  /// Groups on their way at once.
  package var maximumGroupsInFlight = 4
  /// Commits waiting at which the host stops feeding; they are never dropped for their number.
  package var maximumQueuedCommits = 200_000
  /// Seconds for a connection to be open.
  package var connectSeconds = 1.0
  /// Seconds for a group, from sending to its answer; then the connection counts as lost.
  package var statementSeconds = 3.0
  /// Seconds for each query of recovery.
  package var recoverySeconds = 60.0
  /// First wait before connecting again; doubles up to ``backoffLimit``, with half of it at random.
  package var backoff = Swift.Duration.milliseconds(50)
  /// Longest wait between two attempts to connect.
  package var backoffLimit = Swift.Duration.seconds(2)
  /// Fruitless connections after which a group that the server refuses counts as bad, whatever the reason given.
  package var poisonAttempts = 3
  /// How long ago a closed stay may have changed to be loaded (``EngineSettings/stayMemory``).
  package var stayMemory = TimeSpan.hours(24 * 30)

  /// The defaults.
  package init() {}
}
