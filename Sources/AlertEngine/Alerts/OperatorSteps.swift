import AlertRules
import CareModel

/// What people do at the desk.
extension EngineCore {
  mutating func act(_ action: OperatorAction, by staff: StaffID) {
    do {
      draft.acknowledgement = .accepted(try perform(action, by: staff))
    } catch {
      draft.acknowledgement = .refused(error)
    }
  }

  private mutating func perform(_ action: OperatorAction, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    switch action {
    case .hold(let id): return try hold(id, by: staff)
    case .release(let id): return try release(id, by: staff)
    case .verify(let id, let spokeTo, let isIdentityConfirmed, let verdict):
      let verification = Alert.Verification(
        spokeTo: spokeTo, isIdentityConfirmed: isIdentityConfirmed, verdict: verdict, at: draft.now, by: staff)
      return try verify(id, verification)
    case .resolve(let id, let cause, let action, let closedBy, let note):
      let resolution = Alert.Resolution(
        cause: cause, action: action, closedBy: closedBy, at: draft.now, by: staff)
      return try resolve(id, resolution, by: staff, note: note)
    case .reopen(let id, let reason): return try reopen(id, reason: reason, by: staff)
    case .note(let id, let text): return try note(id, text: text, by: staff)
    case .settleSubject(let id, let resident): return try settle(id, resident, by: staff)
    case .sendStaff(let id): return try sendStaff(id, by: staff)
    case .recordCall(let id, let party, let outcome): return try recordCall(id, party: party, outcome, by: staff)
    case .createTask(let task): return try createTask(task, by: staff)
    case .assignTask(let id, let member): return try assign(id, to: member, by: staff)
    case .cancelTask(let id, let reason): return try cancel(id, reason: reason, by: staff)
    case .setTaskState(let id, let member, let state): return try setState(of: id, member, state, by: staff)
    case .answerOffer(let id, let member, let answer, let reason):
      return try answerOffer(id, by: member, answer, reason: reason)
    case .confirmReminder(let id): return try confirm(id, by: staff)
    case .suspend(let new): return try suspend(new, by: staff)
    case .extendSuspension(let id, let until): return try extendSuspension(id, until: until, by: staff)
    case .endSuspension(let id): return try endSuspension(id, by: staff)
    }
  }

  /// An unresolved alert, or why there is none.
  func unresolved(_ id: AlertID) throws(ActionRefusal) -> Alert {
    guard let alert = book.alerts[id] else { throw .notFound }
    guard alert.state != .resolved else { throw .alreadyResolved }
    return alert
  }

  /// An unresolved alert in the hands of the one who acts: taken from the queue by acting, refused when another has it.
  private mutating func taken(_ id: AlertID, by staff: StaffID) throws(ActionRefusal) -> Alert {
    var alert = try unresolved(id)
    if let holder = alert.holder, holder.staff != staff { throw .heldByAnother }
    let isNew = alert.holder == nil
    alert.holder = Alert.Hold(staff: staff, leaseUntil: draft.now + settings.lease)
    if alert.state == .open { alert.state = alert.verification == nil ? .held : .verified }
    if alert.hasExtras, alert.inhibited != nil { lift(&alert, text: "held") }
    quietTracks(&alert)
    if isNew {
      record(.alertHeld, alert, by: staff)
      tellDevice(alert, .taken)
    }
    return alert
  }

  private mutating func hold(_ id: AlertID, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    put(try taken(id, by: staff))
    return Receipt(alert: id)
  }

  private mutating func release(_ id: AlertID, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    var alert = try unresolved(id)
    guard let holder = alert.holder else { throw .notHeld }
    guard holder.staff == staff else { throw .heldByAnother }
    giveBack(&alert)
    record(.alertReleased, alert, by: staff)
    put(alert)
    return Receipt(alert: id)
  }

  private mutating func verify(
    _ id: AlertID, _ verification: Alert.Verification
  ) throws(ActionRefusal) -> Receipt {
    var alert = try taken(id, by: verification.by)
    alert.verification = verification
    alert.verdict = verification.verdict
    alert.state = .verified
    record(.alertVerified, alert, by: verification.by, text: verification.verdict.rawValue)
    startTracksThatBecameDue(&alert)
    put(alert)
    return Receipt(alert: id)
  }

