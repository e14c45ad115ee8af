import DequeModule
import NotificationChannel

/// One place that messages go to; what happens to one never delays another.
struct DestinationKey: Hashable, Sendable {
  let channel: String
  let address: String
}

/// A message on its way, and whom to tell.
struct DispatchJob: Sendable {
  let message: ChannelMessage
  let key: DestinationKey
  let isLife: Bool
  let at: ContinuousClock.Instant
  let report: @Sendable (DeliveryFailure?) -> Void
}

/// Who may start next: the destinations' queues, the bounds, and turns between destinations.
struct DestinationTable {
  private struct Destination {
    var life: Deque<DispatchJob> = []
    var other: Deque<DispatchJob> = []
    var tries = 0
    var isInLifeTurn = false
    var isInOtherTurn = false

    var waiting: Int { life.count + other.count }
  }

  private let limits: DispatcherLimits
  private var destinations: [DestinationKey: Destination] = [:]
  /// Destinations that could start one more, in turn; each at most once.
  private var lifeTurns: Deque<DestinationKey> = []
  private var otherTurns: Deque<DestinationKey> = []
  private var waiting = 0
  private var tries = 0
  private var delivered: [String: Int] = [:]
  private var failed: [String: Int] = [:]

  init(limits: DispatcherLimits) { self.limits = limits }

  var load: DispatcherLoad { DispatcherLoad(destinations: destinations.count, waiting: waiting, tries: tries) }

  /// What is in hand for one channel, and what was done.
  func load(of channel: String, at now: ContinuousClock.Instant) -> ChannelLoad {
    var load = ChannelLoad()
    var oldest = now
    for (key, destination) in destinations where key.channel == channel {
      load.waiting += destination.waiting
      load.tries += destination.tries
      for job in [destination.life.first, destination.other.first] { oldest = min(oldest, job?.at ?? now) }
    }
    load.oldest = oldest.duration(to: now)
    load.sent = delivered[channel] ?? 0
    load.failed = failed[channel] ?? 0
    return load
  }

  /// Puts a job into its destination's queue; gives back the job there is no room for, which may be another one.
  mutating func add(_ job: DispatchJob) -> DispatchJob? {
    let bound = limits.maximumWaiting + (job.isLife ? limits.reservedWaiting : 0)
    guard waiting < bound else { return passedOver(job) }
    var destination = destinations[job.key] ?? Destination()
    var displaced: DispatchJob?
    if destination.waiting >= limits.maximumWaitingPerDestination {
      guard job.isLife, let newest = destination.other.popLast() else { return passedOver(job) }
      displaced = passedOver(newest)
      waiting -= 1
    }
    if job.isLife { destination.life.append(job) } else { destination.other.append(job) }
    waiting += 1
    takeTurns(job.key, &destination)
    destinations[job.key] = destination
    return displaced
  }

  /// The next job that may start now; `life` first, then each destination in its turn.
  mutating func start() -> DispatchJob? {
    // A turn may be stale: its last job displaced, or its room taken by `life`.
    while tries < limits.maximumTries + limits.reservedTries, let key = lifeTurns.popFirst() {
      if let job = start(key, isLife: true) { return job }
    }
    while tries < limits.maximumTries, let key = otherTurns.popFirst() {
      if let job = start(key, isLife: false) { return job }
    }
    return nil
  }

  private mutating func passedOver(_ job: DispatchJob) -> DispatchJob {
    failed[job.key.channel, default: 0] += 1
    return job
  }

  /// A try has ended.
  mutating func finish(_ key: DestinationKey, isDelivered: Bool) {
    if isDelivered { delivered[key.channel, default: 0] += 1 } else { failed[key.channel, default: 0] += 1 }
    guard var destination = destinations[key] else { return }
    tries -= 1
    destination.tries -= 1
    takeTurns(key, &destination)
    keep(key, destination)
  }

  private mutating func start(_ key: DestinationKey, isLife: Bool) -> DispatchJob? {
    guard var destination = destinations[key] else { return nil }
    let room = limits.maximumPerDestination - (isLife ? 0 : limits.reservedPerDestination)
    if isLife { destination.isInLifeTurn = false } else { destination.isInOtherTurn = false }
    var job: DispatchJob?
    if destination.tries < room { job = isLife ? destination.life.popFirst() : destination.other.popFirst() }
    if job != nil {
      tries += 1
      waiting -= 1
      destination.tries += 1
    }
    takeTurns(key, &destination)
    keep(key, destination)
    return job
  }

  /// Idle destinations leave memory.
  private mutating func keep(_ key: DestinationKey, _ destination: Destination) {
    let isIdle = destination.tries == 0 && destination.waiting == 0
    destinations[key] = isIdle && !destination.isInLifeTurn && !destination.isInOtherTurn ? nil : destination
  }

  private mutating func takeTurns(_ key: DestinationKey, _ destination: inout Destination) {
    if !destination.isInLifeTurn, !destination.life.isEmpty, destination.tries < limits.maximumPerDestination {
      destination.isInLifeTurn = true
      lifeTurns.append(key)
    }
    let room = limits.maximumPerDestination - limits.reservedPerDestination
    if !destination.isInOtherTurn, !destination.other.isEmpty, destination.tries < room {
      destination.isInOtherTurn = true
      otherTurns.append(key)
    }
  }
}
