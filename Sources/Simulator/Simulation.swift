import AlertEngine
import AlertRules
import CareModel
import FeedSession

/// A seeded world around the real sessions and the real engine: devices, phones, hospitals, people, network and store
/// in simulated time, with promises checked after every step. The same seed gives the same run, to the last output.
package struct Simulation {
  let parameters: SimulationParameters
  let rules: RuleSet
  let hours: Int
  var random: SeededRandom
  var world: World
  var now = World.start
  var plans = EventQueue<Happening>()
  var report: SimulationReport
  var trace: Trace
  var hash = OutputHash()

  // The daemon.
  var core: EngineCore
  var incarnation = 0
  var isDown = false
  var inputs: UInt64 = 0
  var answers: [InputID: Asker] = [:]
  var evidence = Evidence()
  var wires: [Int: Wire] = [:]
  var nextWire = 1
  var online: [Principal: [Int]] = [:]
  /// When devices were last heard, as the store's batches have it.
  var signs: [String: Timestamp] = [:]
  var underWay: [DownlinkToken: NotificationID] = [:]
  var nextToken: UInt64 = 1
  var deliveries: [Delivery] = []

  // The store.
  var link: StoreLink

  // The people and their things.
  var clients: [MQTTClient] = []
  var phoneByStaff: [StaffID: Int] = [:]
  var hospitals: [HospitalPeer]
  /// The faults are over: everything has to drain.
  var isCalm = false
  var acknowledged: [UInt64: Bool] = [:]
  var restingUntil = Timestamp.distantPast
  var steadySince = World.start
  private var stepsAtOnce = 0
  private static let maximumStepsAtOnce = 10_000

  /// Runs a seed to its end.
  ///
  /// - Parameters:
  ///   - seed: decides everything.
  ///   - hours: simulated time with faults; the time to drain comes on top.
  /// - Throws: the first broken promise, with its trace.
  package static func run(
    seed: UInt64, hours: Int = 2, parameters: SimulationParameters = SimulationParameters(),
    rules: RuleSet = SimulationRules.standard
  ) throws(SimulationFailure) -> SimulationReport {
    var simulation = Simulation(seed: seed, hours: hours, parameters: parameters, rules: rules)
    do throws(Violation) {
      try simulation.live()
    } catch {
      throw SimulationFailure(
        seed: seed, at: simulation.now, problem: error.problem, trace: simulation.trace.lines)
    }
    return simulation.report
  }

  private init(seed: UInt64, hours: Int, parameters: SimulationParameters, rules: RuleSet) {
    self.parameters = parameters
    self.rules = rules
    self.hours = hours
    random = SeededRandom(seed: seed)
    world = World(parameters, random: &random)
    report = SimulationReport(seed: seed)
    trace = Trace(limit: parameters.traceLines)
    core = EngineCore(rules: rules)
    link = StoreLink(seed: seed, refusals: parameters.commitRefused)
    hospitals = World.hospitals.map { HospitalPeer(code: $0) }
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
    let calm = World.start + .hours(hours)
    while let next = nextMoment(), next <= end || !link.isIdle && next <= end + .minutes(1) {
      if next >= calm, !isCalm { try endFaults(at: calm) }
      stepsAtOnce = next > now ? 0 : stepsAtOnce + 1
      guard stepsAtOnce < Self.maximumStepsAtOnce else { throw Violation("time stands still") }
      now = max(now, next)
      if let due = core.nextDeadline, !isDown, due <= now, due <= plans.next ?? .distantFuture {
        try step(.deadlineReached(nextInput()))
      } else if let (_, happening) = plans.pop() {
        try happen(happening)
      }
      try deliverAll()
    }
    try checkEnd()
    report.commits = Int(link.store.sequence)
    report.refused = link.refused
    report.alerts = link.store.alerts.count
    report.offers = link.store.offers.count
    report.accepted = evidence.acceptances
    report.stays = link.store.stays.count
    report.hash = hash.value
  }

  /// When everything has to have drained.
  var end: Timestamp { World.start + .hours(hours) + parameters.drain }

  private func nextMoment() -> Timestamp? {
    let due = isDown ? nil : core.nextDeadline
    return [plans.next, due].compactMap { $0 }.min()
  }

  private mutating func planTheDay() {
    for client in clients.indices { plans.plan(.connect(client: client), at: later(.zero, .seconds(30))) }
    for hospital in hospitals.indices {
      plans.plan(.hospitalConnects(hospital), at: later(.zero, .seconds(30)))
      plans.plan(.hospitalTells(hospital), at: later(.zero, parameters.hospitalStoryEvery))
    }
    for home in world.homes.indices { plans.plan(.press(home), at: later(.seconds(5), parameters.pressEvery)) }
    for desk in world.desk.indices { plans.plan(.deskActs(desk), at: later(.seconds(5), .minutes(1))) }
    plans.plan(.storeChanges, at: later(.minutes(1), parameters.storeChangesEvery))
    plans.plan(.kill, at: later(.minutes(5), parameters.restartEvery))
    plans.plan(.compare, at: later(.minutes(1), parameters.compareEvery))
    plans.plan(.shiftsChange, at: later(.minutes(5), .minutes(30)))
  }

  /// A moment between two lengths of time from now.
  mutating func later(_ from: TimeSpan, _ to: TimeSpan) -> Timestamp { now + random.span(from, to) }

  /// No more faults and no more presses: what is open has to come to its end.
  private mutating func endFaults(at calm: Timestamp) throws(Violation) {
    isCalm = true
    now = calm
    link.refuses = false
    if link.health == .away { try hear(link.comeBack()) }
    link.health = .well
    steadySince = now
    let changes = world.putEverybodyOnDuty(at: now)
    if !isDown { try step(.referenceChanged(changes)) }
    sendCommits()
  }

  private mutating func happen(_ happening: Happening) throws(Violation) {
    switch happening {
    case .connect(let client): connect(client)
    case .hospitalConnects(let hospital): connectHospital(hospital)
    case .toServer(let wire, let bytes): try arrive(bytes, at: wire)
    case .toPeer(let wire, let bytes): receive(bytes, from: wire)
    case .serverLearnsClosed(let wire): try serverLearns(wire)
    case .peerLearnsClosed(let wire): peerLearns(wire)
    case .wake(let wire, let at): try wake(wire, at: at)
    case .retry(let client, let turn): retry(client, turn: turn)
    case .hospitalRetries(let hospital, let turn): retryHospital(hospital, turn: turn)
    case .press(let home): press(home)
    case .hospitalTells(let hospital): tell(hospital)
    case .answer(let staff, let offer, let word): answer(staff, offer, word)
    case .deskActs(let desk): try deskActs(desk)
    case .storeLands(let incarnation): try storeLands(incarnation)
    case .storeChanges: try storeChanges()
    case .reload(let keys, let incarnation): try answerReload(keys, incarnation)
    case .delivered(let notification, let report, let incarnation):
      if incarnation == self.incarnation, !isDown {
        try step(.deliveryReported(nextInput(), notification, report))
      }
    case .shiftsChange: try changeShifts()
    case .kill: try kill()
    case .start: try startDaemon()
    case .compare: try compare()
    }
  }
}

/// Something that is going to happen.
enum Happening {
  case connect(client: Int)
  case hospitalConnects(Int)
  case toServer(Int, [UInt8])
  case toPeer(Int, [UInt8])
  case serverLearnsClosed(Int)
  case peerLearnsClosed(Int)
  case wake(Int, at: Timestamp)
  case retry(client: Int, turn: Int)
  case hospitalRetries(Int, turn: Int)
  case press(Int)
  case hospitalTells(Int)
  case answer(StaffID, OfferID, StaffAnswer)
  case deskActs(Int)
  case storeLands(incarnation: Int)
  case storeChanges
  case reload([CaseKey], incarnation: Int)
  case delivered(NotificationID, DeliveryReport, incarnation: Int)
  case shiftsChange
  case kill
  case start
  case compare
}

/// Who waits for the fate of an input.
enum Asker {
  case session(wire: Int, DeliveryToken)
  case desk
}
