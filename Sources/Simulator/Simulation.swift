import AlertEngine
import AlertRules
import CareModel
import FeedSession

/// A seeded world around the real sessions and the real engine: devices, phones, hospitals, people, network and store
/// in simulated time, with promises checked after every step. The same seed gives the same run, to the last output.
package struct Simulation {
  let parameters: SimulationParameters
  let rules: RuleSet
  let seed: UInt64
  let hours: Int
  let script: [ScriptedDeed]
  var random: SeededRandom
  var world: World
  /// The true time.
  var now = World.start
  var plans = EventQueue<Happening>()
  var report: SimulationReport
  var trace: Trace
  var hash = OutputHash()

  // The daemon.
  var core: EngineCore
  var incarnation = 0
  var isDown = false
  var frozenUntil = Timestamp.distantPast
  /// How wrong the machine's clock is.
  var clockError = TimeSpan.zero
  /// The daemon's clock, and what it shows now.
  var clock: SteadyClock
  var engineNow = World.start
  var inputs: UInt64 = 0
  var answers: [InputID: Asker] = [:]
  var deskAnswers: [InputID: Acknowledgement] = [:]
  var evidence = Evidence()
  /// Suspensions as of the last commit that was decided.
  var decidedSuspensions: [SuspensionID: Suspension] = [:]
  var wires: [Int: Wire] = [:]
  var nextWire = 1
  var online: [Principal: [Int]] = [:]
  /// When devices were last heard, as the store's batches have it.
  var signs: [String: Timestamp] = [:]
  var underWay: [DownlinkToken: (notification: NotificationID, since: Timestamp)] = [:]
  var nextToken: UInt64 = 1
  var deliveries: [Delivery] = []

  // The store.
  var link: StoreLink

  // The people and their things.
  var reach = Reachability()
  var clients: [MQTTClient] = []
  var phoneByStaff: [StaffID: Int] = [:]
  var offersRead: [StaffID: UInt64] = [:]
  var hospitals: [HospitalPeer]
  /// The faults are over: everything has to drain.
  var isCalm = false
  var acknowledged: [UInt64: Bool] = [:]
  var restingUntil = Timestamp.distantPast
  var steadySince = World.start
  var commitMarks: [(at: Timestamp, number: Int64)] = []
  /// Homes without power.
  var dark: Set<Int> = []
  var waits = Waits()
  private var stepsAtOnce = 0
  private static let maximumStepsAtOnce = 10_000

  /// Runs a seed to its end.
  ///
  /// - Parameters:
  ///   - seed: decides everything.
  ///   - hours: simulated time with faults; the time to drain comes on top.
  ///   - parameters: the world; nil = the one that the seed draws.
  ///   - omission: what is left out of it.
  /// - Throws: the first broken promise, with its trace.
  package static func run(
    seed: UInt64, hours: Int = 2, parameters: SimulationParameters? = nil, omitting omission: Omission = .none,
    rules: RuleSet = SimulationRules.standard
  ) throws(SimulationFailure) -> SimulationReport {
    let parameters = parameters ?? .drawn(from: seed)
    let whole = Script.write(parameters, seed: seed, until: World.start + .hours(hours))
    var reduced = parameters
    for fault in omission.faults { reduced.faults[fault] = 0 }
    var simulation = Simulation(
      seed: seed, hours: hours, parameters: reduced, script: whole.filter(omission.keeps), rules: rules)
    do throws(Violation) {
      try simulation.live()
    } catch {
      let (now, calm) = (simulation.now, World.start + .hours(hours))
      throw SimulationFailure(
        seed: seed, hours: hours, at: now, rule: error.rule, problem: error.problem,
        deeds: simulation.script.filter { $0.at <= now }, scripted: whole.filter { $0.at <= min(now, calm) }.count,
        trace: simulation.trace.lines, without: omission.faults)
    }
    return simulation.report
  }

  private init(
    seed: UInt64, hours: Int, parameters: SimulationParameters, script: [ScriptedDeed], rules: RuleSet
  ) {
    self.parameters = parameters
    self.rules = rules
    self.seed = seed
    self.hours = hours
    self.script = script
    random = SeededRandom(seed: seed)
    world = World(parameters, random: &random)
    report = SimulationReport(seed: seed)
    trace = Trace(limit: parameters.traceLines)
    core = EngineCore(rules: rules, settings: parameters.engine)
    clock = SteadyClock(timeOfDay: World.start.microseconds, elapsed: World.start.microseconds)
    link = StoreLink(seed: seed, refusals: parameters.faults[.commitRefused])
    hospitals = world.hospitals.map { HospitalPeer(code: $0) }
    for home in world.homes {
      clients.append(MQTTClient(user: home.serial, downlinkTopic: "silverbell/\(home.serial)/status"))
    }
    for staff in world.fieldStaff + world.desk {
      phoneByStaff[staff] = clients.count
      clients.append(MQTTClient(user: "staff:\(staff)", downlinkTopic: "silverbell/staff/\(staff)/offers"))
    }
  }

  private mutating func live() throws(Violation) {
    try startDaemon()
    planTheDay()
    while let next = nextMoment(), next <= end || !link.isIdle && next <= end + .minutes(1) {
      stepsAtOnce = next > now ? 0 : stepsAtOnce + 1
      guard stepsAtOnce < Self.maximumStepsAtOnce else { throw Violation("time stands still") }
      now = max(now, next)
      tick()
      if isDeadlineNext {
        try step(.deadlineReached(nextInput()))
      } else if let (_, happening) = plans.pop() {
        if isFrozen, happening.needsDaemon {
          plans.plan(happening, at: frozenUntil)
        } else {
          try happen(happening)
        }
      }
      try deliverAll()
    }
    try checkEnd()
    try checkStorm()
    report.commits = Int(link.store.sequence)
    report.refused = link.refused
    report.alerts = link.store.alerts.count
    report.offers = link.store.offers.count
    report.accepted = evidence.acceptances
    report.suspensions = link.store.suspensions.count
    report.stays = link.store.stays.count
    report.waits = waits
    report.lostLines = link.store.alerts.values.filter { $0.kind == .lineLost }.count
    report.hash = hash.value
  }

  /// When the faults are over.
  var calm: Timestamp { World.start + .hours(hours) }

  /// When everything has to have come to its end.
  var end: Timestamp { calm + parameters.drain }

  var isFrozen: Bool { now < frozenUntil }

  /// When the engine's next deadline is, in true time.
  private var nextDue: Timestamp? {
    guard !isDown, let due = core.nextDeadline else { return nil }
    return max(now + max(.zero, due - engineNow), frozenUntil)
  }

  private var isDeadlineNext: Bool {
    guard let due = nextDue else { return false }
    return due <= now && due <= plans.next ?? .distantFuture
  }

  private func nextMoment() -> Timestamp? { [plans.next, nextDue].compactMap { $0 }.min() }

  /// Reads the daemon's clock.
  mutating func tick() {
    let shown = clock.advance(timeOfDay: (now + clockError).microseconds, elapsed: now.microseconds)
    engineNow = Timestamp(microseconds: shown)
  }

  private mutating func planTheDay() {
    if let city = parameters.city {
      planTheCity(city)
    } else {
      for client in clients.indices { plans.plan(.connect(client: client), at: later(.zero, .seconds(30))) }
    }
    for hospital in hospitals.indices { plans.plan(.hospitalConnects(hospital), at: later(.zero, .seconds(30))) }
    for deed in script { plans.plan(.deed(deed), at: deed.at) }
    plans.plan(.compare, at: later(.minutes(1), parameters.compareEvery))
    plans.plan(.calm, at: calm)
  }

  /// A moment between two lengths of time from now.
  mutating func later(_ from: TimeSpan, _ to: TimeSpan) -> Timestamp { now + random.span(from, to) }

  /// Whether a fault happens now; never when the faults are over.
  mutating func fails(_ fault: Fault) -> Bool { random.happens(isCalm ? 0 : parameters.faults[fault]) }
}
