/// Bounds and times of the telemetry store.
package struct TelemetrySettings: Sendable {
  /// Most rows of one transaction.
  package var maximumBatch = 4_000
  /// Most rows waiting; beyond it a signal is answered `false` at once.
  package var maximumQueued = 100_000
  /// Transactions on their way at once.
  package var maximumInFlight = 2
  /// How often a row is sent again after a lost connection before it is answered `false`.
  package var maximumResends = 3
  /// Most devices whose last sign waits for the next flush; beyond it new ones are left out until then.
  package var maximumHeard = 500_000
  /// Most devices of one flush statement.
  package var maximumHeardBatch = 20_000
  /// Time between two flushes of what was heard.
  package var heardInterval = Swift.Duration.seconds(5)
  /// Wait between two attempts to connect.
  package var reconnectInterval = Swift.Duration.milliseconds(500)
  /// Seconds for a transaction, from sending to its answer; then the connection counts as lost.
  package var statementSeconds = 3.0

  /// The defaults.
  package init() {}
}
