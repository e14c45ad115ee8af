import AlertEngine
import AlertRules
import CareModel
import Testing

@Suite struct StepTermsTests {
  private typealias R = RulesBench

  private func bench(_ steps: StepDefinition..., also: [RegisterChange] = []) throws -> Bench {
    let field = TrackDefinition(id: "field", after: .zero, steps: steps, finally: R.step(.shiftLeader))
    return Bench(rules: try R.set(R.desk, field), also: also)
  }

  private func skilled(_ number: Int, _ skills: String...) -> RegisterChange {
    .staff(StaffMember(id: Bench.responders[number], name: "staff", roles: [.responder], skills: skills))
  }

  @Test func `who filters and order ranks, whatever the ids`() throws {
    var bench = try bench(
      R.step(.responder, .nearest(2), who: "'lifting' in staff.skills", order: "'strong' in staff.skills ? 0.0 : 1.0"),
      also: [skilled(0), skilled(1, "lifting"), skilled(2, "lifting"), skilled(3, "lifting", "strong")])
    bench.signal(.heat)
    #expect(bench.offers.map(\.staff) == [Bench.responders[3], Bench.responders[1]])
  }

  @Test func `when nobody fits the step is passed over at once, with its reason until somebody is found`() throws {
    var bench = try bench(R.step(.responder, who: "'diving' in staff.skills"), also: [])
    bench.signal(.heat)
    #expect(bench.tasks.map(\.note) == ["skillMissing"])
    #expect(bench.texts(.taskEscalated) == ["shiftLeader"])
  }

  @Test func `an order that cannot be told is last, and a who that cannot be told is a yes`() throws {
    var bench = try bench(
      R.step(
        .responder, .all, who: "!has(staff.distance) || staff.distance < 1.0",
        order: "'near' in staff.skills ? 1.0 : double(1 / size(staff.skills))"),
      also: [skilled(0), skilled(1, "near"), skilled(2), skilled(3, "near")])
    bench.signal(.heat)
    #expect(bench.offers.map(\.staff) == [1, 3, 0, 2].map { Bench.responders[$0] })
  }

  @Test func `a group is whoever on duty has the skill, in any role`() throws {
    let carer = StaffMember(id: Bench.carer, name: "staff", roles: [.carer], skills: ["nightWatch"])
    var bench = try bench(R.step(.group("nightWatch")), also: [.staff(carer), skilled(2, "nightWatch"), skilled(1)])
    bench.signal(.heat)
    #expect(bench.offers.map(\.staff) == [Bench.responders[2], Bench.carer])
  }

  @Test func `when is asked as the step's turn comes`() throws {
    var bench = try bench(
      R.step(.responder, when: "case.verdict == 'needsHelp'"), R.step(.carer, when: "alert.secondsOpen < 1"))
    bench.signal(.heat)
    #expect(bench.offers.map(\.staff) == [Bench.carer])
  }

