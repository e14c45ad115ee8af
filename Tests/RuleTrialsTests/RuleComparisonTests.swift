import AlertEngine
import AlertRules
import CareModel
import RuleFiles
import RuleTrials
import Testing

@Suite("Stored signals through two sets")
struct RuleComparisonTests {
  static let start = Timestamp(seconds: 1_800_000_000)

  /// A home with a device, and a desk and responders on duty.
  static func register(homes: Int = 1) -> RegisterBook {
    var book = RegisterBook()
    for home in 1...homes {
      let dwelling = DwellingID(high: 2, low: UInt64(home))
      let resident = ResidentID(high: 1, low: UInt64(home))
      book.apply(.dwelling(Dwelling(id: dwelling, district: 1, address: "home")))
      book.apply(.resident(Resident(id: resident, district: 1, dwelling: dwelling, name: "resident")))
      book.apply(.device(Device(serial: "K\(home)", dwelling: dwelling, resident: resident, district: 1)))
    }
    for (number, role) in [StaffRole.desk, .shiftLeader, .dutyChief, .responder, .responder, .responder].enumerated() {
      let id = StaffID(high: 3, low: UInt64(number))
      book.apply(.staff(StaffMember(id: id, name: "staff", roles: [role])))
      book.apply(
        .shift(
          Shift(
            id: ShiftID(high: 4, low: UInt64(number)), staff: id, role: role, from: start - .hours(1),
            until: start + .hours(24 * 60))))
    }
    return book
  }

  static func signal(_ kind: SignalKind, home: Int = 1) -> Signal {
    Signal(source: SignalSource(feed: .mqtt, sender: "K\(home)", serial: "K\(home)"), kind: kind)
  }

  static func differences(
    _ change: (String) -> String, _ signals: [(kind: SignalKind, at: TimeSpan)]
  ) throws -> RuleDifferences {
    let active = try RuleFiles.parse(text: TrialFile.rules, name: "active")
    let candidate = try RuleFiles.parse(text: change(TrialFile.rules), name: "candidate")
    var comparison = RuleComparison(active: active, candidate: candidate, register: register(), start: start)
    for (number, entry) in signals.enumerated() {
      comparison.take(SignalID(high: 7, low: UInt64(number)), signal(entry.kind), at: start + entry.at)
    }
    return comparison.finish()
  }

  @Test("the same rules differ in nothing")
  func same() throws {
    let found = try Self.differences({ $0 + "# \n" }, [(.panic, .zero), (.fall, .minutes(30)), (.motion, .minutes(31))])
    #expect(found.isEmpty)
    #expect((found.signals, found.activeAlerts, found.candidateAlerts) == (3, 2, 2))
  }

  @Test("a kind that no longer raises an alert: removed, with its task")
  func removed() throws {
    let found = try Self.differences(
      {
        $0.replacing("['panic', 'fall']", with: "['panic']")
          .replacing("alert.class == 'life'", with: "alert.class == 'life' && signal.kind != 'fall'")
      },
      [(.panic, .zero), (.fall, .hours(3))])
    // A fall is an alarm by its group: urgent, so it keeps an alert of its own, with the root's policy.
    #expect(found.alerts == [.moved: 1])
    #expect(found.entries.first?.text == "life 7, policy life becomes urgent 0, policy life")
  }

  @Test("a kind that is only kept by one of them: added and removed")
  func addedAndRemoved() throws {
    let more: (String) -> String = {
      $0.replacing("['panic', 'fall']", with: "['panic', 'fall', 'batteryLow']")
    }
    let added = try Self.differences(more, [(.batteryLow, .zero)])
    #expect(added.alerts == [.added: 1])
    #expect(added.tasks == [.added: 1])
    #expect(added.entries.map(\.thing) == ["alert", "response"])
    #expect(added.entries.first?.signal == SignalID(high: 7, low: 0))
  }

  @Test("the desk and the field asked later, or earlier")
  func times() throws {
    let later: (String) -> String = {
      $0.replacing("- id: desk\n        start: now", with: "- id: desk\n        start: {after: 20s}")
        .replacing("after: 60s, on", with: "after: 2m, on")
    }
    let found = try Self.differences(later, [(.panic, .zero)])
    #expect(found.alerts == [.later: 2])
    #expect(found.entries.map(\.text).contains("desk asked after 0s, now after 20s"))
    #expect(found.entries.map(\.text).contains("field asked after 1m, now after 2m"))
    #expect(found.tasks == [.later: 1])
    let earlier: (String) -> String = { $0.replacing("after: 60s, on", with: "after: 30s, on") }
    #expect(try Self.differences(earlier, [(.panic, .zero)]).alerts == [.earlier: 1])
  }

  @Test("a month of signals is replayed in bounded memory, and every alert is counted once")
  func month() throws {
    let signals = (0..<2_000).map { (kind: SignalKind.panic, at: TimeSpan.minutes(20 * $0)) }
    let found = try Self.differences({ $0.replacing("severity: 7", with: "severity: 8") }, signals)
    #expect(found.activeAlerts == 2_000)
    #expect(found.alerts == [.moved: 2_000])
    #expect(found.entries.count == RuleDifferences.maximumListed)
  }
}
