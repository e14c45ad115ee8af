/// A time zone as a value: its changes up to some year, and the rule for all that come after (RFC 8536).
package struct TimeZoneRules: Sendable, Equatable {
  /// Moments of change in seconds since 1970, ascending.
  let changes: [Int64]
  /// Seconds east of UTC from each change on.
  let offsets: [Int]
  /// Seconds east of UTC before the first change.
  let firstOffset: Int
  /// What holds from the last change on; nil leaves the last offset.
  let later: PosixZone?

  /// UTC.
  package static let utc = TimeZoneRules(changes: [], offsets: [], firstOffset: 0, later: nil)

  /// Seconds east of UTC at a moment, given in seconds since 1970; years 1 to 9999, others as the nearest of these.
  package func offset(at moment: Int64) -> Int {
    let seconds = min(max(moment, Self.earliest), Self.latest)
    guard let last = changes.last else { return later?.offset(at: seconds) ?? firstOffset }
    if seconds >= last { return later?.offset(at: seconds) ?? offsets[offsets.count - 1] }
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffset : offsets[low - 1]
  }

  /// What a clock of the zone reads at a moment, given in seconds since 1970; years 1 to 9999 as above.
  package func reading(at moment: Int64) -> CivilMoment {
    let seconds = min(max(moment, Self.earliest), Self.latest)
    return CivilMoment(localSeconds: seconds + Int64(offset(at: seconds)))
  }

  private static let earliest: Int64 = -62_135_596_800
  private static let latest: Int64 = 253_402_300_799
}
