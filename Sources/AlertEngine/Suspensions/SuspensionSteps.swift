import CareModel

/// The life of a suspension: made, extended and ended by people, begun, announced and ended by its own deadlines.
extension EngineCore {
  mutating func suspend(
    _ new: OperatorAction.NewSuspension, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    guard let resident = register.residents[new.resident] else { throw .unknownResident }
    guard register.staff(new.owner)?.isActive == true else { throw .unknownStaff }
    let from = max(new.from ?? draft.now, draft.now)
    guard new.until > from, new.until - from <= Suspension.longest, from - draft.now <= Suspension.longestLead else {
      throw .badPeriod
    }
    guard suspensions.unfinished.count < settings.maximumSuspensions,
      suspensions.count(of: resident.id) < Suspension.maximumOfResident
    else { throw .tooMany }
    var suspension = Suspension(
      id: draft.nextID(.suspension), district: resident.district, resident: resident.id, holds: new.holds,
      reason: new.reason, owner: new.owner, from: from, until: new.until,
      remindAt: reminder(until: new.until, since: from))
    if from <= draft.now { suspension.state = .active }
    change(suspension, by: staff, text: from <= draft.now ? "started" : "scheduled")
    return Receipt(suspension: suspension.id)
  }

  mutating func extendSuspension(
    _ id: SuspensionID, until: Timestamp, by staff: StaffID
  ) throws(ActionRefusal) -> Receipt {
    var suspension = try unfinishedSuspension(id)
    guard until > suspension.until, until - suspension.from <= Suspension.longest else { throw .badPeriod }
    suspension.until = until
    suspension.remindAt = reminder(until: until, since: max(suspension.from, draft.now))
    supersedeReminders(of: suspension)
    change(suspension, by: staff, text: "extended")
    return Receipt(suspension: id)
  }

  mutating func endSuspension(_ id: SuspensionID, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    var suspension = try unfinishedSuspension(id)
    suspension.state = .ended
    suspension.endedAt = draft.now
    suspension.endedBy = staff
    supersedeReminders(of: suspension)
    change(suspension, by: staff, text: "ended")
    return Receipt(suspension: id)
  }

  /// What is due for a suspension: its end, which also comes when its start was missed; its start; the reminder.
  mutating func suspensionDue(_ id: SuspensionID) {
    guard var suspension = suspensions[id], suspension.state != .ended else { return }
    if suspension.until <= draft.now {
      suspension.state = .ended
      suspension.endedAt = suspension.until
      change(suspension, by: nil, text: "ended")
    } else if suspension.state == .scheduled, suspension.from <= draft.now {
      suspension.state = .active
      change(suspension, by: nil, text: "started")
    } else if suspension.state == .active, let remindAt = suspension.remindAt, remindAt <= draft.now {
      suspension.remindAt = nil
      change(suspension, by: nil, text: "endsSoon")
      remind(of: suspension)
    } else {
      arm(suspension)
    }
  }

  /// Arms what a suspension waits for; an ended one leaves memory.
  mutating func arm(_ suspension: Suspension) {
    deadlines.set(.suspension(suspension.id), suspension.nextDeadline)
    if suspension.state == .ended { suspensions.leave(suspension.id) }
  }

  /// Forgets the suspensions of cases that are read anew.
  mutating func forgetSuspensions(of keys: Set<CaseKey>) {
    for suspension in suspensions.unfinished.values where keys.contains(suspension.caseKey) {
      deadlines.set(.suspension(suspension.id), nil)
      suspensions.remove(suspension.id)
    }
  }

  /// A suspension that can still be changed: its last moment is the one before ``Suspension/until``.
  private func unfinishedSuspension(_ id: SuspensionID) throws(ActionRefusal) -> Suspension {
    guard let suspension = suspensions[id] else {
      throw suspensions.hasEnded(id) ? .alreadyEnded : .notFound
    }
    guard suspension.until > draft.now else { throw .alreadyEnded }
    return suspension
  }

  /// When the owner of a suspension is reminded of its end.
  private func reminder(until: Timestamp, since: Timestamp) -> Timestamp {
    let part = TimeSpan(microseconds: (until - since).microseconds / settings.suspensionReminderPart)
    return until - min(settings.suspensionReminder, part)
  }

  private mutating func change(_ suspension: Suspension, by staff: StaffID?, text: String) {
    suspensions.put(suspension)
    draft.touch(suspension.id)
    draft.events.append(
      CareEvent(
        kind: .suspensionChanged, at: draft.now, district: suspension.district, caseKey: suspension.caseKey,
        subject: .suspension(suspension), actor: staff, text: text))
    showSuspension(of: suspension.resident)
  }

  /// Tells the owner, or whoever leads the shift when the owner has left.
  private mutating func remind(of suspension: Suspension) {
    let isOwnerHere = register.staff(suspension.owner)?.isActive == true
    let receivers = isOwnerHere ? [suspension.owner] : register.onDuty(.shiftLeader, at: draft.now).map(\.id)
    let name = register.residents[suspension.resident]?.name ?? ""
    for receiver in receivers.prefix(settings.maximumDeskNotifications) {
      notifyStaff(
        receiver, .suspensionEnds(suspension.id, residentName: name, until: suspension.until),
        caseKey: suspension.caseKey, district: suspension.district, alertClass: .service,
        expiresAt: suspension.until)
    }
  }

  /// What was said about the end is no longer so.
  private mutating func supersedeReminders(of suspension: Suspension) {
    var routes: [Notification.Route] = []
    let leaders = register.everybody(with: .shiftLeader) + register.onDuty(.shiftLeader, at: draft.now)
    for receiver in [suspension.owner] + leaders.map(\.id) {
      routes.append(.staffPhone(receiver))
      if let destination = register.staff(receiver)?.destination { routes.append(.channel(destination)) }
    }
    for route in routes {
      for id in book.waiting(for: route) {
        guard let notification = book.notifications[id],
          case .suspensionEnds(suspension.id, _, _) = notification.content
        else { continue }
        closeAsSuperseded(notification)
      }
    }
  }
}
