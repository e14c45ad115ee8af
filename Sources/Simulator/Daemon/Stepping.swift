import AlertEngine
import CareModel
import FeedSession

/// Feeding the engine and doing what it says.
extension Simulation {
  mutating func nextInput() -> InputID {
    inputs += 1
    return InputID(at: engineNow, random: (random.next(), fixedMix(inputs)))
  }

  /// Steps one input, checks what comes of it, and does it.
  mutating func step(_ input: Input) throws(Violation) {
    let outputs = core.step(input, at: engineNow)
    report.steps += 1
    hash.add(outputs)
    if let id = input.id, answers[id] != nil { evidence.began(id) }
    for output in outputs { try perform(output) }
    if report.steps % parameters.checkEvery == 0 { try checkDeadlines() }
  }

  private mutating func perform(_ output: Output) throws(Violation) {
    switch output {
    case .commit(let commit):
      try checkRows(of: commit)
      evidence.decided(commit)
      trace.note(commit, at: now)
      try link.queue(commit)
      if parameters.storeLies, link.health == .well { plans.plan(.storeLands(incarnation: -1), at: now) }
      sendCommits()
    case .acknowledge(let input, let acknowledgement): try answer(input, acknowledgement)
    case .notify(let notification): try notify(notification)
    case .publish(let number, _, let events):
      guard number <= link.store.sequence else {
        throw Violation("entries are published before their commit is written", "commit \(number)")
      }
      if parameters.city != nil { noteAsked(events) }
    case .log, .publishProvisionally: break
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
    guard let asker = answers.removeValue(forKey: input) else { return }
    switch asker {
    case .session(let wire, let token, _):
      let isTaken = acknowledgement != .unavailable
      handle(.settled(token, isTaken ? .accepted : .unavailable), at: wire)
    case .desk: try deskHears(input, acknowledgement)
    }
  }

  // MARK: the store

  mutating func sendCommits() {
    let isSlow = link.health == .slow
    guard link.send(atMost: 1 + random.below(parameters.storeGroup)) else { return }
    let delay =
      isSlow ? random.span(.milliseconds(300), .milliseconds(2500)) : random.span(.zero, parameters.storeDelay)
    plans.plan(.storeLands(incarnation: incarnation), at: now + delay)
  }

  mutating func storeLands(_ incarnation: Int) throws(Violation) {
    if incarnation == -1 { return try step(.committed(link.waiting.last?.number ?? link.flight.last?.number ?? 0)) }
    guard incarnation == self.incarnation, !link.flight.isEmpty else { return }
    if fails(.answerLost) {
      return try loseStore(for: random.span(.milliseconds(100), .seconds(4)), written: link.flight.count)
    }
    if fails(.groupRefused) {
      trace.note("group refused", at: now, Int64(link.flight.count))
      link.refuseGroup()
    } else {
      try hear(try link.land(at: now))
    }
    sendCommits()
  }

  /// The store goes away; of what is on its way, the first are written.
  mutating func loseStore(for span: TimeSpan, written: Int) throws(Violation) {
    guard link.health != .away else { return }
    report.faults += 1
    trace.note("store lost", at: now, Int64(written))
    try link.lose(written: written, at: now)
    try hear([.lost])
    plans.plan(.storeReturns, at: now + span)
  }

  mutating func storeReturns() throws(Violation) {
    guard link.health == .away else { return }
    guard isDown || !isFrozen else { return plans.plan(.storeReturns, at: frozenUntil) }
    trace.note("store back", at: now, link.store.sequence)
    try hear(link.comeBack())
    steadySince = now
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
        decidedSuspensions = link.store.suspensions
        try step(.commitFailed(number, CommitFailure(code: "22021")))
      case .lost: try step(.storeLost)
      case .back: try step(.storeBack)
      }
    }
  }

  mutating func answerReload(_ keys: [CaseKey], _ incarnation: Int) throws(Violation) {
    guard incarnation == self.incarnation, !isDown else { return }
    guard link.health != .away else {
      return plans.plan(.reload(keys, incarnation: incarnation), at: now + .milliseconds(500))
    }
    // A deadline whose commit was refused rests from the reload on, however long that took.
    restingUntil = now + .seconds(20)
    try step(.casesLoaded(link.store.snapshot(of: keys, at: engineNow)))
  }

  // MARK: kill and start

  /// The daemon is gone at once, with all that it had in memory.
  mutating func kill(backAfter span: TimeSpan) throws(Violation) {
    guard !isDown else { return }
    report.restarts += 1
    isDown = true
    incarnation += 1
    frozenUntil = .distantPast
    try link.restart(written: random.below(9), at: now)
    answers = [:]
    deskAnswers = [:]
    underWay = [:]
    online = [:]
    for wire in wires.keys.sorted() {
      wires[wire]?.isServed = false
      guard wires[wire]?.hasPeer == true else {
        wires[wire] = nil
        continue
      }
      let heard = wires[wire]?.place.map(reach.peerHears) ?? now
      plans.plan(.peerLearnsClosed(wire), at: max(heard, later(.zero, .seconds(2))))
    }
    plans.plan(.start, at: now + span)
  }

  mutating func startDaemon() throws(Violation) {
    guard link.health != .away else { return plans.plan(.start, at: now + .seconds(1)) }
    isDown = false
    steadySince = now
    restingUntil = now
    commitMarks = []
    // The daemon takes the time of day at its start: set back by then, it would write before what is written.
    if !parameters.restartsWithClockSetBack { clockError = max(clockError, engineNow - now) }
    clock = SteadyClock(timeOfDay: (now + clockError).microseconds, elapsed: now.microseconds)
    tick()
    evidence.restarted(at: link.store.sequence)
    decidedSuspensions = link.store.suspensions
    core = EngineCore(rules: rules, settings: parameters.engine)
    trace.note("start", at: now, link.store.sequence)
    try step(.referenceChanged(world.register))
    var snapshot = link.store.snapshot(of: nil, at: engineNow)
    snapshot.lines = Set(signs.keys).union(link.store.lines.keys).sorted().map { serial in
      KnownLine(serial: serial, heardAt: signs[serial], line: link.store.lines[serial])
    }
    try step(.casesLoaded(snapshot))
  }

  /// An engine whose shard was taken goes on for a while: it must not answer, publish or announce anything that is
  /// not written.
  func checkOldEngine() throws(Violation) {
    guard !isDown else { return }
    var old = core
    var random = self.random
    for _ in 0..<50 {
      guard let due = old.nextDeadline, due <= engineNow + .seconds(4) else { return }
      for output in old.step(.deadlineReached(InputID(at: due, random: (random.next(), 0))), at: due) {
        switch output {
        case .acknowledge(_, .accepted), .publish: throw Violation("an engine without its shard answers or publishes")
        case .notify(let notification) where !link.store.has(notification.id):
          throw Violation("an engine without its shard sends what is not written")
        default: break
        }
      }
    }
  }
}
