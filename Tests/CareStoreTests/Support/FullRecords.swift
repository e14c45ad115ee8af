import CareModel

/// Records in which everything that can be said is said, and their barest forms.
enum FullRecords {
  private static let at = Sample.start + .milliseconds(1)

  static func alert(_ number: Int64) -> Alert {
    var alert = Sample.alert(number)
    alert.signalCount = 7
    alert.raisedCount = 2
    alert.burstStartedAt = at + TimeSpan(microseconds: 1)
    alert.burstCount = 3
    alert.state = .verified
    alert.holder = .init(staff: Sample.staff(1), leaseUntil: at + .minutes(5))
    alert.verification = .init(
      spokeTo: "女儿 \"Ling\" \u{1F514}", isIdentityConfirmed: true, verdict: .needsHelp, at: at, by: Sample.staff(1))
    alert.resolution = .init(
      cause: .fall, action: .lifted, closedBy: .seenBy, at: at + .seconds(1), by: Sample.staff(2))
    alert.tracks = TrackProgress.State.allCases.map { TrackProgress(track: "t", state: $0, step: 3, round: 9) }
    alert.verdict = .nobodyAnswers
    alert.oddities = SignalOddity.allCases
    alert.hospitalSince = .distantPast
    return alert
  }

  /// A crew of three: nobody, somebody asked, somebody on the way.
  static func task(_ number: Int64) -> WorkTask {
    var task = Sample.task(number, offers: [], alert: AlertID(high: 1, low: 2))
    task.stay = StayID(high: 3, low: 4)
    task.dwelling = DwellingID(high: .max, low: .max)
    task.state = .enRoute
    task.startsAt = at + .hours(20)
    task.passedOver = [Sample.staff(3), Sample.staff(1)]
    task.note = "noneOnDuty"
    let accepted = Sample.offer(number, task: task.id, ordinal: 1, state: .accepted)
    task.slots = [
      .init(), .init(offers: [Sample.offer(number, task: task.id), Sample.offer(number, task: task.id, ordinal: 2)]),
      .init(offers: [accepted], duty: .init(awaited: .onScene, deadline: .distantFuture, asked: 2)),
    ]
    return task
  }

  static func stay(_ number: Int64) -> Stay {
    var stay = Stay(
      id: StayID(high: 6, low: UInt64(number)), district: 3, caseKey: Sample.caseKey(number),
      resident: Sample.resident(number), hospitalCode: "H1", visitNumber: "V-\(number)", knownAt: at)
    stay.admittedAt = at - .hours(2)
    stay.dischargedAt = at - .hours(1)
    stay.location = "3 病区^12"
    stay.locationEventAt = at
    stay.visitTask = TaskID(high: 1, low: 1)
    stay.firstVisitTask = TaskID(high: 1, low: 2)
    stay.cancelledAt = at - .hours(3)
    stay.admissionEventAt = at - .hours(2)
    stay.dischargeEventAt = at - .hours(2)
    stay.dischargeCancelledAt = at - .hours(1)
    return stay
  }

  static func reminder(_ number: Int64, of stay: Stay, state: Reminder.State) -> Reminder {
    var reminder = Reminder(
      id: .derived(from: Sample.input(number), .reminder, ordinal: Int(state.rawValue.utf8.first ?? 0)), district: 3,
      caseKey: stay.caseKey, stay: stay.id, audience: .family, recipientName: "王五",
      destination: Destination(channel: "webhook", address: "https://example.invalid/?a=1&b=2"), deadline: at)
    reminder.state = state
    reminder.sentCount = 4
    if state == .confirmed {
      reminder.deadline = nil
      reminder.confirmedBy = Sample.staff(1)
      reminder.confirmedAt = at
    }
    return reminder
  }

  /// One notification of every content, over every route.
  static func notifications(_ number: Int64) -> [Notification] {
    let (offer, task, alert) = (OfferID(high: 1, low: 1), TaskID(high: 2, low: 2), AlertID(high: 3, low: 3))
    let contents: [Notification.Content] = [
      .offer(
        .init(
          offer: offer, task: task, alert: alert, kind: .escort, signalKind: .fall, residentName: "李", address: "路",
          expiresAt: at)),
      .offerWithdrawn(offer, task), .nudge(offer, task, awaited: .onScene),
      .alertWaits(alert, role: .dutyChief, kind: .smoke, residentName: nil, address: "路"),
      .signalJoined(alert, task, kind: .panic), .deviceStatus(alert, .onTheWay),
      .reminder(ReminderID(high: 4, low: 4), residentName: "李", hospitalCode: "H1", admittedAt: at),
      .reminderWithdrawn(ReminderID(high: 4, low: 4), residentName: "李"),
      .suspensionEnds(SuspensionID(high: 4, low: 5), residentName: "李", until: at),
      .outsideAsked(alert, group: .neighbour, kind: .gas, residentName: "李", address: nil),
    ]
    let routes: [Notification.Route] = [
      .staffPhone(Sample.staff(1)),
      .device(serial: "SB-\u{0}"),
      .channel(Destination(channel: "sms", address: "+86 1")),
    ]
    return contents.enumerated().map { index, content in
      var notification = Notification(
        id: .derived(from: Sample.input(number), .notification, ordinal: index), district: 3,
        caseKey: Sample.caseKey(number), content: content, route: routes[index % routes.count],
        alertClass: AlertClass.allCases[index % AlertClass.allCases.count], createdAt: at,
        expiresAt: .distantFuture)
      notification.attempts = index
      notification.retryAt = index.isMultiple(of: 2) ? at : nil
      notification.isPossibleRepeat = index.isMultiple(of: 3)
      return notification
    }
  }
}

