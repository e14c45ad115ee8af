import AlertRules
import CivilZones

/// Reads `schedules` and `calendars`.
struct ScheduleReader {
  var reader: RuleReader
  let zones: ZoneFiles

  mutating func read(schedules: TextNode?, calendars: TextNode?) -> [Schedule] {
    let known = named(calendars, "calendars", most: ScheduleLimits.calendars) { $0.calendar($1, $2) }
    let calendars = Dictionary(known.map { ($0.name, $0.value) }) { first, _ in first }
    let found = named(schedules, "schedules", most: ScheduleLimits.schedules) { reader, node, path in
      reader.schedule(node, path, calendars)
    }
    return found.map { Schedule(name: $0.name, zone: $0.value.zone, intervals: $0.value.intervals) }
  }

  /// The entries of a table whose keys are names.
  private mutating func named<Value>(
    _ node: TextNode?, _ path: String, most: Int, _ read: (inout Self, TextNode, String) -> Value?
  ) -> [(name: String, value: Value)] {
    guard let node, let entries = reader.entries(node, path) else { return [] }
    guard entries.count <= most else {
      reader.report(node.place, "there are \(entries.count) entries; the limit is \(most).")
      return []
    }
    return entries.compactMap { entry in
      read(&self, entry.value, "\(path).\(entry.key)").map { (entry.key, $0) }
    }
  }

  // MARK: schedules

  private mutating func schedule(
    _ node: TextNode, _ path: String, _ calendars: [String: CivilCalendar]
  ) -> (zone: TimeZoneRules, intervals: [Schedule.Interval])? {
    guard let table = reader.table(node, path, required: ["zone", "any"]) else { return nil }
    let zone = self.zone(table["zone"], table.path("zone"))
    var intervals: [Schedule.Interval] = []
    if let list = table["any"], let elements = reader.list(list, table.path("any")) {
      for (index, element) in elements.prefix(ScheduleLimits.intervals + 1).enumerated() {
        if let interval = interval(element, "\(table.path("any"))[\(index)]", calendars) { intervals.append(interval) }
      }
    }
    return zone.map { ($0, intervals) }
  }

  private mutating func zone(_ node: TextNode?, _ path: String) -> TimeZoneRules? {
    guard let node, let name = reader.text(node, path) else { return nil }
    do throws(ZoneFiles.Refusal) {
      return try zones.zone(name)
    } catch {
      reader.report(node.place, error.message)
      return nil
    }
  }

  private mutating func interval(
    _ node: TextNode, _ path: String, _ calendars: [String: CivilCalendar]
  ) -> Schedule.Interval? {
    guard let table = reader.table(node, path, required: ["from", "to"], optional: ["days", "calendar"]) else {
      return nil
    }
    let weekdays = self.weekdays(table["days"], table.path("days"))
    var calendar: CivilCalendar?
    if let node = table["calendar"], let name = reader.text(node, table.path("calendar")) {
      calendar = calendars[name]
      if calendar == nil {
        reader.report(
          node.place, "there is no calendar '\(reader.shown(name))': correct the name or add it to calendars.")
      }
    }
    guard let from = minute(table["from"], table.path("from")), let to = minute(table["to"], table.path("to")) else {
      return nil
    }
    return Schedule.Interval(weekdays: weekdays, calendar: calendar, from: from, to: to)
  }

  /// `HH:MM` as minutes since midnight.
  private mutating func minute(_ node: TextNode?, _ path: String) -> Int? {
    guard let node, let text = reader.text(node, path) else { return nil }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.count == 2 && part.allSatisfy { (0x30...0x39).contains($0) }
        ? part.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }
    guard parts.count == 2, numbers.count == 2, numbers[1] < 60, numbers[0] * 60 + numbers[1] <= 1440 else {
      reader.report(
        node.place, "'\(reader.shown(text))' is not a time of day: write 07:30, or 24:00 for the day's end.")
      return nil
    }
    return numbers[0] * 60 + numbers[1]
  }

  // MARK: calendars

  /// A list of dates, or `{days, also, except}`.
  private mutating func calendar(_ node: TextNode, _ path: String) -> CivilCalendar? {
    if case .list = node.content { return CivilCalendar(also: dates(node, path)) }
    guard let table = reader.table(node, path, required: [], optional: ["days", "also", "except"]) else { return nil }
    return CivilCalendar(
      weekdays: weekdays(table["days"], table.path("days")), also: dates(table["also"], table.path("also")),
      except: dates(table["except"], table.path("except")))
  }

  private mutating func dates(_ node: TextNode?, _ path: String) -> Set<CivilDay> {
    guard let node, let elements = reader.list(node, path) else { return [] }
    guard elements.count <= ScheduleLimits.days else {
      reader.report(node.place, "there are \(elements.count) entries; the limit is \(ScheduleLimits.days).")
      return []
    }
    var days: Set<CivilDay> = []
    for (index, element) in elements.enumerated() {
      guard let text = reader.text(element, "\(path)[\(index)]") else { continue }
      guard let day = CivilDay(text) else {
        reader.report(element.place, "'\(reader.shown(text))' is not a date: write 2026-10-01.")
        continue
      }
      days.insert(day)
    }
    return days
  }

  private enum Weekday: String, CaseIterable { case sun, mon, tue, wed, thu, fri, sat }

  /// `mon` to `sun`; 0 is Sunday.
  private mutating func weekdays(_ node: TextNode?, _ path: String) -> Set<Int> {
    guard let node, let elements = reader.list(node, path) else { return [] }
    if elements.isEmpty { reader.report(node.place, "the list is empty: name days, or remove the key for all days.") }
    var days: Set<Int> = []
    for (index, element) in elements.enumerated() {
      if let day = reader.word(element, "\(path)[\(index)]", Weekday.self) {
        days.insert(Weekday.allCases.firstIndex(of: day) ?? 0)
      }
    }
    return days
  }
}
