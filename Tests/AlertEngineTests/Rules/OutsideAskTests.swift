import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite struct OutsideAskTests {
  private typealias R = RulesBench

  private func bench(
    _ steps: StepDefinition..., also: [RegisterChange] = RulesBench.family, overrides: [OverrideDefinition] = []
  ) throws -> Bench {
    let outside = TrackDefinition(id: "outside", after: .zero, steps: steps, finally: R.step(.dutyChief))
    return Bench(rules: try R.set(R.desk, outside, overrides: overrides), also: also)
  }

  @Test func `a contact with a channel is sent a message, one without is a call for the desk, in turn`() throws {
    var bench = try bench(R.step(.outside(.contacts), .oneByOne, repeating: 2))
    let notifications = bench.signal(.heat).notifications.filter { $0.route == .channel(R.message) }
    #expect(
      notifications.map(\.content) == [
        .outsideAsked(bench.alert.id, group: .contacts, kind: .heat, residentName: "resident", address: "home")
      ])
    #expect(bench.alert.asked.map(\.contact) == [R.daughter] && bench.alert.asked.map(\.way) == [.message])
    bench.wait(.seconds(60))
    #expect(bench.alert.asked.map(\.contact) == [R.son] && bench.alert.asked.map(\.way) == [.call])
    bench.wait(.seconds(60))
    #expect(bench.alert.asked.isEmpty, "the track has gone on to the duty chief")
    #expect(bench.texts(.alertAsked) == ["contacts: daughter (message)", "contacts: son (call)"])
    #expect(bench.texts(.alertEscalated).contains("dutyChief"))
  }

  @Test func `who was called in vain is followed by the next at once, who was reached ends the asking`() throws {
    var bench = try bench(R.step(.outside(.contacts), .oneByOne, repeating: 3))
    bench.signal(.heat)
    bench.act(.recordCall(bench.alert.id, party: "daughter", outcome: .noAnswer))
    #expect(bench.alert.asked.map(\.contact) == [R.son])
    #expect(bench.alert.extras.calls == 1 && bench.alert.extras.lastCall == .noAnswer)
    bench.act(.recordCall(bench.alert.id, party: "somebody else", outcome: .answered))
    #expect(bench.alert.tracks[1].state == .asking)
    bench.act(.recordCall(bench.alert.id, party: R.son.description, outcome: .answered))
    #expect(bench.alert.tracks[1].state == .satisfied)
    bench.wait(.minutes(4))
    #expect(bench.alert.asked.map(\.outcome) == [.answered])
  }

  @Test func `holding an alert quiets the desk, not the people outside`() throws {
    var bench = try bench(R.step(.outside(.contacts), .oneByOne, repeating: 2), R.step(.desk))
    bench.signal(.heat)
    bench.act(.hold(bench.alert.id))
    #expect(bench.alert.tracks.map(\.state) == [.satisfied, .asking])
    bench.wait(.seconds(121))
    #expect(bench.alert.tracks.map(\.state) == [.satisfied, .satisfied])
    bench.wait(.minutes(5))
    #expect(bench.alert.tracks.allSatisfy { $0.state == .asking }, "the lease lapsed: the desk is asked again")
    #expect(bench.texts(.alertAsked).count == 2, "and nobody outside a second time")
  }

  static let nobody: [(OutsideGroup, String, Bool)] = [
    (.coResident, "noCoResident", true), (.contacts, "noContact", false), (.family, "noFamily", false),
    (.neighbour, "noNeighbour", false), (.keyHolder, "nobodyHoldsKey", false), (.familyDoctor, "noDoctorTeam", true),
    (.bureau, "noBureau", true), (.provider, "noProvider", true),
  ]

  @Test(arguments: nobody)
  func `whom nobody is, the timeline says why, and the next step is asked at once`(
    group: OutsideGroup, reason: String, hasFamily: Bool
  ) throws {
    var bench = try bench(
      R.step(.outside(group)), R.step(.outside(.resident)), also: hasFamily ? R.family : [])
    bench.signal(.heat)
    #expect(bench.texts(.alertAskSkipped) == ["\(group.rawValue): \(reason)"])
    #expect(bench.alert.asked.map(\.group) == [.resident])
  }

  static let somebody: [(OutsideGroup, [String])] = [
    (.contacts, ["daughter", "son", "neighbour"]), (.family, ["daughter", "son"]), (.neighbour, ["neighbour"]),
    (.keyHolder, ["neighbour"]), (.unit, ["unit"]), (.resident, ["resident"]),
  ]

  @Test(arguments: somebody)
  func `a word means the people of the register`(group: OutsideGroup, relations: [String]) throws {
    var bench = try bench(R.step(.outside(group)))
    bench.signal(.heat)
    #expect(bench.alert.asked.map(\.relation) == relations)
  }

  @Test func `co-residents are asked unless they are in hospital`() throws {
    let other = Resident(id: ResidentID(high: 1, low: 9), district: 1, dwelling: R.home, name: "other")
    var bench = try bench(R.step(.outside(.coResident)), also: [.resident(other)])
    bench.signal(.heat)
    #expect(bench.alert.asked.map(\.resident) == [other.id])
  }

  @Test func `in quiet hours only a matter of life disturbs, and then last`() throws {
    // The bench begins on 2027-01-15 at 08:00 UTC, which is 16:00 in China.
    let quiet = Contact.QuietHours(fromMinute: 15 * 60, untilMinute: 17 * 60)
    let also = [
      R.contact(R.daughter, "daughter", order: 1, quiet: quiet), R.contact(R.son, "son", order: 2, minutesToCome: 30),
      R.contact(R.neighbour, "neighbour", order: 2, minutesToCome: 5),
    ]
    var urgent = try bench(R.step(.outside(.contacts)), also: also)
    urgent.signal(.heat)
    #expect(urgent.alert.asked.map(\.relation) == ["neighbour", "son"])
    var life = try bench(R.step(.outside(.contacts)), also: also)
    life.signal(.panic)
    #expect(life.alert.asked.map(\.relation) == ["neighbour", "son", "daughter"])
    var alone = try bench(R.step(.outside(.contacts)), also: Array(also.prefix(1)))
    alone.signal(.heat)
    #expect(alone.texts(.alertAskSkipped) == ["contacts: quietHours"])
  }

  @Test func `an override says who is called first`() throws {
    let override = OverrideDefinition(
      resident: Bench.resident.description, reason: "agreed", by: ["Wang"], until: "2028-01-01",
      contacts: ["neighbour", "son"])
    var bench = try bench(R.step(.outside(.contacts)), overrides: [override])
    bench.signal(.heat)
    #expect(bench.alert.asked.map(\.relation) == ["neighbour", "son", "daughter"])
  }

  @Test func `a channel that a step does not name is not used: the desk calls`() throws {
    var bench = try bench(R.step(.outside(.family), .oneByOne, channels: ["sms"]))
    let sent = bench.signal(.heat).notifications
    #expect(bench.alert.asked.map(\.way) == [.call])
    #expect(sent.allSatisfy { $0.route != .channel(R.message) })
  }

  @Test func `a resolved alert asks nobody outside, and a message not delivered is not sent`() throws {
    var bench = try bench(R.step(.outside(.family), timeout: .minutes(30)))
    bench.signal(.heat)
    bench.act(.resolve(bench.alert.id, cause: .other, action: .advice, closedBy: .notNeeded, note: nil))
    #expect(bench.alert.asked.isEmpty)
    #expect(bench.commits.last?.outboxMarks.map(\.fate).contains(.superseded) == true)
  }

  @Test func `asks survive a restart and go on`() throws {
    var first = try bench(R.step(.outside(.contacts), .oneByOne, repeating: 2))
    first.signal(.heat)
    first.wait(.seconds(30))
    let outside = TrackDefinition(
      id: "outside", after: .zero, steps: [R.step(.outside(.contacts), .oneByOne, repeating: 2)],
      finally: R.step(.dutyChief))
    var second = first.restarted(try R.set(R.desk, outside), also: R.family)
    #expect(second.alert.asked.map(\.contact) == [R.daughter])
    second.wait(.seconds(30))
    #expect(second.alert.asked.map(\.contact) == [R.son])
  }
}
