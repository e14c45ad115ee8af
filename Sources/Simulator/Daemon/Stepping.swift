import AlertEngine
import CareModel
import FeedSession

/// Feeding the engine and doing what it says.
extension Simulation {
  mutating func nextInput() -> InputID {
    inputs += 1
    return InputID(at: now, random: (random.next(), fixedMix(inputs)))
  }

  /// Steps one input, checks what comes of it, and does it.
  mutating func step(_ input: Input) throws(Violation) {
    let outputs = core.step(input, at: now)
    report.steps += 1
    hash.add(outputs)
    if let id = input.id { evidence.began(id) }
    for output in outputs { try perform(output) }
    if report.steps % 64 == 0 { try checkDeadlines() }
  }

  private mutating func perform(_ output: Output) throws(Violation) {
    switch output {
    case .commit(let commit):
      try checkRows(of: commit)
      evidence.decided(commit)
      trace.note("commit", at: now, commit.number, commit.events.first?.kind.rawValue)
      try link.queue(commit)
      if parameters.storeLies, link.health == .well { plans.plan(.storeLands(incarnation: -1), at: now) }
      sendCommits()
    case .acknowledge(let input, let acknowledgement): try answer(input, acknowledgement)
    case .notify(let notification): try notify(notification)
    case .publish(let number, _, _):
      guard number <= link.store.sequence else {
        throw Violation("entries of commit \(number) are published before it is written")
      }
    case .reload(let keys):
      trace.note("reload", at: now, Int64(keys.count))
      plans.plan(.reload(keys, incarnation: incarnation), at: later(.milliseconds(1), .milliseconds(80)))
    }
  }

  private mutating func answer(_ input: InputID, _ acknowledgement: Acknowledgement) throws(Violation) {
    if case .accepted(let receipt) = acknowledgement {
      try checkDurable(input, receipt)
      report.acknowledgements += 1
    }
    guard let asker = answers.removeValue(forKey: input), case .session(let wire, let token) = asker else { return }
    let isTaken = acknowledgement != .unavailable
    handle(.settled(token, isTaken ? .accepted : .unavailable), at: wire)
  }

  // MARK: the store

  mutating func sendCommits() {
    let isSlow = link.health == .slow
    guard link.send(atMost: 1 + random.below(8)) else { return }
    let delay = isSlow ? random.span(.milliseconds(300), .milliseconds(2500)) : random.span(.zero, .milliseconds(12))
    plans.plan(.storeLands(incarnation: incarnation), at: now + delay)
  }

  mutating func storeLands(_ incarnation: Int) throws(Violation) {
    if incarnation == -1 { return try step(.committed(link.waiting.last?.number ?? link.flight.last?.number ?? 0)) }
    guard incarnation == self.incarnation, !link.flight.isEmpty else { return }
    try hear(try link.land())
    sendCommits()
  }

  mutating func hear(_ news: [StoreLink.News]) throws(Violation) {
    for item in news where !isDown {
      switch item {
      case .committed(let number): try step(.committed(number))
      case .failed(let number):
        trace.note("refused", at: now, number)
        restingUntil = now + .seconds(20)
        evidence.failed(from: number)
        try step(.commitFailed(number, CommitFailure(code: "22021")))
      case .lost: try step(.storeLost)
      case .back: try step(.storeBack)
      }
    }
  }

  mutating func storeChanges() throws(Violation) {
    guard !isCalm else { return }
    let health = StoreLink.Health.allCases[random.below(3)]
    trace.note("store", at: now, 0, "\(health)")
    if link.health == .away, health != .away {
      link.health = health
      try hear(link.comeBack())
      link.health = health
      steadySince = now
      sendCommits()
    } else if health == .away, link.health != .away {
      report.faults += 1
      try link.lose(written: random.below(9))
      try hear([.lost])
    } else {
      link.health = health
    }
    let next = link.health == .well ? later(.minutes(1), parameters.storeChangesEvery) : later(.seconds(2), .minutes(3))
    plans.plan(.storeChanges, at: next)
  }

  mutating func answerReload(_ keys: [CaseKey], _ incarnation: Int) throws(Violation) {
    guard incarnation == self.incarnation, !isDown else { return }
    guard link.health != .away else {
      return plans.plan(.reload(keys, incarnation: incarnation), at: now + .milliseconds(500))
    }
    // A deadline whose commit was refused rests from the reload on, however long that took.
    restingUntil = now + .seconds(20)
    try step(.casesLoaded(link.store.snapshot(of: keys, at: now)))
  }

  // MARK: kill and start

  mutating func kill() throws(Violation) {
    guard !isCalm else { return }
    plans.plan(.kill, at: later(.minutes(5), parameters.restartEvery))
    guard !isDown else { return }
    trace.note("kill", at: now)
    report.restarts += 1
    isDown = true
    incarnation += 1
    try link.restart(written: random.below(9))
    answers = [:]
    underWay = [:]
    online = [:]
    for wire in wires.keys.sorted() {
      wires[wire]?.isServed = false
      plans.plan(.peerLearnsClosed(wire), at: later(.zero, .seconds(2)))
    }
    plans.plan(.start, at: later(.milliseconds(100), .seconds(8)))
  }

  mutating func startDaemon() throws(Violation) {
    guard link.health != .away else { return plans.plan(.start, at: now + .seconds(1)) }
    isDown = false
    steadySince = now
    restingUntil = now
    evidence.restarted(at: link.store.sequence)
    core = EngineCore(rules: rules)
    try step(.referenceChanged(world.register))
    var snapshot = link.store.snapshot(of: nil, at: now)
    snapshot.lines = Set(signs.keys).union(link.store.lines.keys).sorted().map { serial in
      KnownLine(serial: serial, heardAt: signs[serial], line: link.store.lines[serial])
    }
    try step(.casesLoaded(snapshot))
  }

  mutating func changeShifts() throws(Violation) {
    let changes = world.changeShifts(at: now, random: &random)
    if !isDown { try step(.referenceChanged(changes)) }
    if !isCalm { plans.plan(.shiftsChange, at: later(.minutes(5), .minutes(30))) }
  }
}