  /// Closes an alert; a life alert needs a reason of the domain page, section 2.6.
  private mutating func resolve(
    _ id: AlertID, _ resolution: Alert.Resolution, by staff: StaffID, note: String?
  ) throws(ActionRefusal) -> Receipt {
    guard try unresolved(id).mayBeClosed(resolution.closedBy) else { throw .closingNotAllowed }
    var alert = try taken(id, by: staff)
    alert.state = .resolved
    alert.resolution = resolution
    alert.holder = nil
    alert.tracks = alert.tracks.map { TrackProgress(track: $0.track, state: .satisfied) }
    if alert.hasExtras { endAsks(of: &alert) }
    record(.alertResolved, alert, by: staff, text: note)
    put(alert)
    tellDevice(alert, .closed)
    callOffTasks(of: id, by: staff)
    return Receipt(alert: id)
  }

  private mutating func reopen(
    _ id: AlertID, reason: String, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    guard var alert = book.alerts[id] else { throw .notFound }
    guard alert.state == .resolved else { throw .wrongState }
    if let other = book.alertByKey[alert.key], other != id, book.alerts[other]?.state != .resolved {
      throw .wrongState
    }
    reopen(&alert, text: reason)
    return Receipt(alert: id)
  }

  private mutating func note(_ id: AlertID, text: String, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    guard let alert = book.alerts[id] else { throw .notFound }
    record(.alertNoted, alert, by: staff, text: text)
    renewLease(of: alert, by: staff)
    return Receipt(alert: id)
  }

  private mutating func settle(
    _ id: AlertID, _ resident: ResidentID, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    guard register.residents[resident] != nil else { throw .unknownResident }
    var alert = try taken(id, by: staff)
    alert.resident = resident
    alert.hospitalSince = book.hospitalSince(resident)
    alert.suspended = suspensionToShow(on: alert)
    record(.alertSettled, alert, by: staff)
    startTracksThatBecameDue(&alert)
    put(alert)
    return Receipt(alert: id)
  }

  /// Sends staff now: the field track begins, or a response task is made when the policy has none.
  private mutating func sendStaff(_ id: AlertID, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    var alert = try taken(id, by: staff)
    let policy = policy(of: alert)
    let field = policy.tracks.first { $0.asksFieldStaff }
    let index = field.flatMap { field in
      alert.tracks.firstIndex {
        $0.track == field.id && ($0.state == .waiting || !field.isTask && $0.state != .handedToTask)
      }
    }
    if let field, let index {
      handOver(field, at: index, step: field.firstFieldStep, of: &alert)
    } else if !(book.tasksByAlert[id] ?? []).contains(where: { book.tasks[$0] != nil }) {
      createTask(
        for: alert, track: field ?? taskTrack(for: .response), step: field?.firstFieldStep ?? 0)
    }
    put(alert)
    return Receipt(alert: id, task: book.tasksByAlert[id]?.last)
  }

  private mutating func recordCall(
    _ id: AlertID, party: String, _ outcome: Call.Outcome, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    var alert = try taken(id, by: staff)
    let call = Call(
      id: draft.nextID(.call), district: alert.district, alert: id, party: party, outcome: outcome, at: draft.now,
      by: staff)
    draft.calls.append(call)
    draft.events.append(
      CareEvent(
        kind: .callRecorded, at: draft.now, district: alert.district, caseKey: alert.caseKey, subject: .call(call),
        actor: staff))
    note(call, on: &alert)
    put(alert)
    return Receipt(alert: id)
  }

  /// Any activity of the holder keeps the lease.
  private mutating func renewLease(of alert: Alert, by staff: StaffID) {
    guard alert.holder?.staff == staff else { return }
    var alert = alert
    alert.holder?.leaseUntil = draft.now + settings.lease
    put(alert)
  }
}

extension Alert {
  /// Whether this way of closing is allowed (domain page, section 2.6).
  fileprivate func mayBeClosed(_ closedBy: ClosedBy) -> Bool {
    guard alertClass == .life else { return true }
    switch closedBy {
    case .notNeeded: return false
    case .spokeTo: return verification?.isIdentityConfirmed == true
    case .seenBy, .handedOver, .hospitalConfirmed: return true
    }
  }
}
