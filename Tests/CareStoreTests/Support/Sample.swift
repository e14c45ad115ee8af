import AlertEngine
import CareModel

/// Commits such as alarms cause, by number; everything follows from the number.
enum Sample {
  /// 2026-11-23T02:00:00Z.
  static let start = Timestamp(seconds: 1_795_399_200)

  static func time(_ number: Int64) -> Timestamp { start + .milliseconds(Int(number)) }

  static func input(_ number: Int64) -> InputID {
    InputID(at: time(number), random: (UInt64(number), fixedMix(UInt64(number))))
  }

  static func resident(_ number: Int64) -> ResidentID { ResidentID(high: 7, low: UInt64(number)) }

  static func staff(_ number: Int64) -> StaffID { StaffID(high: 9, low: UInt64(number)) }

  static func caseKey(_ number: Int64) -> CaseKey { .resident(resident(number)) }

  /// A pressed button: signal, alert, task, offer, notification, and three entries of the timeline.
  static func alarm(_ number: Int64, lineage: Int = 0, key: String? = nil) -> Commit {
    var commit = Commit(
      number: number, lineage: lineage, input: input(number), at: time(number), district: 3)
    var alert = alert(number)
    alert.key = key ?? alert.key
    let offer = offer(number, task: .derived(from: input(number), .task, ordinal: 0))
    let task = task(number, offers: [offer], alert: alert.id)
    commit.signal = signal(number, alert: alert.id)
    commit.alerts = [alert]
    commit.tasks = [task]
    commit.offers = [offer]
    commit.notifications = [notification(number, offer: offer)]
    commit.events = [
      event(.alertOpened, number, .alert(alert)), event(.taskCreated, number, .task(task)),
      event(.offerChanged, number, .offer(offer)),
    ]
    return commit
  }

  static func event(_ kind: CareEvent.Kind, _ number: Int64, _ subject: CareEvent.Subject) -> CareEvent {
    CareEvent(kind: kind, at: time(number), district: 3, caseKey: caseKey(number), subject: subject)
  }

  static func signal(_ number: Int64, alert: AlertID? = nil) -> StoredSignal {
    var signal = Signal(
      source: SignalSource(feed: .mqtt, sender: "SB-\(number)", serial: "SB-\(number)"), kind: .panic,
      repeatKey: .message(id: "m\(number)", window: .hours(168)), occurredAt: time(number), batteryPercent: 80,
      zone: "卧室", value: 36.5, oddities: [.wrongClock, .missingField], raw: [0, 1, 2, 255])
    signal.hospital = HospitalMessage(hospitalCode: "H1", eventCode: "A01", patient: PatientIdentity(name: "张三"))
    var stored = StoredSignal(
      id: .derived(from: input(number), .signal, ordinal: 0), district: 3, receivedAt: time(number), signal: signal,
      ruleSetHash: "abc")
    stored.resident = resident(number)
    stored.alert = alert
    stored.alertClass = .life
    stored.reason = "a panic button"
    stored.remembered = RememberedMessage(
      digest: MessageDigest(source: signal.source, id: "m\(number)"), signal: stored.id,
      until: time(number) + .hours(168))
    return stored
  }

  static func alert(_ number: Int64) -> Alert {
    Alert(
      id: .derived(from: input(number), .alert, ordinal: 0), district: 3, caseKey: caseKey(number),
      key: "panic/\(number)", alertClass: .life, severity: 9, kind: .panic, resident: resident(number),
      dwelling: DwellingID(high: 5, low: UInt64(number)), serial: "SB-\(number)", openedAt: time(number),
      window: .minutes(30), policy: "life", ruleSetHash: "abc", reason: "a panic button",
      tracks: [TrackProgress(track: "desk", state: .asking, deadline: time(number) + .seconds(15))],
      oddities: [.wrongClock])
  }

  static func task(_ number: Int64, offers: [Offer], alert: AlertID?) -> WorkTask {
    var task = WorkTask(
      id: .derived(from: input(number), .task, ordinal: 0), district: 3, caseKey: caseKey(number), kind: .response,
      alert: alert, resident: resident(number), dwelling: nil, createdAt: time(number), policy: "life",
      progress: TrackProgress(track: "field", state: .asking, step: 1, round: 2, deadline: time(number) + .seconds(45)),
      slotCount: 1)
    task.slots[0].offers = offers
    return task
  }

  static func offer(_ number: Int64, task: TaskID, ordinal: Int = 0, state: Offer.State = .sent) -> Offer {
    var offer = Offer(
      id: .derived(from: input(number), .offer, ordinal: ordinal), district: 3, task: task, slot: 0,
      staff: staff(number), sentAt: time(number), expiresAt: time(number) + .seconds(45), reason: "nearest, 300 m")
    offer.state = state
    return offer
  }

  static func notification(_ number: Int64, offer: Offer) -> Notification {
    Notification(
      id: .derived(from: input(number), .notification, ordinal: 0), district: 3, caseKey: caseKey(number),
      content: .offer(
        .init(
          offer: offer.id, task: offer.task, alert: nil, kind: .response, signalKind: .panic, residentName: "李四",
          address: "幸福路 1 号", expiresAt: offer.expiresAt)), route: .staffPhone(offer.staff), alertClass: .life,
      createdAt: time(number), expiresAt: offer.expiresAt)
  }
}
