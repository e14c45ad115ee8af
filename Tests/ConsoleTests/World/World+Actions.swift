import AlertEngine
import CareModel
import EngineHost
import Synchronization

extension World {
  func act(_ action: OperatorAction, by staff: StaffID, id: InputID?) async -> Acknowledgement {
    let isAway = state.withLock { state in
      if !state.isEngineAway { state.actions.append(action) }
      return state.isEngineAway
    }
    if isAway { return .unavailable }
    do throws(ActionRefusal) { return .accepted(try perform(action, staff)) } catch { return .refused(error) }
  }

  private func perform(_ action: OperatorAction, _ staff: StaffID) throws(ActionRefusal) -> Receipt {
    switch action {
    case .hold(let id):
      return try change(id, .alertHeld, staff) { alert throws(ActionRefusal) in
        if let holder = alert.holder, holder.staff != staff { throw .heldByAnother }
        alert.state = alert.state == .open ? .held : alert.state
        alert.holder = Alert.Hold(staff: staff, leaseUntil: now + .minutes(3))
      }
    case .release(let id):
      return try change(id, .alertReleased, staff) { alert throws(ActionRefusal) in
        guard let holder = alert.holder else { throw .notHeld }
        guard holder.staff == staff else { throw .heldByAnother }
        alert.holder = nil
        alert.state = .open
      }
    case .verify(let id, let spokeTo, let isConfirmed, let verdict):
      return try change(id, .alertVerified, staff) { alert throws(ActionRefusal) in
        alert.state = .verified
        alert.verdict = verdict
        alert.verification = Alert.Verification(
          spokeTo: spokeTo, isIdentityConfirmed: isConfirmed, verdict: verdict, at: now, by: staff)
      }
    case .resolve(let id, let cause, let action, let closedBy, let note):
      return try change(id, .alertResolved, staff, text: note) { alert throws(ActionRefusal) in
        if alert.alertClass == .life, closedBy == .notNeeded { throw .closingNotAllowed }
        alert.state = .resolved
        alert.holder = nil
        alert.resolution = Alert.Resolution(cause: cause, action: action, closedBy: closedBy, at: now, by: staff)
      }
    case .reopen(let id, let reason): return try reopen(id, reason, staff)
    case .note(let id, let text):
      return try change(id, .alertNoted, staff, text: text, evenResolved: true) { _ throws(ActionRefusal) in }
    case .settleSubject(let id, let resident):
      guard names(resident: resident, dwelling: nil).resident != nil else { throw .unknownResident }
      return try change(id, .alertSettled, staff) { alert throws(ActionRefusal) in alert.resident = resident }
    case .recordCall(let id, let party, let outcome):
      guard let alert = alert(id) else { throw .notFound }
      let call = Call(
        id: newID(), district: alert.district, alert: id, party: party, outcome: outcome, at: now, by: staff)
      publish(.callRecorded, alert.district, alert.caseKey, .call(call), by: staff)
      return Receipt(alert: id)
    default: return try performTask(action, staff)
    }
  }

  private func performTask(_ action: OperatorAction, _ staff: StaffID) throws(ActionRefusal) -> Receipt {
    switch action {
    case .sendStaff(let id):
      guard let alert = alert(id) else { throw .notFound }
      return makeTask(.response, alert.resident, alert.dwelling, id, 1, alert.caseKey, alert.district)
    case .createTask(let new):
      if let person = new.resident, names(resident: person, dwelling: nil).resident == nil { throw .unknownResident }
      let key = new.resident.map(CaseKey.resident) ?? new.dwelling.map(CaseKey.dwelling) ?? .source("desk")
      return makeTask(new.kind, new.resident, new.dwelling, new.alert, new.slotCount, key, 1)
    case .assignTask(let id, let person):
      guard staffName(person) != nil else { throw .unknownStaff }
      let isBusy = openTasks().contains { task in task.slots.contains { $0.accepted?.staff == person } }
      if isBusy { throw .staffBusy }
      return try change(id, staff) { task throws(ActionRefusal) in ask(person, &task) }
    case .cancelTask(let id, let reason):
      return try change(id, staff, text: reason) { task throws(ActionRefusal) in task.state = .cancelled }
    case .setTaskState(let id, let person, let state):
      return try change(id, staff) { task throws(ActionRefusal) in
        guard task.slots.contains(where: { $0.accepted?.staff == person }) else { throw .notYours }
        task.state = state
      }
    case .answerOffer(let id, let person, let answer, _): return try self.answer(id, person, answer)
    case .confirmReminder(let id):
      guard var reminder = state.withLock({ $0.reminders[id] }) else { throw .notFound }
      guard reminder.state == .due else { throw .wrongState }
      reminder.state = .confirmed
      reminder.confirmedBy = staff
      reminder.confirmedAt = now
      let confirmed = reminder
      change { $0.reminders[id] = confirmed }
      publish(.reminderChanged, reminder.district, reminder.caseKey, .reminder(reminder), by: staff)
      return Receipt()
    default: return try performSuspension(action, staff)
    }
  }

