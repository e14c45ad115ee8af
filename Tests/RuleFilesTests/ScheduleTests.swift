import AlertRules
import CareModel
import CivilZones
import Foundation
import RuleFiles
import Testing

@Suite struct ScheduleTests {
  private static func schedule(
    _ zone: String, _ intervals: [Schedule.Interval]
  ) throws -> Schedule {
    Schedule(name: "s", zone: try ZoneFiles.system.zone(zone), intervals: intervals)
  }

  private static func holds(_ schedule: Schedule, _ time: String) throws -> Bool {
    let seconds = Int64(try Date(time, strategy: .iso8601).timeIntervalSince1970)
    return schedule.holds(at: Timestamp(microseconds: seconds * 1_000_000))
  }

  @Test(arguments: [
    ("2026-11-24T13:59:59Z", false), ("2026-11-24T14:00:00Z", true), ("2026-11-24T21:59:59Z", true),
    ("2026-11-24T22:00:00Z", false),
  ])
  func `an interval over midnight in Shanghai`(_ time: String, _ expected: Bool) throws {
    let night = try Self.schedule("Asia/Shanghai", [.init(from: 22 * 60, to: 6 * 60)])
    #expect(try Self.holds(night, time) == expected)
  }

  @Test(arguments: [
    ("2026-11-27T15:00:00Z", true), ("2026-11-27T20:00:00Z", true), ("2026-11-28T15:00:00Z", false),
    ("2026-11-26T20:00:00Z", false),
  ])
  func `an interval over midnight belongs to the day on which it begins`(_ time: String, _ expected: Bool) throws {
    let friday = try Self.schedule("Asia/Shanghai", [.init(weekdays: [5], from: 22 * 60, to: 6 * 60)])
    #expect(try Self.holds(friday, time) == expected)
  }

  @Test(arguments: [
    // 02:00 to 03:00 does not come on 29 March: the interval begins at 03:00, which is 01:00 UTC.
    ("2026-03-29T00:59:59Z", false), ("2026-03-29T01:00:00Z", true), ("2026-03-29T01:59:59Z", true),
    ("2026-03-29T02:00:00Z", false),
    // 02:00 to 03:00 comes twice on 25 October, and both are inside.
    ("2026-10-25T00:29:59Z", false), ("2026-10-25T00:30:00Z", true), ("2026-10-25T00:59:59Z", true),
    ("2026-10-25T01:29:59Z", false), ("2026-10-25T01:30:00Z", true), ("2026-10-25T02:59:59Z", true),
    ("2026-10-25T03:00:00Z", false),
    // By the rule for later years.
    ("2190-03-28T00:59:59Z", false), ("2190-03-28T01:00:00Z", true),
  ])
  func `times that do not come, or come twice, in Berlin`(_ time: String, _ expected: Bool) throws {
    let early = try Self.schedule("Europe/Berlin", [.init(from: 2 * 60 + 30, to: 4 * 60)])
    #expect(try Self.holds(early, time) == expected)
  }

  @Test(arguments: [
    // Midnight to one did not come on 4 November 2018, when the day began at one.
    ("2018-11-04T02:59:59Z", false), ("2018-11-04T03:00:00Z", false), ("2018-11-05T02:00:00Z", true),
    // The hour before midnight came twice on 17 February 2019.
    ("2019-02-17T01:30:00Z", false), ("2019-02-17T02:30:00Z", false), ("2019-02-17T03:00:00Z", true),
    ("2100-12-01T03:30:00Z", true), ("2100-12-01T04:00:00Z", false),
  ])
  func `changes at midnight in Sao Paulo`(_ time: String, _ expected: Bool) throws {
    let first = try Self.schedule("America/Sao_Paulo", [.init(from: 0, to: 60)])
    #expect(try Self.holds(first, time) == expected)
  }

  private static let text = SmallFile.text + """
    calendars:
      workdays:
        days: [mon, tue, wed, thu, fri]
        except: [2026-10-01, 2026-10-02]
        also: [2026-10-10]
    schedules:
      office:
        zone: Asia/Shanghai
        any: [{calendar: workdays, from: 09:00, to: 18:00}]
      night:
        zone: Asia/Shanghai
        any: [{days: [mon, sun], from: "22:00", to: 06:00}, {from: 23:00, to: 24:00}]

    """

  /// The severity of a panic at a time, 8 when the condition holds.
  private static func holds(_ condition: String, _ time: String) throws -> Bool {
    let rule = "classify:\n  - {id: timed, when: \"signal.kind == 'panic' && \(condition)\", set: {severity: 10}}\n"
    let set = try RuleFiles.parse(text: text.replacing("classify:\n", with: rule, maxReplacements: 1), name: "t")
    let signal = Signal(source: SignalSource(feed: .mqtt, sender: "d", serial: "d"), kind: .panic, occurredAt: nil)
    let moment = Int64(try Date(time, strategy: .iso8601).timeIntervalSince1970) * 1_000_000
    let facts = RuleFacts(
      signal: signal, device: nil, resident: nil, dwelling: nil, hospitalSince: nil,
      now: Timestamp(microseconds: moment))
    return set.explain(facts).trace.classified.contains("timed")
  }

