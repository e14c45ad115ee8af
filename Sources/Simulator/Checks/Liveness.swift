import AlertEngine
import CareModel

/// Once the faults are over, everything comes to its end within stated times; a breach names what did not.
extension Simulation {
  mutating func checkCalm() throws(Violation) {
    plans.plan(.checkCalm, at: now + parameters.calmCheckEvery)
    report.calmChecks += 1
    guard !isDown else { throw Violation("the daemon did not come back") }
    try checkCommits()
    try checkSenders()
    let work = core.openWork
    try checkOutbox(work)
    for alert in work.alerts where alert.state != .resolved { try checkCalmlyAsked(alert) }
    for task in work.tasks { try checkCalmlyAsked(task) }
  }

  /// Nothing that was decided a while ago is unconfirmed.
  private mutating func checkCommits() throws(Violation) {
    let horizon = now - parameters.bounds.commit
    if let old = commitMarks.last(where: { $0.at <= horizon }), link.told < old.number {
      throw Violation("a commit is not confirmed", "\(old.number), the store has told of \(link.told)")
    }
    commitMarks.removeAll { $0.at < horizon - .minutes(1) }
    if let last = link.waiting.last ?? link.flight.last { commitMarks.append((now, last.number)) }
    guard !core.isReloading || now - restingUntil < parameters.bounds.commit else {
      throw Violation("a reload does not end")
    }
  }

  /// Whoever has sent something is answered, and no connection keeps a downlink.
  private func checkSenders() throws(Violation) {
    let horizon = now - parameters.bounds.answer
    for client in clients {
      guard let first = client.pending.first, first.since < horizon else { continue }
      throw Violation("a sender is not answered", "\(client.user) since \(first.since.rfc3339)")
    }
    if let (input, asker) = answers.min(by: { $0.value.since < $1.value.since }), asker.since < horizon {
      throw Violation("an input is not answered", "\(input) since \(asker.since.rfc3339)")
    }
    let oldest = underWay.values.min { $0.since < $1.since }
    if let oldest, oldest.since < now - parameters.bounds.downlink {
      throw Violation("a downlink is neither delivered nor given up", "\(oldest.notification)")
    }
    for hospital in hospitals where now > calm + parameters.bounds.settling && hospital.queue.count > 200 {
      throw Violation("a hospital's queue does not shrink", hospital.code)
    }
    let served = wires.values.filter(\.isServed).count
    if now > calm + .hours(1), served > 2 * (clients.count + hospitals.count) + 8 {
      throw Violation("connections are not closed", "\(served) of \(clients.count) peers")
    }
  }

  /// Nothing stays in the outbox past its time.
  private func checkOutbox(_ work: CaseSnapshot) throws(Violation) {
    let horizon = engineNow - parameters.bounds.notification
    for notification in work.notifications where notification.expiresAt < horizon {
      throw Violation(
        "a notification past its time is not marked",
        "\(notification.id), expired \(notification.expiresAt.rfc3339), \(notification.attempts) attempts")
    }
  }

  private func checkCalmlyAsked(_ alert: Alert) throws(Violation) {
    let longest = parameters.bounds.calmAsked
    guard alert.holder == nil, now > calm + longest, let asked = link.store.askedAt[alert.id], now - asked > longest
    else { return }
    throw Violation("nobody has an alert and nobody is asked", "\(alert.id) since \(asked.rfc3339)")
  }

  private func checkCalmlyAsked(_ task: WorkTask) throws(Violation) {
    let longest = parameters.bounds.taskAsked
    guard task.progress.state == .asking, now > calm + longest, let asked = link.store.taskAskedAt[task.id],
      now - asked > longest
    else { return }
    throw Violation("nobody has a task and nobody is asked", "\(task.id) since \(asked.rfc3339)")
  }
}