  private func change(
    _ id: AlertID, _ kind: CareEvent.Kind, _ staff: StaffID, text: String? = nil, evenResolved: Bool = false,
    _ body: (inout Alert) throws(ActionRefusal) -> Void
  ) throws(ActionRefusal) -> Receipt {
    guard var alert = alert(id) else { throw .notFound }
    if alert.state == .resolved, !evenResolved { throw .alreadyResolved }
    try body(&alert)
    put(alert, kind, by: staff, text: text)
    return Receipt(alert: id)
  }

  private func change(
    _ id: TaskID, _ staff: StaffID, text: String? = nil, _ body: (inout WorkTask) throws(ActionRefusal) -> Void
  ) throws(ActionRefusal) -> Receipt {
    guard var task = task(id) else { throw .notFound }
    if task.state.isFinished { throw .wrongState }
    try body(&task)
    put(task, .taskChanged, by: staff, text: text)
    return Receipt(task: id)
  }

  private func reopen(_ id: AlertID, _ reason: String, _ staff: StaffID) throws(ActionRefusal) -> Receipt {
    guard var alert = state.withLock({ $0.alerts[id] }) else { throw .notFound }
    guard alert.state == .resolved else { throw .wrongState }
    alert.state = .open
    alert.resolution = nil
    change { $0.forgottenAlerts.remove(id) }
    put(alert, .alertReopened, by: staff, text: reason)
    return Receipt(alert: id)
  }

  private func makeTask(
    _ kind: WorkTask.Kind, _ resident: ResidentID?, _ dwelling: DwellingID?, _ alert: AlertID?, _ slots: Int,
    _ key: CaseKey, _ district: DistrictID
  ) -> Receipt {
    var task = WorkTask(
      id: newID(), district: district, caseKey: key, kind: kind, alert: alert, resident: resident, dwelling: dwelling,
      createdAt: now, policy: "task", progress: TrackProgress(track: "field", state: .asking), slotCount: slots)
    let people = state.withLock { state in
      (state.rows[.staff] ?? [:]).values.compactMap { row -> StaffID? in
        guard case .staff(let member) = row, member.roles.contains(.responder) else { return nil }
        return member.id
      }.sorted()
    }
    for person in people.prefix(2) { ask(person, &task) }
    put(task, .taskCreated)
    return Receipt(alert: alert, task: task.id)
  }

  func ask(_ person: StaffID, _ task: inout WorkTask) {
    let offer = Offer(
      id: newID(), district: task.district, task: task.id, slot: 0, staff: person, sentAt: now,
      expiresAt: now + .seconds(75), reason: "nearest, 0.8 km")
    task.slots[0].offers.append(offer)
    task.state = task.state == .pending ? .offered : task.state
  }

  private func answer(_ id: OfferID, _ person: StaffID, _ answer: StaffAnswer) throws(ActionRefusal) -> Receipt {
    let found = state.withLock { state in
      state.tasks.values.first { task in task.slots.contains { $0.offers.contains { $0.id == id } } }
    }
    guard var task = found, let index = task.slots[0].offers.firstIndex(where: { $0.id == id }) else {
      throw .notFound
    }
    guard task.slots[0].offers[index].staff == person else { throw .notYours }
    if answer == .accept, task.slots[0].accepted != nil { throw .alreadyTaken }
    guard task.slots[0].offers[index].state == (answer == .accept || answer == .decline ? .sent : .accepted) else {
      throw .offerClosed
    }
    switch answer {
    case .accept:
      task.slots[0].offers[index].state = .accepted
      task.slots[0].duty = WorkTask.Duty(awaited: .enRoute, deadline: now + .minutes(3))
      task.state = .accepted
    case .decline: task.slots[0].offers[index].state = .declined
    case .relinquish: task.slots[0].offers[index].state = .relinquished
    default: break
    }
    let offer = task.slots[0].offers[index]
    let changed = task
    change { $0.tasks[changed.id] = changed }
    publish(.offerChanged, task.district, task.caseKey, .offer(offer), by: person)
    return Receipt(task: task.id)
  }
}