  @Test(arguments: [
    ("schedule.office", "2026-09-30T01:00:00Z", true), ("schedule.office", "2026-09-30T00:59:59Z", false),
    ("schedule.office", "2026-10-01T03:00:00Z", false), ("schedule.office", "2026-10-10T03:00:00Z", true),
    ("schedule.office", "2026-10-17T03:00:00Z", false), ("schedule.night", "2026-11-23T20:00:00Z", true),
    ("schedule.night", "2026-11-24T20:00:00Z", false), ("schedule.night", "2026-11-25T15:59:59Z", true),
    ("!schedule.office && !schedule.night", "2026-11-25T11:00:00Z", true),
  ])
  func `conditions ask for schedules by name`(_ condition: String, _ time: String, _ expected: Bool) throws {
    #expect(try Self.holds(condition, time) == expected)
  }

  @Test(arguments: [
    ("zone: Asia/Shanghai", "zone: Asia/Nowhere", "there is no time zone 'Asia/Nowhere'"),
    ("zone: Asia/Shanghai", "zone: ../../etc/passwd", "is not the name of a time zone"),
    ("zone: Asia/Shanghai", "zone: zone.tab", "is not the name of a time zone"),
    ("from: 09:00", "from: 9:00", "'9:00' is not a time of day"),
    ("from: 09:00", "from: 24:00", "from is 00:00 to 23:59"), ("to: 18:00", "to: 09:00", "from is 00:00 to 23:59"),
    ("to: 18:00", "to: 24:01", "'24:01' is not a time of day"),
    ("2026-10-02", "2026-02-30", "'2026-02-30' is not a date"),
    ("calendar: workdays", "calendar: holidays", "there is no calendar 'holidays'"),
    ("[mon, sun]", "[monday]", "'monday' is not known here: use sun, mon"), ("[mon, sun]", "[]", "the list is empty"),
    ("  office:", "  of-fice:", "the name of a schedule is a letter"),
    ("also:", "plus:", "the key 'plus' is not known"),
  ])
  func `what is wrong with a schedule is refused with a sentence`(
    _ part: String, _ other: String, _ sentence: String
  ) throws {
    let problems = SmallFile.problems(Self.text.replacing(part, with: other, maxReplacements: 1))
    #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
  }

  /// In every section: what a signal is, several signals, a person's own rules, who is asked.
  @Test func `conditions of all sections see the schedules`() throws {
    let text = SmallFile.text
      .replacing("alert:\n", with: """
        correlate:
          - id: two
            key: [signal.origin]
            sequence:
              a: signal.kind == 'tamper' && schedule.evening
              b: signal.kind == 'tamper' && a.kind == 'tamper' && schedule.evening
              within: 1h
            emit: {kind: panic, class: life, severity: 7}
            maxKeys: 100
        alert:

        """, maxReplacements: 1)
      .replacing("timeout: 90s, repeat: 2}", with: "timeout: 90s, repeat: 2, who: schedule.day, order: 1.0}")
      .replacing(
        "tests:\n", with: """
          schedules:
            day: {zone: Asia/Shanghai, any: [{from: "06:00", to: "18:00"}]}
            evening: {zone: Asia/Shanghai, any: [{from: "18:00", to: "22:00"}]}
          overrides:
            - resident: 00000000-0000-0001-0000-000000000001
              reason: a test
              by: tester
              until: "2027-01-01"
              classify: [{when: signal.kind == 'tamper' && schedule.day, set: {class: technical, severity: 3}}]
          tests:
            - name: evening
              start: 2026-01-01T11:00:00Z
              given:
                - {kind: tamper, serial: K1}
                - {kind: tamper, serial: K1, at: 10m}
              expect:
                - {alert: {kind: panic, class: life}, at: 10m}
            - name: day
              start: 2026-01-01T04:00:00Z
              given:
                - {kind: tamper, serial: K1}
                - {kind: tamper, serial: K1, at: 10m}
                - {kind: panic, serial: K1, at: 11m}
              expect:
                - {nothing: {alert: {}}, at: 10m}
                - {offer: {to: desk}, at: 11m}
            - name: one person
              start: 2026-01-01T04:00:00Z
              given:
                - {kind: tamper, resident: {}}
              expect: {class: technical, severity: 3}

          """, maxReplacements: 1)
    #expect(SmallFile.problems(text) == [])
  }

  @Test func `a condition about a schedule that is not there is refused`() throws {
    #expect(throws: RuleFileRefusal.self) { _ = try Self.holds("schedule.lunch", "2026-01-01T00:00:00Z") }
    #expect(SmallFile.problems(Self.text) == [])
  }

  @Test func `a machine without time zones says so`() {
    #expect(throws: ZoneFiles.Refusal(
      message: "this machine has no time zones (/nonexistent is missing): install the package tzdata.")) {
      _ = try ZoneFiles(folder: "/nonexistent").zone("Asia/Shanghai")
    }
  }

  @Test func `a schedule passes with 64 intervals and not with one more`() {
    func text(_ count: Int) -> String {
      let all = Array(repeating: "{from: 01:00, to: 02:00}", count: count).joined(separator: ", ")
      return SmallFile.text + "schedules: {s: {zone: UTC, any: [\(all)]}}\n"
    }
    #expect(SmallFile.problems(text(64)) == [])
    #expect(SmallFile.problems(text(65)).contains { $0.contains("the limit is 64") })
  }
}
