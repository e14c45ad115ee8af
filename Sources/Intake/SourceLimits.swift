import CareModel

/// What one source may do; see ``SourceAddress``. One address may stand for many homes, so the limits are wide.
package struct SourceLimits: Sendable, Equatable {
  /// Sign-ins that failed.
  package struct FailedSignIns: Sendable, Equatable {
    /// Failures within ``window`` that are answered at once; every later one is answered after ``delay``.
    package var delayAfter: Int
    /// Failures within ``window`` after which the source is closed, unless more than so many of its connections are
    /// signed in: then they are many homes behind one address.
    package var closeAfter: Int
    /// How long failures count together, from the first.
    package var window: TimeSpan
    /// How long the answer to a failed sign-in is held back.
    package var delay: TimeSpan
    /// How long new connections of a closed source are refused; open ones go on.
    package var closedFor: TimeSpan

    /// Limits; by default 20 failures at once and 200 in all within a minute, 2 s of delay, closed for a minute.
    package init(
      delayAfter: Int = 20, closeAfter: Int = 200, window: TimeSpan = .minutes(1), delay: TimeSpan = .seconds(2),
      closedFor: TimeSpan = .minutes(1)
    ) {
      precondition(delayAfter >= 0 && closeAfter >= delayAfter && closeAfter < Int(Int32.max))
      precondition(window > .zero && delay > .zero && closedFor > .zero)
      self.delayAfter = delayAfter
      self.closeAfter = closeAfter
      self.window = window
      self.delay = delay
      self.closedFor = closedFor
    }
  }

  /// Most open connections.
  package var maximumConnections: Int
  /// New connections a second, 1-1,000,000,000.
  package var connectionsPerSecond: Int
  /// New connections at once, 1-1,000,000,000.
  package var connectionsAtOnce: Int
  /// Sign-ins that failed.
  package var failedSignIns: FailedSignIns
  /// Sources that are remembered for how fast they connected while none of their connections is open.
  package var maximumResting: Int
  /// Sources that are remembered for failed sign-ins.
  package var maximumOffenders: Int
  /// Addresses without limits: load balancers, gateways of our own.
  package var trusted: [AddressBlock]

  /// Limits; by default 50,000 open connections, 20,000 at once and then 5,000 a second, 65,536 sources remembered,
  /// nobody trusted.
  package init(
    maximumConnections: Int = 50_000, connectionsPerSecond: Int = 5000, connectionsAtOnce: Int = 20_000,
    failedSignIns: FailedSignIns = FailedSignIns(), maximumResting: Int = 65_536, maximumOffenders: Int = 65_536,
    trusted: [AddressBlock] = []
  ) {
    precondition(maximumConnections > 0 && maximumResting > 0 && maximumOffenders > 0)
    self.maximumConnections = maximumConnections
    self.connectionsPerSecond = connectionsPerSecond
    self.connectionsAtOnce = connectionsAtOnce
    self.failedSignIns = failedSignIns
    self.maximumResting = maximumResting
    self.maximumOffenders = maximumOffenders
    self.trusted = trusted
  }
}
