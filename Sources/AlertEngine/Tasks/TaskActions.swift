import AlertRules
import CareModel

/// Tasks as the desk makes, gives and calls off.
extension EngineCore {
  mutating func createTask(
    _ new: OperatorAction.NewTask, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    guard (1...WorkTask.maximumSlots).contains(new.slotCount) else { throw .tooMany }
    let alert: Alert? = if let id = new.alert { try unresolved(id) } else { nil }
    let resident: Resident?
    if let id = new.resident ?? alert?.resident {
      guard let known = register.residents[id] else { throw .unknownResident }
      resident = known
    } else {
      resident = nil
    }
    let dwelling = (new.dwelling ?? alert?.dwelling ?? resident?.dwelling).flatMap { register.dwellings[$0] }
    guard let caseKey = alert?.caseKey ?? resident.map({ .resident($0.id) }) ?? dwelling.map({ .dwelling($0.id) })
    else { throw .notFound }
    let track = taskTrack(for: new.kind)
    let task = WorkTask(
      id: draft.nextID(.task), district: alert?.district ?? resident?.district ?? dwelling?.district ?? 0,
      caseKey: caseKey, kind: new.kind, alert: alert?.id, resident: resident?.id, dwelling: dwelling?.id,
      createdAt: draft.now, startsAt: new.startsAt, policy: rules.policy(forTask: new.kind)?.id ?? "lastResort",
      progress: TrackProgress(track: track.id, state: .asking), slotCount: new.slotCount)
    begin(task, by: staff)
    return Receipt(alert: alert?.id, task: task.id)
  }

  /// An unfinished task, or why there is none.
  private func unfinished(_ id: TaskID) throws(ActionRefusal) -> WorkTask {
    guard let task = book.tasks[id] else { throw .notFound }
    return task
  }

  /// Offers an open slot to one person by name, ahead of the search.
  mutating func assign(
    _ id: TaskID, to member: StaffID, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    var task = try unfinished(id)
    // Accepting takes a person now: work that starts later is offered when it starts.
    guard task.progress.state != .waiting else { throw .wrongState }
    guard register.staff(member)?.isActive == true else { throw .unknownStaff }
    guard book.engagements[member] == nil else { throw .staffBusy }
    guard let slot = task.slots.firstIndex(where: { $0.accepted == nil }) else { throw .alreadyTaken }
    guard task.slots[slot].offers.count < WorkTask.maximumOffersAtOnce else { throw .tooMany }
    let isAsked = task.slots.contains { $0.offers.contains { $0.staff == member } }
    if !isAsked {
      task.progress.state = .asking
      task.progress.deadline = draft.now + taskTrack(for: task.kind).finally.timeout
      sendOffer(to: member, slot: slot, of: &task, reason: "assigned by the desk")
    }
    put(task)
    return Receipt(alert: task.alert, task: id)
  }

  mutating func cancel(_ id: TaskID, reason: String, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    var task = try unfinished(id)
    callOff(&task, by: staff, text: reason)
    put(task)
    return Receipt(alert: task.alert, task: id)
  }

  mutating func setState(
    of id: TaskID, _ member: StaffID, _ state: WorkTask.State, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    var task = try unfinished(id)
    if state == .failed {
      callOff(&task, as: .failed, by: staff, text: "failed")
      put(task)
      return Receipt(alert: task.alert, task: id)
    }
    guard let offer = task.acceptedOffers.first(where: { $0.staff == member }) else { throw .notYours }
    try report(state, offer, of: task)
    return Receipt(alert: task.alert, task: id)
  }

  /// An alert is resolved: whoever is not at the door yet may turn round.
  mutating func callOffTasks(of alert: AlertID, by staff: StaffID?) {
    for id in book.tasksByAlert[alert] ?? [] {
      guard var task = book.tasks[id] else { continue }
      if task.state.rank < WorkTask.State.onScene.rank {
        callOff(&task, by: staff, text: "alertResolved")
      } else {
        stopSearch(of: &task, by: staff)
      }
      put(task)
    }
  }

  /// Asks nobody else; whoever has a slot goes on.
  private mutating func stopSearch(of task: inout WorkTask, by staff: StaffID?) {
    for offer in task.slots.flatMap(\.offers) where offer.state == .sent { withdraw(offer, of: &task, by: staff) }
    task.progress.state = .satisfied
    task.progress.deadline = nil
    if let alert = task.alert, !task.asked.isEmpty {
      supersede(task.asked, of: alert)
      task.asked = []
    }
  }

  /// Calls a task off; everybody asked or on the way is told.
  mutating func callOff(
    _ task: inout WorkTask, as state: WorkTask.State = .cancelled, by staff: StaffID?, text: String
  ) {
    for offer in task.slots.flatMap(\.offers) { withdraw(offer, of: &task, by: staff) }
    finish(&task, as: state, by: staff, text: text)
  }

  /// Ends a task; open offers of slots that nobody took are withdrawn.
  mutating func finish(
    _ task: inout WorkTask, as state: WorkTask.State, by staff: StaffID? = nil, text: String? = nil
  ) {
    stopSearch(of: &task, by: nil)
    task.state = state
    record(.taskChanged, task, by: staff, text: text ?? state.rawValue)
  }
}
