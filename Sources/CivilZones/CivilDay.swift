/// A day of the Gregorian calendar, as a count of days since 1970-01-01.
package struct CivilDay: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  package let number: Int

  /// A day from its number.
  package init(number: Int) { self.number = number }

  /// A day from a date; nil when there is no such date or its year is not 1 to 9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysInMonth(year: year, month: month)
    else { return nil }
    number = Self.number(year: year, month: month, day: day)
  }

  /// A day from `2026-10-01`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2] else { return nil }
    let numbers = parts.compactMap { part in
      part.allSatisfy { (0x30...0x39).contains($0) } ? part.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }
    guard numbers.count == 3 else { return nil }
    self.init(year: numbers[0], month: numbers[1], day: numbers[2])
  }

  /// 0 for Sunday to 6 for Saturday.
  package var weekday: Int { ((number + 4) % 7 + 7) % 7 }

  /// Earlier days come first.
  package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }

  static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 of a date that exists.
  static func number(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The year that the day lies in.
  var year: Int {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    // The era's years begin in March: from day 306 of one, counted from March, it is January of the next.
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    return yearOfEra + era * 400 + (dayOfYear >= 306 ? 1 : 0)
  }
}

/// What a wall clock reads.
package struct CivilMoment: Equatable, Sendable {
  /// The date.
  package let day: CivilDay
  /// Minutes since midnight, 0 to 1439.
  package let minute: Int

  /// Local seconds since 1970-01-01, as they would be without a zone.
  init(localSeconds: Int64) {
    var day = localSeconds / 86_400
    var rest = localSeconds % 86_400
    if rest < 0 { (day, rest) = (day - 1, rest + 86_400) }
    self.day = CivilDay(number: Int(day))
    minute = Int(rest / 60)
  }
}
