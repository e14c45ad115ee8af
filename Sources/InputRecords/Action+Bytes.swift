import CareModel

/// What a person did, by a number that is never used for anything else.
private enum ActionTag: UInt8 {
  case hold = 1
  case release, verify, resolve, reopen, note, settleSubject, sendStaff, recordCall
  case createTask, assignTask, cancelTask, setTaskState, answerOffer, confirmReminder
  case suspend, extendSuspension, endSuspension
}

extension ByteWriter {
  mutating func put(_ action: OperatorAction) {
    switch action {
    case .hold(let alert): put(.hold, alert)
    case .release(let alert): put(.release, alert)
    case .verify(let alert, let spokeTo, let isConfirmed, let verdict):
      put(.verify, alert)
      put(spokeTo)
      put(isConfirmed)
      put(verdict)
    case .resolve(let alert, let cause, let done, let closedBy, let note):
      put(.resolve, alert)
      put(cause)
      put(done)
      put(closedBy)
      put(note) { $0.put($1) }
    case .reopen(let alert, let reason): put(.reopen, alert, reason)
    case .note(let alert, let text): put(.note, alert, text)
    case .settleSubject(let alert, let resident):
      put(.settleSubject, alert)
      put(resident)
    case .sendStaff(let alert): put(.sendStaff, alert)
    case .recordCall(let alert, let party, let outcome):
      put(.recordCall, alert, party)
      put(outcome)
    case .createTask, .assignTask, .cancelTask, .setTaskState, .answerOffer: putTaskAction(action)
    case .confirmReminder, .suspend, .extendSuspension, .endSuspension: putPlanAction(action)
    }
  }

  private mutating func putTaskAction(_ action: OperatorAction) {
    switch action {
    case .createTask(let new):
      put(ActionTag.createTask.rawValue)
      put(new.kind)
      put(new.resident) { $0.put($1) }
      put(new.dwelling) { $0.put($1) }
      put(new.alert) { $0.put($1) }
      put(Int64(new.slotCount))
      put(new.startsAt) { $0.put($1) }
    case .assignTask(let task, let staff):
      put(.assignTask, task)
      put(staff)
    case .cancelTask(let task, let reason): put(.cancelTask, task, reason)
    case .setTaskState(let task, let staff, let state):
      put(.setTaskState, task)
      put(staff)
      put(state)
    case .answerOffer(let offer, let staff, let answer, let reason):
      put(.answerOffer, offer)
      put(staff)
      put(answer)
      put(reason) { $0.put($1) }
    default: preconditionFailure("only actions on tasks come here")
    }
  }

  private mutating func putPlanAction(_ action: OperatorAction) {
    switch action {
    case .confirmReminder(let reminder): put(.confirmReminder, reminder)
    case .suspend(let new):
      put(.suspend, new.resident)
      put(new.holds)
      put(new.reason)
      put(new.owner)
      put(new.from) { $0.put($1) }
      put(new.until)
    case .extendSuspension(let suspension, let until):
      put(.extendSuspension, suspension)
      put(until)
    case .endSuspension(let suspension): put(.endSuspension, suspension)
    default: preconditionFailure("only actions on reminders and suspensions come here")
    }
  }

  private mutating func put<Entity>(_ tag: ActionTag, _ id: Identifier<Entity>) {
    put(tag.rawValue)
    put(id)
  }

  private mutating func put<Entity>(_ tag: ActionTag, _ id: Identifier<Entity>, _ text: String) {
    put(tag, id)
    put(text)
  }
}

extension ByteReader {
  mutating func action() throws(InputRecordError) -> OperatorAction {
    guard let tag = ActionTag(rawValue: try integer()) else { throw .unknownWord }
    switch tag {
    case .hold: return .hold(try id())
    case .release: return .release(try id())
    case .verify:
      let alert: AlertID = try id()
      let spokeTo = try text()
      let isConfirmed = try flag()
      return .verify(alert, spokeTo: spokeTo, isIdentityConfirmed: isConfirmed, verdict: try word())
    case .resolve:
      let alert: AlertID = try id()
      let cause: Alert.Cause = try word()
      let done: Alert.Action = try word()
      let closedBy: Alert.ClosedBy = try word()
      return .resolve(alert, cause: cause, action: done, closedBy: closedBy, note: try optionalText())
    case .reopen: return .reopen(try id(), reason: try text())
    case .note: return .note(try id(), text: try text())
    case .settleSubject: return .settleSubject(try id(), try id())
    case .sendStaff: return .sendStaff(try id())
    case .recordCall:
      let alert: AlertID = try id()
      let party = try text()
      return .recordCall(alert, party: party, outcome: try word())
    case .createTask, .assignTask, .cancelTask, .setTaskState, .answerOffer: return try taskAction(tag)
    case .confirmReminder: return .confirmReminder(try id())
    case .suspend: return .suspend(try newSuspension())
    case .extendSuspension: return .extendSuspension(try id(), until: try moment())
    case .endSuspension: return .endSuspension(try id())
    }
  }

  private mutating func taskAction(_ tag: ActionTag) throws(InputRecordError) -> OperatorAction {
    switch tag {
    case .createTask: return .createTask(try newTask())
    case .assignTask: return .assignTask(try id(), try id())
    case .cancelTask: return .cancelTask(try id(), reason: try text())
    case .setTaskState:
      let task: TaskID = try id()
      let staff: StaffID = try id()
      return .setTaskState(task, staff, try word())
    case .answerOffer:
      let offer: OfferID = try id()
      let staff: StaffID = try id()
      let answer: StaffAnswer = try word()
      return .answerOffer(offer, staff, answer, reason: try optionalText())
    default: throw .unknownWord
    }
  }

  private mutating func newTask() throws(InputRecordError) -> OperatorAction.NewTask {
    let kind: WorkTask.Kind = try word()
    let resident: ResidentID? = try optionalID()
    let dwelling: DwellingID? = try optionalID()
    let alert: AlertID? = try optionalID()
    let slotCount = Int(try integer(Int64.self))
    return OperatorAction.NewTask(
      kind: kind, resident: resident, dwelling: dwelling, alert: alert, slotCount: slotCount,
      startsAt: try optionalMoment())
  }

  private mutating func newSuspension() throws(InputRecordError) -> OperatorAction.NewSuspension {
    let resident: ResidentID = try id()
    let holds: Suspension.Holds = try word()
    let reason = try text()
    let owner: StaffID = try id()
    let from = try optionalMoment()
    return OperatorAction.NewSuspension(
      resident: resident, holds: holds, reason: reason, owner: owner, from: from, until: try moment())
  }

  private mutating func optionalID<Entity>() throws(InputRecordError) -> Identifier<Entity>? {
    try optional { (reader) throws(InputRecordError) in try reader.id() }
  }
}
