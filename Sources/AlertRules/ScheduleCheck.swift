/// What is wrong with schedules, apart from their zones.
enum ScheduleCheck {
  static func problems(_ schedules: [Schedule]) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
      problems.append(RuleProblem(path: path, reason: reason, message: message))
    }
    if schedules.count > ScheduleLimits.schedules {
      report(
        "schedules", .tooMany, "there are \(schedules.count) entries; the limit is \(ScheduleLimits.schedules).")
    }
    var names: Set<String> = []
    for schedule in schedules {
      let path = "schedules.\(schedule.name)"
      if !isName(schedule.name) {
        report(path, .badID, "the name of a schedule is a letter, then at most 63 letters, digits and '_'.")
      } else if !names.insert(schedule.name).inserted {
        report(path, .badID, "the name '\(schedule.name)' is used twice: rename one.")
      }
      if schedule.intervals.isEmpty {
        report(path + ".any", .missing, "the schedule has no interval and never holds: add one.")
      }
      if schedule.intervals.count > ScheduleLimits.intervals {
        report(
          path + ".any", .tooMany,
          "there are \(schedule.intervals.count) entries; the limit is \(ScheduleLimits.intervals).")
      }
      for (index, interval) in schedule.intervals.enumerated() where !interval.isValid {
        report(
          "\(path).any[\(index)]", .outOfRange,
          "from is 00:00 to 23:59, to is 00:00 to 24:00 and another time than from: the whole day is 00:00 to 24:00.")
      }
    }
    return problems
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first | 0x20), name.utf8.count <= 64 else { return false }
    return name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }
  }
}

extension Schedule.Interval {
  fileprivate var isValid: Bool {
    (0..<1440).contains(from) && (0...1440).contains(to) && from != to && weekdays.allSatisfy { (0...6).contains($0) }
  }
}
