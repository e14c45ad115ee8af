import CareModel

/// Things with every field set, for round trips.
enum Samples {
  static let at = Timestamp(microseconds: 1_795_399_200_123_456)
  static let caseKey = CaseKey.resident(ResidentID(high: 1, low: 2))

  static func id<Entity>(_ number: UInt64) -> Identifier<Entity> {
    Identifier(high: 0x0123_4567_89AB_7CDE, low: number)
  }

  static var alert: Alert {
    var alert = Alert(
      id: id(1), district: 3, caseKey: caseKey, key: "panic:\"a\"", alertClass: .life, severity: 9, kind: .panic,
      resident: id(2), dwelling: id(3), serial: "EN-1", openedAt: at, window: .minutes(10), policy: "life",
      ruleSetHash: "abc", reason: "panic press", tracks: tracks, oddities: [.wrongClock, .unknownKind])
    alert.lastSignalAt = at + .seconds(1)
    alert.signalCount = 3
    alert.raisedCount = 2
    alert.burstStartedAt = at + .seconds(2)
    alert.burstCount = 4
    alert.holder = Alert.Hold(staff: id(4), leaseUntil: at + .seconds(60))
    alert.verification = verification
    alert.resolution = resolution
    alert.verdict = .nobodyAnswers
    alert.hospitalSince = at - .hours(1)
    alert.affected = AffectedPeople(
      lost: 2, worst: 30, supervised: 900,
      lines: [
        AffectedPeople.Line(serial: "K1", resident: id(2), dwelling: id(3), risk: 5),
        AffectedPeople.Line(serial: "K2", resident: nil, dwelling: nil, risk: 0),
      ])
    alert.suspended = Alert.Suspended(suspension: id(80), since: at, until: at + .hours(1), reason: "住女儿家 \"三天\"")
    alert.state = .held
    return alert
  }

  static let tracks = [
    TrackProgress(track: "desk", state: .asking, step: 1, round: 2, deadline: at + .seconds(45)),
    TrackProgress(track: "field", state: .handedToTask),
  ]
  static let verification = Alert.Verification(
    spokeTo: "女儿 \n\u{1F600}", isIdentityConfirmed: true, verdict: .needsHelp, at: at, by: id(5))
  static let resolution = Alert.Resolution(
    cause: .accidentalPress, action: .none, closedBy: .spokeTo, at: at, by: id(6))

  static var offer: Offer {
    var offer = Offer(
      id: id(20), district: 3, task: id(10), slot: 1, staff: id(7), sentAt: at, expiresAt: at + .seconds(90),
      reason: "nearest, 800 m")
    offer.state = .accepted
    return offer
  }

  static var task: WorkTask {
    var task = WorkTask(
      id: id(10), district: 3, caseKey: caseKey, kind: .response, alert: id(1), stay: id(11), resident: id(2),
      dwelling: id(3), createdAt: at, startsAt: at + .hours(1), policy: "life", progress: tracks[0], slotCount: 2)
    task.slots[1] = WorkTask.Slot(
      offers: [offer], duty: WorkTask.Duty(awaited: .enRoute, deadline: at + .minutes(5), asked: 1))
    task.passedOver = [id(8), id(9)]
    task.note = "noneOnDuty"
    return task
  }

  static var reminder: Reminder {
    var reminder = Reminder(
      id: id(30), district: 3, caseKey: caseKey, stay: id(11), audience: .family, recipientName: "李女士",
      destination: Destination(channel: "webhook", address: "https://example.test/secret"), deadline: at)
    reminder.confirmedBy = id(5)
    reminder.confirmedAt = at
    return reminder
  }

  static var stay: Stay {
    var stay = Stay(
      id: id(11), district: 3, caseKey: caseKey, resident: id(2), hospitalCode: "H1", visitNumber: "V\u{0}1",
      knownAt: at)
    stay.admittedAt = at - .hours(1)
    stay.dischargedAt = at - .hours(2)
    stay.location = "W1^2"
    stay.locationEventAt = at - .hours(3)
    stay.visitTask = id(12)
    stay.firstVisitTask = id(13)
    stay.cancelledAt = at - .hours(4)
    stay.admissionEventAt = at - .hours(5)
    stay.dischargeEventAt = .distantPast
    stay.dischargeCancelledAt = .distantFuture
    return stay
  }

