import AlertEngine
import CareModel

/// People at the desk: they see what is committed, act on it, forget it, and go away holding it.
extension Simulation {
  mutating func deskActs(_ desk: Int) throws(Violation) {
    let staff = world.desk[desk]
    let isAway = !isCalm && random.happens(60)
    plans.plan(.deskActs(desk), at: isAway ? later(.minutes(6), .minutes(15)) : later(.seconds(3), .seconds(40)))
    guard !isDown, !isAway else { return }
    guard let action = isCalm ? closing(by: staff) : action(by: staff) else { return }
    let input = nextInput()
    answers[input] = .desk
    trace.note("desk", at: now, Int64(staff.low), "\(action)")
    try step(.operatorActed(input, action, by: staff))
  }

  /// Whatever comes to mind.
  private mutating func action(by staff: StaffID) -> OperatorAction? {
    let alerts = link.store.alerts.values.sorted { $0.id < $1.id }
    let open = alerts.filter { $0.state != .resolved }
    let tasks = link.store.tasks.values.filter { !$0.state.isFinished }.sorted { $0.id < $1.id }
    if random.happens(250) { return taskAction(tasks, alerts: open) }
    if random.happens(150) {
      let due = link.store.reminders.values.filter { $0.state == .due }.sorted { $0.id < $1.id }
      return random.pick(due).map { .confirmReminder($0.id) }
    }
    if random.happens(60), let old = random.pick(alerts.filter({ $0.state == .resolved })) {
      return .reopen(old.id, reason: "again")
    }
    let mine = open.filter { $0.holder?.staff == staff }
    guard let alert = random.pick(mine.isEmpty || random.happens(300) ? open : mine) else { return nil }
    return alertAction(alert)
  }

  private mutating func alertAction(_ alert: Alert) -> OperatorAction {
    switch random.below(12) {
    case 0, 1: return .hold(alert.id)
    case 2: return .release(alert.id)
    case 3, 4:
      return .verify(
        alert.id, spokeTo: "daughter", isIdentityConfirmed: random.happens(700),
        verdict: Alert.Verdict.allCases[random.below(4)])
    case 5: return .note(alert.id, text: "note")
    case 6: return .sendStaff(alert.id)
    case 7: return .recordCall(alert.id, party: "device", outcome: .noAnswer)
    case 8:
      let resident = random.pick(world.homes)?.resident ?? ResidentID(high: 0, low: 0)
      return .settleSubject(alert.id, random.happens(100) ? ResidentID(high: 0, low: 9) : resident)
    default:
      return .resolve(
        alert.id, cause: .other, action: .advice, closedBy: Alert.ClosedBy.allCases[random.below(5)], note: nil)
    }
  }

  private mutating func taskAction(_ tasks: [WorkTask], alerts: [Alert]) -> OperatorAction? {
    guard let task = random.pick(tasks), random.happens(700) else {
      let startsAt = random.happens(300) ? later(.minutes(1), .minutes(30)) : nil
      return .createTask(
        OperatorAction.NewTask(
          kind: WorkTask.Kind.allCases[random.below(WorkTask.Kind.allCases.count)],
          resident: random.pick(world.homes)?.resident, dwelling: nil,
          alert: random.happens(300) ? random.pick(alerts)?.id : nil, slotCount: random.happens(200) ? 2 : 1,
          startsAt: startsAt))
    }
    let holder = random.pick(task.acceptedOffers.map(\.staff)) ?? world.fieldStaff[0]
    switch random.below(4) {
    case 0: return random.pick(world.fieldStaff).map { .assignTask(task.id, $0) }
    case 1: return .cancelTask(task.id, reason: "not needed")
    case 2:
      let states = WorkTask.State.allCases
      return .setTaskState(task.id, holder, states[random.below(states.count)])
    default:
      let offer = random.pick(task.slots.flatMap(\.offers))
      return offer.map { .answerOffer($0.id, $0.staff, random.happens(500) ? .accept : .decline, reason: nil) }
    }
  }

  /// Brings one thing to its end.
  private func closing(by staff: StaffID) -> OperatorAction? {
    let open = link.store.alerts.values.filter { alert in
      alert.state != .resolved && (alert.holder == nil || alert.holder?.staff == staff)
    }
    if let alert = open.min(by: { $0.id < $1.id }) {
      return .resolve(alert.id, cause: .other, action: .advice, closedBy: .seenBy, note: nil)
    }
    let due = link.store.reminders.values.filter { $0.state == .due }.min { $0.id < $1.id }
    return due.map { .confirmReminder($0.id) }
  }
}
