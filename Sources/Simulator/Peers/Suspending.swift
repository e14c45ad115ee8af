import AlertEngine
import CareModel

/// Suspensions in the simulated world: what staff do with them, and what must hold whatever they do.
extension Simulation {
  /// Starts, extends or ends one; most are short, so that they begin and end within the run.
  mutating func suspensionAction(by staff: StaffID) -> OperatorAction? {
    let running = link.store.suspensions.values.filter { $0.state != .ended }.sorted { $0.id < $1.id }
    guard random.happens(500), let suspension = random.pick(running) else {
      guard let home = random.pick(world.homes) else { return nil }
      let from = random.happens(300) ? later(.zero, .minutes(20)) : nil
      let owner = random.happens(500) ? staff : random.pick(world.fieldStaff) ?? staff
      let length = random.happens(20) ? .hours(24 * 181) : random.span(.seconds(1), .minutes(90))
      return .suspend(
        OperatorAction.NewSuspension(
          resident: home.resident, holds: Suspension.Holds.allCases[random.below(3)], reason: "away", owner: owner,
          from: from, until: (from ?? now) + length))
    }
    if random.happens(500) { return .endSuspension(suspension.id) }
    return .extendSuspension(suspension.id, until: suspension.until + random.span(.minutes(-5), .minutes(30)))
  }

  /// What has not ended waits for something and ends within the bound; what is held opens nothing and is no matter of
  /// life; a matter of life of somebody suspended is routed as always.
  mutating func checkSuspensions(of commit: Commit) throws(Violation) {
    for suspension in commit.suspensions {
      decidedSuspensions[suspension.id] = suspension
      if suspension.state != .ended, suspension.nextDeadline == nil {
        throw Violation("a suspension waits for nothing", "\(suspension.id)")
      }
      guard suspension.until > suspension.from, suspension.until - suspension.from <= Suspension.longest else {
        throw Violation("a suspension is longer than allowed", "\(suspension.id)")
      }
    }
    guard let signal = commit.signal else { return }
    let isHeld = signal.reason?.hasPrefix("held by suspension ") == true
    if isHeld {
      report.heldSignals += 1
      guard signal.alert == nil, commit.alerts.isEmpty, commit.notifications.isEmpty else {
        throw Violation("a held signal reaches somebody", "\(signal.id)")
      }
    }
    guard let resident = signal.resident, isHeld || signal.alertClass == .life else { return }
    let running = decidedSuspensions.values.filter { $0.resident == resident && $0.isRunning(at: commit.at) }
    if isHeld {
      let holder = running.first { $0.holds.includes(signal.signal.kind) }
      guard holder != nil, signal.alertClass != .life else {
        throw Violation("a signal is held for no reason", "\(signal.id)")
      }
    } else if !running.isEmpty {
      try checkRouted(signal, commit, running)
    }
  }

  private mutating func checkRouted(
    _ signal: StoredSignal, _ commit: Commit, _ running: [Suspension]
  ) throws(Violation) {
    report.lifeWhileSuspended += 1
    guard let alert = commit.alerts.first(where: { $0.id == signal.alert }), alert.state != .resolved,
      !alert.tracks.isEmpty
    else { throw Violation("a life signal of somebody suspended opened and joined nothing") }
    guard alert.openedAt == commit.at else { return }
    guard let shown = alert.suspended, running.contains(where: { $0.id == shown.suspension }) else {
      throw Violation("an alert does not show that its person is suspended", "\(alert.id)")
    }
  }

  /// No suspension has been passed over.
  func checkSuspensionDeadlines(_ suspensions: [Suspension], limit: Timestamp) throws(Violation) {
    for suspension in suspensions where (suspension.nextDeadline ?? .distantPast) < limit {
      throw Violation("a suspension was due and nothing happened", "\(suspension.id)")
    }
  }
}
