import CareModel

/// Times and bounds of the supervision of devices.
package struct SupervisionSettings: Sendable {
  /// A device that promises more signs of life than this is held to this.
  package var shortestBeat: TimeSpan = .seconds(60)
  /// A device that promises fewer is held to this: a call a day, with an hour's play.
  package var longestBeat: TimeSpan = .hours(25)
  /// Beats that may be missed beyond the one that is due.
  package var toleratedBeats = 2
  /// Longest tolerance: two missed beats of a device that calls once a day would be two days without it.
  package var longestTolerance: TimeSpan = .hours(1)
  /// Nobody is lost sooner than this after we were away: so long a city's devices take to connect again.
  package var reconnectGrace: TimeSpan = .minutes(15)
  /// A deadline that is looked at later than this shows that we were away and have heard nobody.
  package var blindAfter: TimeSpan = .seconds(60)
  /// Losses of one area that count together.
  package var faultWindow: TimeSpan = .hours(1)
  /// Fewest devices lost within the window that are a network fault.
  package var faultMinimum = 20
  /// Fewest of the area's devices lost within the window that are a network fault, in percent.
  package var faultPercent = 2
  /// A network fault ends when so many of those that were lost at its worst are back, in percent.
  package var faultEndPercent = 80
  /// People listed on a network fault, those at highest risk first; the total is always told.
  package var maximumListed = 500
  /// Between two refreshes of that list.
  package var listInterval: TimeSpan = .seconds(30)
  /// Devices looked at in one step.
  package var maximumPerStep = 256
  /// A charge told with a sign of life that counts as low, in percent.
  package var lowBattery = 15
  /// From this charge on a battery no longer counts as low, in percent.
  package var goodBattery = 30

  /// The defaults.
  package init() {}

  /// How long a device may be silent before it is lost: its beat and the tolerance of its class.
  package func allowance(beat seconds: Int) -> TimeSpan {
    let beat = period(beat: seconds)
    let (product, overflow) = beat.microseconds.multipliedReportingOverflow(by: Int64(max(0, toleratedBeats)))
    let tolerance = min(TimeSpan(microseconds: overflow ? .max : product), longestTolerance)
    return TimeSpan(microseconds: beat.microseconds + tolerance.microseconds)
  }

  /// The time between two signs of life that a device is held to.
  package func period(beat seconds: Int) -> TimeSpan { min(max(.seconds(seconds), shortestBeat), longestBeat) }
}
