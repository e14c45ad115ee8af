/// The rule of a zone for all years, from text such as `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX TZ, RFC 8536 section 3.3).
struct PosixZone: Sendable, Equatable {
  struct Daylight: Sendable, Equatable {
    var offset: Int
    var start: Change
    var end: Change
  }

  /// A moment that comes every year, in the wall clock's time before the change.
  struct Change: Sendable, Equatable {
    enum Day: Sendable, Equatable {
      /// 1 to 365; 29 February is never counted.
      case julian(Int)
      /// 0 to 365; 29 February is counted.
      case ordinal(Int)
      /// The nth weekday (0 Sunday) of a month; the fifth is the last.
      case weekday(month: Int, week: Int, day: Int)
    }

    var day: Day
    /// Seconds after midnight, -167 to 167 hours.
    var seconds: Int
  }

  /// Seconds east of UTC.
  let standard: Int
  let daylight: Daylight?

  func offset(at seconds: Int64) -> Int {
    guard let daylight else { return standard }
    let year = CivilMoment(localSeconds: seconds + Int64(standard)).day.year
    let start = daylight.start.moment(year: year) - Int64(standard)
    let end = daylight.end.moment(year: year) - Int64(daylight.offset)
    let isDaylight = start < end ? start <= seconds && seconds < end : !(end <= seconds && seconds < start)
    return isDaylight ? daylight.offset : standard
  }
}

extension PosixZone.Change {
  /// Local seconds since 1970 of the change in a year.
  func moment(year: Int) -> Int64 {
    let number: Int
    switch day {
    case .julian(let day):
      let isAfterFebruary = day >= 60 && CivilDay.daysInMonth(year: year, month: 2) == 29
      number = CivilDay.number(year: year, month: 1, day: 1) + day - 1 + (isAfterFebruary ? 1 : 0)
    case .ordinal(let day):
      number = CivilDay.number(year: year, month: 1, day: 1) + day
    case .weekday(let month, let week, let weekday):
      let first = CivilDay.number(year: year, month: month, day: 1)
      let ahead = (weekday - CivilDay(number: first).weekday + 7) % 7
      let day = ahead + (week - 1) * 7
      number = first + (day < CivilDay.daysInMonth(year: year, month: month) ? day : day - 7)
    }
    return Int64(number) * 86_400 + Int64(seconds)
  }
}

extension PosixZone {
  /// Nil when the text is not of the form; daylight time without its changes is none.
  init?(_ text: [UInt8]) {
    var reader = PosixReader(rest: text[...])
    guard reader.name(), let west = reader.time(hours: 24) else { return nil }
    standard = -west
    guard !reader.rest.isEmpty else {
      daylight = nil
      return
    }
    guard reader.name() else { return nil }
    var offset = -west + 3_600
    if reader.rest.first != UInt8(ascii: ",") {
      guard let other = reader.time(hours: 24) else { return nil }
      offset = -other
    }
    guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else { return nil }
    daylight = Daylight(offset: offset, start: start, end: end)
  }
}

/// Reads the parts of a POSIX TZ text.
private struct PosixReader {
  var rest: ArraySlice<UInt8>

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == scalar.value else { return false }
    rest.removeFirst()
    return true
  }

  /// Three or more letters, or anything of letters, digits and signs in angle brackets.
  mutating func name() -> Bool {
    let isQuoted = take("<")
    let length = rest.prefix { byte in
      let isLetter = (0x61...0x7A).contains(byte | 0x20)
      let isOther = (0x30...0x39).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      return isLetter || isQuoted && isOther
    }.count
    rest = rest.dropFirst(length)
    return length >= 3 && (!isQuoted || take(">"))
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    guard (1...3).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return range.contains(value) ? value : nil
  }

  /// `[+-]hh[:mm[:ss]]` in seconds.
  mutating func time(hours most: Int) -> Int? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard let hours = number(0...most) else { return nil }
    var seconds = hours * 3_600
    for unit in [60, 1] where take(":") {
      guard let part = number(0...59) else { return nil }
      seconds += part * unit
    }
    return isNegative ? -seconds : seconds
  }

  mutating func change() -> PosixZone.Change? {
    guard take(","), let day = day() else { return nil }
    guard take("/") else { return .init(day: day, seconds: 2 * 3_600) }
    return time(hours: 167).map { .init(day: day, seconds: $0) }
  }

  private mutating func day() -> PosixZone.Change.Day? {
    if take("J") { return number(1...365).map { .julian($0) } }
    guard take("M") else { return number(0...365).map { .ordinal($0) } }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."), let day = number(0...6) else {
      return nil
    }
    return .weekday(month: month, week: week, day: day)
  }
}