  static var suspension: Suspension {
    var suspension = Suspension(
      id: id(80), district: 3, resident: ResidentID(high: 1, low: 2), holds: .technical, reason: "停电 \u{0}\n",
      owner: id(4), from: at, until: at + .hours(48), remindAt: at + .hours(36))
    suspension.state = .ended
    suspension.endedAt = at + .hours(1)
    suspension.endedBy = id(5)
    return suspension
  }

  static let call = Call(
    id: id(70), district: 3, alert: id(1), party: "daughter", outcome: .noAnswer, at: at, by: id(5))

  static let hospitalMessage = HospitalMessage(
    hospitalCode: "H1", eventCode: "A01", visitNumber: "V1",
    patient: PatientIdentity(
      identifiers: [
        PatientIdentifier(kind: .hospitalNumber, value: ""),
        PatientIdentifier(kind: .medicalInsurance, authority: "X", value: "\u{0}"),
      ], name: "张三", birthDate: "19400101"),
    patientClass: .inpatient, location: "W1", eventAt: at, admittedAt: at + .seconds(1), dischargedAt: at + .seconds(2),
    disposition: "1")

  static let contents: [Notification.Content] = [
    .offer(
      Notification.OfferContent(
        offer: id(20), task: id(10), alert: id(1), kind: .response, signalKind: .fall, residentName: "张三",
        address: "桥东 1-2", expiresAt: at)),
    .offer(
      Notification.OfferContent(
        offer: id(20), task: id(10), alert: nil, kind: .visit, signalKind: nil, residentName: nil, address: nil,
        expiresAt: at)),
    .offerWithdrawn(id(20), id(10)),
    .nudge(id(20), id(10), awaited: .onScene),
    .alertWaits(id(1), role: .dutyChief, kind: .gas, residentName: nil, address: "桥东"),
    .signalJoined(id(1), id(10), kind: .panic),
    .deviceStatus(id(1), .onTheWay),
    .reminder(id(30), residentName: "张三", hospitalCode: "H1", admittedAt: at),
    .reminder(id(30), residentName: "", hospitalCode: "", admittedAt: nil),
    .reminderWithdrawn(id(30), residentName: "张三"),
    .suspensionEnds(id(80), residentName: "张三", until: at),
    .outsideAsked(id(1), group: .keyHolder, kind: .smoke, residentName: "张三", address: nil),
  ]

  static let routes: [Notification.Route] = [
    .staffPhone(id(4)), .device(serial: "EN-1"), .channel(Destination(channel: "webhook", address: "")),
  ]

  static let resident = Resident(
    id: id(2), district: 3, dwelling: id(3), name: "张三", risk: 5, canSpeak: false, lifecycle: .paused, unit: id(40),
    doctorTeam: id(41),
    identifiers: [
      PatientIdentifier(kind: .identityCard, value: "1"),
      PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "2"),
    ])
  static let dwelling = Dwelling(
    id: id(3), district: 3, address: "桥东 1-2", position: Position(latitude: 39.9, longitude: 116.4))
  static let contact = Contact(
    id: id(50), resident: id(2), name: "李", relation: "daughter", phone: "+86 138", order: 1, mayBeTold: true,
    destination: Destination(channel: "sms", address: "138"),
    quiet: Contact.QuietHours(fromMinute: 1320, untilMinute: 360), minutesToCome: 12, holdsKey: true)
  static let device = Device(serial: "EN-1", dwelling: id(3), resident: id(2), district: 3, heartbeatSeconds: 60)
  static let staff = StaffMember(
    id: id(4), name: "王", roles: [.responder, .nurse], districts: [1, 3],
    position: Position(latitude: -1.5, longitude: 2), positionAt: at,
    destination: Destination(channel: "wecom", address: "w"), isActive: false)
  static let shift = Shift(id: id(60), staff: id(4), role: .responder, from: at, until: at + .hours(8))
  static let party = Party(id: id(40), kind: .bureau, name: "局", destination: nil)
  static let hospital = Hospital(code: "H1", name: "一院", population: .whole)
}
