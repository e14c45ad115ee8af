import CareModel

/// The settings of one listener for watches, with the bounds of every session.
package struct WatchConfiguration: Sendable, Equatable {
  /// The watches' clocks, as minutes east of UTC; -1439 to 1439. The public decoders take UTC.
  package var clockOffsetMinutes: Int
  /// Largest content in bytes that is kept; a larger one closes the connection, except voice, which is skipped.
  package var maximumContentBytes: Int
  /// Most bytes kept while nothing may be processed; one past it, the connection is closed.
  package var maximumHeldBytes: Int
  /// Most deliveries handed over and not settled, or answers that wait for them; then reading pauses. The frame that
  /// reaches the bound is delivered whole.
  package var maximumUnsettled: Int
  /// How long a frame that ends like one but is shorter than it says may wait for more; then it is taken as it is.
  package var shortFrameLimit: TimeSpan
  /// How long a connection may bring no whole frame.
  package var idleLimit: TimeSpan

  /// How long a resend is recognised.
  package static let repeatWindow = TimeSpan.minutes(10)

  /// Settings.
  package init(
    clockOffsetMinutes: Int = 0, maximumContentBytes: Int = 8192, maximumHeldBytes: Int = 262_144,
    maximumUnsettled: Int = 64, shortFrameLimit: TimeSpan = .seconds(2), idleLimit: TimeSpan = .minutes(30)
  ) {
    precondition(abs(clockOffsetMinutes) < 1440 && maximumContentBytes > 0 && maximumUnsettled > 0)
    self.clockOffsetMinutes = clockOffsetMinutes
    self.maximumContentBytes = maximumContentBytes
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumUnsettled = maximumUnsettled
    self.shortFrameLimit = shortFrameLimit
    self.idleLimit = idleLimit
  }
}
