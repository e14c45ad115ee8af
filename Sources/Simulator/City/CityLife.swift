import AlertEngine
import CareModel

/// A day in the city: calls by the hour, heartbeats in batches, people at the desk in shifts.
extension Simulation {
  mutating func planTheCity(_ city: CityPlan) {
    for phone in world.homes.count..<clients.count {
      plans.plan(.connect(client: phone), at: later(.zero, .minutes(2)))
    }
    for desk in world.desk.indices { plans.plan(.deskWorks(desk), at: later(.zero, .seconds(30))) }
    plans.plan(.beat(0), at: now + city.beatBatch)
    guard let cut = city.powerCut else { return }
    plans.plan(.powerFails, at: World.start + cut.after)
    plans.plan(.powerReturns, at: World.start + cut.after + cut.lasting)
  }

  /// The devices whose turn it is are heard, those without power excepted.
  mutating func beat(_ number: Int) throws(Violation) {
    guard let city = parameters.city else { return }
    plans.plan(.beat(number + 1), at: now + city.beatBatch)
    let turns = Int(max(1, city.beat.microseconds / max(1, city.beatBatch.microseconds)))
    guard !isDown else { return }
    var heard: [HeardDevice] = []
    for home in stride(from: number % turns, to: world.homes.count, by: turns) where !dark.contains(home) {
      heard.append(HeardDevice(serial: world.homes[home].serial, at: engineNow))
    }
    report.heartbeats += heard.count
    try step(.heard(heard))
  }

  /// A call of the city: who calls is connected for it.
  mutating func call(from home: Int, about kind: String) {
    let serial = world.homes[home].serial
    report.signals += 1
    let text = "{\"id\":\"\(serial)-\(report.signals)\",\"kind\":\"\(kind)\",\"at\":\"\(now.rfc3339)\"}"
    if kind == "panic" || kind == "fall", !dark.contains(home) { waits.begin(serial, at: now) }
    say(home, "silverbell/\(serial)/signal", Array(text.utf8), hasOwnID: true)
    if clients[home].connection == nil { connect(home) }
  }

  /// Whoever pressed: somebody is asked now.
  mutating func noteAsked(_ events: [CareEvent]) {
    for event in events {
      guard case .alert(let alert) = event.subject, let serial = alert.serial else { continue }
      waits.end(serial, at: now)
    }
  }

  // MARK: the desk

  /// Somebody at the desk does the next thing and takes the time that it takes.
  mutating func deskWorks(_ desk: Int) throws(Violation) {
    guard !isCalm else { return }
    guard isAtWork(desk) || holdsSomething(desk) else {
      return plans.plan(.deskWorks(desk), at: later(.minutes(1), .minutes(3)))
    }
    let staff = world.desk[desk]
    guard !isDown, let action = nextStep(by: staff, mayTakeNew: isAtWork(desk)) else {
      return plans.plan(.deskWorks(desk), at: later(.seconds(2), .seconds(8)))
    }
    try act(action, by: staff)
    plans.plan(.deskWorks(desk), at: later(.seconds(10), .seconds(50)))
  }

  private func isAtWork(_ desk: Int) -> Bool {
    let hour = Int((now - World.start).wholeSeconds / 3600)
    return desk == 0 || hour / 8 % 3 == desk % 3
  }

  private func holdsSomething(_ desk: Int) -> Bool {
    link.store.openAlerts.contains { link.store.alerts[$0]?.holder?.staff == world.desk[desk] }
  }
}
