import AlertEngine
import CareModel

/// The promises, checked while the run goes on.
extension Simulation {
  /// Nothing is acknowledged before what it rests on is written (promise 1).
  mutating func checkDurable(_ input: InputID, _ receipt: Receipt) throws(Violation) {
    let number = evidence.foundation(of: input)
    guard number <= link.store.sequence else {
      throw Violation("an input is acknowledged before its commit is written", "commit \(number)")
    }
    if let signal = receipt.signal, !link.store.signals.contains(signal) {
      throw Violation("a signal is acknowledged that is not in the store")
    }
  }

  /// Every unresolved alert and every unfinished task waits for something (promise 3); slots and people (promise 4).
  mutating func checkRows(of commit: Commit) throws(Violation) {
    for alert in commit.alerts where alert.state != .resolved && alert.nextDeadline == nil {
      throw Violation("an alert waits for nothing", "\(alert.id)")
    }
    for task in commit.tasks {
      if !task.state.isFinished, task.nextDeadline == nil {
        throw Violation("a task waits for nothing", "\(task.id)")
      }
      for slot in task.slots {
        guard slot.offers.filter({ $0.state == .accepted }).count <= 1 else {
          throw Violation("a task has two people in one slot", "\(task.id)")
        }
        guard slot.offers.count <= WorkTask.maximumOffersAtOnce else {
          throw Violation("a task has too many offers in one slot", "\(task.id)")
        }
        if slot.accepted != nil, slot.duty == nil {
          throw Violation("nothing is expected of who has a task", "\(task.id)")
        }
      }
    }
    try checkSuspensions(of: commit)
    for reminder in commit.reminders where reminder.state == .due && reminder.deadline == nil {
      throw Violation("a reminder waits for nothing", "\(reminder.id)")
    }
  }

  /// Nothing that is due has been passed over, nobody has two tasks, no key two open alerts.
  func checkDeadlines() throws(Violation) {
    guard !isDown, !isFrozen, !core.isReloading, core.nextDeadline.map({ $0 > engineNow }) ?? true else { return }
    let work = core.openWork
    let limit = now < restingUntil ? .distantPast : engineNow - .seconds(1)
    var keys: Set<String> = []
    for alert in work.alerts where alert.state != .resolved {
      guard let due = alert.nextDeadline, due >= limit else {
        throw Violation("an alert was due and nothing happened", "\(alert.id)")
      }
      guard keys.insert("\(alert.district)|\(alert.key)").inserted else {
        throw Violation("two open alerts of one key", alert.key)
      }
      try checkAsked(alert)
    }
    var busy: Set<StaffID> = []
    for task in work.tasks where !task.state.isFinished {
      guard let due = task.nextDeadline, due >= limit else {
        throw Violation("a task was due and nothing happened", "\(task.id)")
      }
      for offer in task.acceptedOffers where !busy.insert(offer.staff).inserted {
        throw Violation("somebody has two tasks at once", "\(offer.staff)")
      }
    }
    try checkSuspensionDeadlines(work.suspensions, limit: limit)
    for reminder in work.reminders where reminder.state == .due && (reminder.deadline ?? .distantPast) < limit {
      throw Violation("a reminder was due and nothing happened", "\(reminder.id)")
    }
  }

  /// An alert that nobody holds is asked again and again while nothing is broken.
  private func checkAsked(_ alert: Alert) throws(Violation) {
    let longest = parameters.bounds.asked
    guard alert.holder == nil, now - steadySince > longest, link.isIdle, let asked = link.store.askedAt[alert.id],
      now - asked > longest
    else { return }
    throw Violation("nobody was asked about an alert", "\(alert.id) since \(asked.rfc3339)")
  }

  /// An engine that recovers from the store has the same open work as the one that never stopped.
  mutating func compare() throws(Violation) {
    if !isCalm || now < end - .minutes(1) {
      plans.plan(.compare, at: later(.seconds(5), parameters.compareEvery))
    }
    guard !isDown, !isFrozen, !core.isReloading, core.unconfirmedCount == 0, link.isIdle, link.health != .away
    else { return }
    report.comparisons += 1
    var other = EngineCore(rules: rules, settings: parameters.engine)
    _ = other.step(.referenceChanged(world.register), at: engineNow)
    _ = other.step(.casesLoaded(link.store.snapshot(of: nil, at: engineNow)), at: engineNow)
    let (mine, theirs) = (core.openWork.comparable(at: engineNow), other.openWork.comparable(at: engineNow))
    guard mine != theirs else { return }
    throw Violation("a recovered engine differs", mine.difference(from: theirs))
  }

  /// All that was sent is acknowledged, and what was acknowledged is stored as often as it should be.
  mutating func checkEnd() throws(Violation) {
    guard !isDown, core.unconfirmedCount == 0, link.isIdle else { throw Violation("not everything is written") }
    for client in clients where !client.pending.isEmpty {
      throw Violation("somebody still waits for acknowledgements", "\(client.user) for \(client.pending.count)")
    }
    for hospital in hospitals where !hospital.queue.isEmpty {
      throw Violation("a hospital still waits for acknowledgements", "\(hospital.code) for \(hospital.queue.count)")
    }
    for (content, isUnique) in acknowledged.sorted(by: { $0.key < $1.key }) {
      let count = link.store.copies[content] ?? 0
      guard count >= 1 else { throw Violation("an acknowledged signal is not in the store") }
      guard !isUnique || count == 1 else {
        throw Violation("an acknowledged signal is in the store twice", "\(count) times")
      }
    }
    // Who falls silent in the last minutes is at the desk yet.
    for alert in core.openWork.alerts where alert.state != .resolved && alert.openedAt < engineNow - .minutes(10) {
      throw Violation("an alert did not come to its end", "\(alert.id) is \(alert.state)")
    }
  }
}

extension CaseSnapshot {
  /// What two engines must agree on: all but how far the delivery of notifications has come.
  fileprivate func comparable(at now: Timestamp) -> CaseSnapshot {
    var result = self
    result.commitNumber = 0
    result.alerts.removeAll { alert in alert.resolution.map { $0.at + alert.window <= now } ?? false }
    result.notifications = notifications.map { notification in
      var plain = notification
      plain.attempts = 0
      plain.retryAt = nil
      plain.isPossibleRepeat = false
      return plain
    }
    return result
  }

  fileprivate func difference(from other: Self) -> String {
    if alerts != other.alerts { return Self.first(alerts, other.alerts, "alerts") }
    if tasks != other.tasks { return Self.first(tasks, other.tasks, "tasks") }
    if stays != other.stays { return Self.first(stays, other.stays, "stays") }
    if suspensions != other.suspensions { return Self.first(suspensions, other.suspensions, "suspensions") }
    if reminders != other.reminders { return Self.first(reminders, other.reminders, "reminders") }
    return Self.first(notifications, other.notifications, "notifications")
  }

  private static func first<Row: Equatable>(_ mine: [Row], _ theirs: [Row], _ name: String) -> String {
    let mineOnly = mine.first { !theirs.contains($0) }
    let theirsOnly = theirs.first { !mine.contains($0) }
    return "\(name): \(mineOnly.map { "\($0)" } ?? "nothing") against \(theirsOnly.map { "\($0)" } ?? "nothing")"
  }
}
