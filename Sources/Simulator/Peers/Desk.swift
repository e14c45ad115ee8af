import AlertEngine
import CareModel

/// People at the desk: they see what is committed, act on it, forget it, and go away holding it.
extension Simulation {
  mutating func deskActs(_ desk: Int) throws(Violation) {
    guard !isDown, !isFrozen else { return }
    let staff = world.desk[desk]
    guard let action = fails(.deskErrs) ? action(by: staff) : nextStep(by: staff) else { return }
    try act(action, by: staff)
  }

  mutating func act(_ action: OperatorAction, by staff: StaffID) throws(Violation) {
    let input = nextInput()
    answers[input] = .desk(since: now)
    trace.note("desk", at: now, Int64(staff.low), "\(action)")
    if fails(.deskTwice) {
      link.resent.insert(input)
      plans.plan(.deskRepeats(input, action, staff), at: later(.milliseconds(1), .seconds(9)))
    }
    try step(.operatorActed(input, action, by: staff))
  }

  /// The same action comes once more, because its answer was lost on the way.
  mutating func repeatAction(_ input: InputID, _ action: OperatorAction, by staff: StaffID) throws(Violation) {
    guard !isDown else { return }
    answers[input] = .desk(since: now)
    trace.note("desk again", at: now, Int64(staff.low), "\(action)")
    try step(.operatorActed(input, action, by: staff))
  }

  /// An action that was done is answered the same when it comes again.
  mutating func deskHears(_ input: InputID, _ answer: Acknowledgement) throws(Violation) {
    guard link.resent.contains(input) else { return }
    if let first = deskAnswers[input], case .accepted = first, answer != first, answer != .unavailable {
      throw Violation("an action sent again has another answer", "\(answer) after \(first)")
    }
    deskAnswers[input] = answer
  }

  /// In the calm everybody at the desk brings one thing after the other to its end.
  mutating func close(by desk: Int) throws(Violation) {
    plans.plan(.deskCloses(desk), at: later(.seconds(2), .seconds(12)))
    guard !isDown, let action = closing(by: world.desk[desk]) else { return }
    try act(action, by: world.desk[desk])
  }

  /// What somebody at the desk should do: speak to whoever is in hand, close what is verified, take the next.
  mutating func nextStep(by staff: StaffID, mayTakeNew: Bool = true) -> OperatorAction? {
    let open = openAlerts()
    if let mine = open.first(where: { $0.holder?.staff == staff }) {
      if mine.verification == nil {
        let verdict: Alert.Verdict = random.happens(200) ? .nobodyAnswers : .noHelpNeeded
        return .verify(mine.id, spokeTo: "daughter", isIdentityConfirmed: true, verdict: verdict)
      }
      if mine.verdict == .nobodyAnswers, random.happens(700) { return .note(mine.id, text: "on the way") }
      return .resolve(mine.id, cause: .other, action: .advice, closedBy: .spokeTo, note: nil)
    }
    if mayTakeNew, let alert = open.first(where: { $0.holder == nil }) { return .hold(alert.id) }
    return mayTakeNew ? link.store.dueReminders.first.map { .confirmReminder($0) } : nil
  }

  private func openAlerts() -> [Alert] { link.store.openAlerts.compactMap { link.store.alerts[$0] } }

  /// Whatever comes to mind.
  private mutating func action(by staff: StaffID) -> OperatorAction? {
    let open = openAlerts()
    let tasks = link.store.tasks.values.filter { !$0.state.isFinished }.sorted { $0.id < $1.id }
    if random.happens(60) { return suspensionAction(by: staff) }
    if random.happens(250) { return taskAction(tasks, alerts: open) }
    if random.happens(150) {
      return random.pick(link.store.dueReminders).map { .confirmReminder($0) }
    }
    if random.happens(60) {
      let old = link.store.alerts.values.filter { $0.state == .resolved }.sorted { $0.id < $1.id }
      if let alert = random.pick(old) { return .reopen(alert.id, reason: "again") }
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
    if let alert = openAlerts().first(where: { $0.holder == nil || $0.holder?.staff == staff }) {
      return .resolve(alert.id, cause: .other, action: .advice, closedBy: .seenBy, note: nil)
    }
    return link.store.dueReminders.first.map { .confirmReminder($0) }
  }
}
