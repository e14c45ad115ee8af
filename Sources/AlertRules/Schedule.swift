import CareModel
import CivilZones

/// Times of the week or of certain days, in one zone: `schedule.NAME` in conditions.
package struct Schedule: Sendable {
  /// One interval of a day. It belongs to the day on which it begins, also when it ends on the next.
  package struct Interval: Sendable {
    /// Weekdays on which it begins, 0 for Sunday; empty for all.
    package var weekdays: Set<Int>
    /// The days on which it begins; nil for all.
    package var calendar: CivilCalendar?
    /// Minutes since midnight, 0 to 1439.
    package var from: Int
    /// Minutes since midnight, 0 to 1440, not included; when not after `from` it is on the next day.
    package var to: Int

    /// An interval.
    package init(weekdays: Set<Int> = [], calendar: CivilCalendar? = nil, from: Int, to: Int) {
      self.weekdays = weekdays
      self.calendar = calendar
      self.from = from
      self.to = to
    }
  }

  /// The name after `schedule.`: letters, digits and `_`.
  package var name: String
  /// Whose wall clock counts.
  package var zone: TimeZoneRules
  /// The schedule holds in any of these.
  package var intervals: [Interval]

  /// A schedule.
  package init(name: String, zone: TimeZoneRules, intervals: [Interval]) {
    self.name = name
    self.zone = zone
    self.intervals = intervals
  }

  /// Whether it holds. What the wall clock of the zone reads decides: a time that a change to summer time leaves out is
  /// never read, so an interval that would begin in it begins after it; an hour that comes twice is inside twice.
  package func holds(at now: Timestamp) -> Bool {
    let seconds = now.microseconds / 1_000_000 - (now.microseconds % 1_000_000 < 0 ? 1 : 0)
    let reading = zone.reading(at: seconds)
    return intervals.contains { $0.contains(reading) }
  }
}

extension Schedule.Interval {
  func contains(_ reading: CivilMoment) -> Bool {
    if from < to { return from <= reading.minute && reading.minute < to && begins(on: reading.day) }
    if reading.minute >= from { return begins(on: reading.day) }
    return reading.minute < to && begins(on: CivilDay(number: reading.day.number - 1))
  }

  private func begins(on day: CivilDay) -> Bool {
    (weekdays.isEmpty || weekdays.contains(day.weekday)) && calendar?.contains(day) != false
  }
}

/// A set of days: some weekdays, with days added and taken away. Holidays and make-up workdays are such data.
package struct CivilCalendar: Sendable {
  /// Weekdays of the set, 0 for Sunday.
  package var weekdays: Set<Int>
  /// Days that belong to it, whatever their weekday.
  package var also: Set<CivilDay>
  /// Days that do not belong to it; wins over `also`.
  package var except: Set<CivilDay>

  /// A calendar.
  package init(weekdays: Set<Int> = [], also: Set<CivilDay> = [], except: Set<CivilDay> = []) {
    self.weekdays = weekdays
    self.also = also
    self.except = except
  }

  func contains(_ day: CivilDay) -> Bool {
    !except.contains(day) && (also.contains(day) || weekdays.contains(day.weekday))
  }
}

/// The bounds of schedules and calendars.
package enum ScheduleLimits {
  /// Most schedules of a set.
  package static let schedules = 64
  /// Most intervals of a schedule.
  package static let intervals = 64
  /// Most calendars of a set.
  package static let calendars = 32
  /// Most days of each list of a calendar.
  package static let days = 4_000
}