  @Test func `until ends the search's step as soon as it holds, and its offers are withdrawn`() throws {
    var bench = try bench(
      R.step(.responder, .nearest(2), timeout: .hours(1), until: "case.calls >= 1"), R.step(.carer))
    bench.signal(.heat)
    let asked = bench.offers.map(\.staff)
    #expect(asked == Array(Bench.responders.prefix(2)))
    let outputs = bench.step(
      .operatorActed(
        bench.nextInput(), .recordCall(bench.alert.id, party: "resident", outcome: .noAnswer), by: Bench.desk))
    #expect(bench.offers.map(\.staff) == [Bench.carer])
    #expect(
      outputs.commits.flatMap(\.offers).filter { $0.state == .withdrawn }.map(\.staff) == asked)
  }

  @Test func `until ends a step at the desk, as often as there are steps and never finally`() throws {
    let slow = R.track(
      "slow", R.step(.desk, timeout: .hours(1), until: "alert.signals >= 2"),
      R.step(.shiftLeader, timeout: .hours(1), until: "alert.signals >= 2"))
    var bench = Bench(rules: try R.set(slow))
    bench.signal(.heat)
    #expect(bench.alert.tracks[0].step == 0)
    bench.signal(.heat)
    #expect(bench.alert.tracks[0].step == 2)
    #expect(bench.alert.tracks[0].state == .asking)
    #expect(bench.texts(.alertEscalated).last == "dutyChief")
  }

  @Test func `a track goes from the desk to the field and outside, and the alert keeps a deadline`() throws {
    let mixed = R.track(
      "mixed", R.step(.desk), R.step(.responder, .oneByOne), R.step(.outside(.contacts)), R.step(.shiftLeader))
    var bench = Bench(rules: try R.set(mixed), also: R.family)
    bench.signal(.heat)
    #expect(bench.tasks.isEmpty && bench.alert.tracks[0].state == .asking)
    bench.wait(.seconds(60))
    #expect(bench.alert.tracks[0].state == .handedToTask)
    #expect(bench.alert.nextDeadline != nil, "an unresolved alert always waits for something")
    #expect(bench.offers.map(\.staff) == [Bench.responders[0]])
    bench.wait(.seconds(60))
    #expect(bench.tasks[0].asked.map(\.relation) == ["daughter", "son", "neighbour"])
    bench.wait(.seconds(60))
    #expect(bench.tasks[0].asked.isEmpty)
    #expect(bench.texts(.taskEscalated) == ["shiftLeader"])
    bench.wait(.seconds(60))
    #expect(bench.texts(.taskEscalated) == ["shiftLeader", "dutyChief"])
  }

  @Test func `a step uses the channels that it names, and the phone when they would reach nobody`() throws {
    let webhook = Destination(channel: "webhook", address: "r")
    func routes(_ channels: [String]) throws -> [Notification.Route] {
      let first = StaffMember(
        id: Bench.responders[0], name: "staff", roles: [.responder], destination: webhook)
      var bench = try bench(R.step(.responder, .oneByOne, channels: channels), also: [.staff(first)])
      return bench.signal(.heat).notifications.filter { $0.route != .device(serial: "K1") }.map(\.route)
    }
    let phone = Notification.Route.staffPhone(Bench.responders[0])
    #expect(try routes([]) == [phone, .channel(webhook)])
    #expect(try routes(["webhook"]) == [.channel(webhook)])
    #expect(try routes(["phone"]) == [phone])
    #expect(try routes(["sms"]) == [phone])
  }

  @Test func `what a policy promises is on the alert, from its opening and anew when it is reopened`() throws {
    var bench = Bench(rules: try R.set(R.desk, targets: .init(answer: .seconds(60), arrive: .minutes(45))))
    bench.signal(.heat)
    let opened = bench.now
    #expect(bench.alert.targets == .init(answerBy: opened + .seconds(60), arriveBy: opened + .minutes(45)))
    bench.act(.resolve(bench.alert.id, cause: .other, action: .advice, closedBy: .notNeeded, note: nil))
    bench.wait(.seconds(80))
    bench.signal(.heat)
    #expect(bench.alert.targets?.answerBy == bench.now + .seconds(60))
  }

  @Test func `several policies run side by side, each track by its own name`() throws {
    let route = RouteDefinition(
      policy: "own",
      routes: [
        RouteDefinition(policy: "own", when: "alert.severity >= 0", continues: true),
        RouteDefinition(policy: "also", when: "signal.kind == 'heat'"),
      ])
    var bench = Bench(rules: try R.set(R.track("slow", R.step(.shiftLeader)), route: route))
    bench.signal(.heat)
    #expect(bench.alert.policy == "own+also")
    #expect(bench.alert.tracks.map(\.track) == ["slow", "also/desk", "also/people"])
    #expect(bench.offers.map(\.staff) == [Bench.carer])
    bench.wait(.minutes(1))
    #expect(bench.texts(.taskEscalated) == ["dutyChief"], "the task searches by the track of its own policy")
    bench.act(.hold(bench.alert.id))
    #expect(bench.alert.tracks.map(\.state) == [.satisfied, .satisfied, .handedToTask])
  }

  @Test func `labels come with the signals of an alert`() throws {
    let labels = [
      ClassifyDefinition(id: "l", when: "true", labels: [AlertLabel("floor", "1")]),
      ClassifyDefinition(id: "m", when: "signal.kind == 'panic'", labels: [AlertLabel("floor", "2")]),
    ]
    var bench = Bench(rules: try R.set(R.desk, classify: labels))
    bench.signal(.heat)
    #expect(bench.alert.labels == [AlertLabel("floor", "1")])
    bench.signal(.panic)
    #expect(bench.alerts.count == 1 && bench.alert.labels == [AlertLabel("floor", "2")])
  }
}
