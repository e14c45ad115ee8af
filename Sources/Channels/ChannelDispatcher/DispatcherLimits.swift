/// The bounds of a dispatcher.
package struct DispatcherLimits: Sendable, Equatable {
  /// Most tries under way to one destination.
  package var maximumPerDestination: Int
  /// How many of ``maximumPerDestination`` only `life` messages may use.
  package var reservedPerDestination: Int
  /// Most messages that wait for one destination; a `life` message takes the place of the newest other one.
  package var maximumWaitingPerDestination: Int
  /// Most tries under way to all destinations.
  package var maximumTries: Int
  /// How many tries `life` messages may have under way beyond ``maximumTries``.
  package var reservedTries: Int
  /// Most messages that wait for all destinations.
  package var maximumWaiting: Int
  /// How many `life` messages may wait beyond ``maximumWaiting``.
  package var reservedWaiting: Int

  /// Limits; by default 4 tries (1 of them for `life`) and 256 waiting for one destination; 256 tries and 10,000
  /// waiting for all, and for `life` 64 and 10,000 more.
  package init(
    maximumPerDestination: Int = 4, reservedPerDestination: Int = 1, maximumWaitingPerDestination: Int = 256,
    maximumTries: Int = 256, reservedTries: Int = 64, maximumWaiting: Int = 10_000, reservedWaiting: Int = 10_000
  ) {
    precondition(maximumPerDestination > reservedPerDestination && reservedPerDestination >= 0)
    precondition(maximumWaitingPerDestination > 0 && maximumTries > 0 && reservedTries >= 0)
    precondition(maximumWaiting > 0 && reservedWaiting >= 0)
    self.maximumPerDestination = maximumPerDestination
    self.reservedPerDestination = reservedPerDestination
    self.maximumWaitingPerDestination = maximumWaitingPerDestination
    self.maximumTries = maximumTries
    self.reservedTries = reservedTries
    self.maximumWaiting = maximumWaiting
    self.reservedWaiting = reservedWaiting
  }
}

/// What a dispatcher has in hand now; read by metrics.
package struct DispatcherLoad: Sendable, Equatable {
  /// Destinations with anything waiting or under way.
  package var destinations: Int
  /// Messages that wait.
  package var waiting: Int
  /// Tries under way.
  package var tries: Int

  /// A load.
  package init(destinations: Int, waiting: Int, tries: Int) {
    self.destinations = destinations
    self.waiting = waiting
    self.tries = tries
  }
}
