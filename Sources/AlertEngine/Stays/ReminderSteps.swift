import CareModel

/// Reminders of an admission: unit, family and doctor team, each sent again and again until somebody confirms it.
extension EngineCore {
  /// Brings the reminders of a stay to what the stay is now.
  mutating func reconcileReminders(_ stay: inout Stay) {
    let existing = (book.remindersByStay[stay.id] ?? []).compactMap { book.reminders[$0] }
    guard stay.isOpen else {
      for reminder in existing where reminder.state != .withdrawn { withdraw(reminder, stay: stay) }
      return
    }
    guard !existing.isEmpty else {
      for audience in Reminder.Audience.allCases { remind(audience, of: stay) }
      return
    }
    for reminder in existing where reminder.state == .withdrawn {
      var reminder = reminder
      reminder.state = .due
      reminder.deadline = draft.now + settings.reminderTimeout
      reminder.sentCount += 1
      deliver(reminder, stay: stay)
    }
  }

  private mutating func remind(_ audience: Reminder.Audience, of stay: Stay) {
    guard let resident = register.residents[stay.resident] else { return }
    let recipient = recipient(audience, of: resident)
    deliver(
      Reminder(
        id: draft.nextID(.reminder), district: stay.district, caseKey: stay.caseKey, stay: stay.id,
        audience: audience, recipientName: recipient.name, destination: recipient.destination,
        deadline: draft.now + settings.reminderTimeout),
      stay: stay)
  }

  /// Who is told; nobody named means that the desk finds somebody, and sees so.
  private func recipient(
    _ audience: Reminder.Audience, of resident: Resident
  ) -> (name: String, destination: Destination?) {
    switch audience {
    case .unit: resident.unit.flatMap { register.parties[$0] }.map { ($0.name, $0.destination) } ?? ("", nil)
    case .doctorTeam:
      resident.doctorTeam.flatMap { register.parties[$0] }.map { ($0.name, $0.destination) } ?? ("", nil)
    case .family:
      register.contactsToTell(of: resident.id).first.map { ($0.name, $0.destination) } ?? ("", nil)
    }
  }

  private mutating func deliver(_ reminder: Reminder, stay: Stay) {
    book.put(reminder)
    draft.touch(reminder.id)
    draft.events.append(
      CareEvent(
        kind: .reminderDue, at: draft.now, district: reminder.district, caseKey: reminder.caseKey,
        subject: .reminder(reminder)))
    guard let destination = reminder.destination else { return }
    send(
      reminder,
      .reminder(
        reminder.id, residentName: register.residents[stay.resident]?.name ?? "", hospitalCode: stay.hospitalCode,
        admittedAt: stay.admittedAt), to: destination)
  }

  /// Nobody confirmed in time: it is sent again, and the desk sees it again.
  mutating func reminderDue(_ id: ReminderID) {
    guard var reminder = book.reminders[id], reminder.state == .due, let stay = book.stays[reminder.stay]
    else { return }
    reminder.sentCount += 1
    reminder.deadline = draft.now + settings.reminderTimeout
    supersede(reminder)
    deliver(reminder, stay: stay)
  }

  mutating func confirm(_ id: ReminderID, by staff: StaffID) throws(ActionRefusal) -> Receipt {
    guard var reminder = book.reminders[id] else { throw .notFound }
    guard reminder.state == .due else {
      if reminder.state == .confirmed { return Receipt() }
      throw .wrongState
    }
    reminder.state = .confirmed
    reminder.deadline = nil
    reminder.confirmedBy = staff
    reminder.confirmedAt = draft.now
    supersede(reminder)
    change(reminder, by: staff)
    return Receipt()
  }

  /// What a cancelled admission or a discharge makes of a reminder: it is over, and whoever was told is told so.
  private mutating func withdraw(_ reminder: Reminder, stay: Stay) {
    if reminder.state == .confirmed, stay.isDischarged, stay.isAdmitted { return }
    var reminder = reminder
    reminder.state = .withdrawn
    reminder.deadline = nil
    supersede(reminder)
    change(reminder, by: nil)
    guard let destination = reminder.destination else { return }
    send(
      reminder,
      .reminderWithdrawn(reminder.id, residentName: register.residents[stay.resident]?.name ?? ""), to: destination)
  }

  private mutating func change(_ reminder: Reminder, by staff: StaffID?) {
    book.put(reminder)
    draft.touch(reminder.id)
    draft.events.append(
      CareEvent(
        kind: .reminderChanged, at: draft.now, district: reminder.district, caseKey: reminder.caseKey,
        subject: .reminder(reminder), actor: staff))
  }

  private mutating func send(_ reminder: Reminder, _ content: Notification.Content, to destination: Destination) {
    send(
      Notification(
        id: draft.nextID(.notification), district: reminder.district, caseKey: reminder.caseKey, content: content,
        route: .channel(destination), alertClass: .hospital, createdAt: draft.now,
        expiresAt: draft.now + settings.statusUsefulness))
  }

  /// An older message about the reminder, that still waits, is not sent any more.
  private mutating func supersede(_ reminder: Reminder) {
    guard let destination = reminder.destination else { return }
    for id in book.waiting(for: .channel(destination)) {
      guard let notification = book.notifications[id], case .reminder(reminder.id, _, _, _) = notification.content
      else { continue }
      closeAsSuperseded(notification)
    }
  }
}
