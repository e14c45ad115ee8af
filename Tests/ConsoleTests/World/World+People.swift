import CareModel
import Console
import EngineHost

/// The people and homes of the tests, with ids that read well.
enum People {
  static let wang = ResidentID(high: 1, low: 1)
  static let li = ResidentID(high: 1, low: 2)
  static let home = DwellingID(high: 2, low: 1)
  static let otherHome = DwellingID(high: 2, low: 2)
  static let desk = StaffID(high: 3, low: 1)
  static let secondDesk = StaffID(high: 3, low: 2)
  static let responder = StaffID(high: 3, low: 3)
  static let secondResponder = StaffID(high: 3, low: 4)
}

extension World {
  /// Wang lives in district 1, Li in district 2; two dispatchers, two responders, a token for each role.
  func settle() {
    store(.dwelling(Dwelling(id: People.home, district: 1, address: "幸福路 8 号 3 单元 502")))
    store(.dwelling(Dwelling(id: People.otherHome, district: 2, address: "东风街 21 号 1203")))
    store(.resident(Resident(id: People.wang, district: 1, dwelling: People.home, name: "王秀英", risk: 4)))
    store(.resident(Resident(id: People.li, district: 2, dwelling: People.otherHome, name: "李建国", risk: 2)))
    store(.device(Device(serial: "SB-1", dwelling: People.home, resident: nil, district: 1, secretDigest: [1])))
    store(.staff(StaffMember(id: People.desk, name: "陈静", roles: [.desk])))
    store(.staff(StaffMember(id: People.secondDesk, name: "赵敏", roles: [.desk])))
    store(.staff(StaffMember(id: People.responder, name: "刘强", roles: [.responder])))
    store(.staff(StaffMember(id: People.secondResponder, name: "周芳", roles: [.responder])))
    addAccount(.dispatcher, token: "desk", staff: People.desk)
    addAccount(.dispatcher, token: "desk2", staff: People.secondDesk)
    addAccount(.dispatcher, token: "district2", staff: People.secondDesk, districts: [2])
    addAccount(.staff, token: "responder", staff: People.responder)
    addAccount(.staff, token: "responder2", staff: People.secondResponder)
    addAccount(.administrator, token: "admin")
    addAccount(.administrator, token: "admin2", districts: [2])
    addAccount(.supervisor, token: "watch")
    addAccount(.auditor, token: "audit")
    addAccount(.device, token: "device", sender: "SB-1")
    addAccount(.family, token: "family")
  }

  /// Opens an alert as the engine would.
  @discardableResult
  func openAlert(
    _ kind: SignalKind = .panic, _ alertClass: AlertClass = .life, resident: ResidentID? = People.wang,
    dwelling: DwellingID? = People.home, district: DistrictID = 1, secondsAgo: Int = 0, serial: String? = "SB-1",
    _ adjust: (inout Alert) -> Void = { _ in }
  ) -> AlertID {
    let key: CaseKey = resident.map(CaseKey.resident) ?? .device(serial: serial ?? "?")
    var alert = Alert(
      id: newID(), district: district, caseKey: key, key: "\(kind.rawValue):\(key)", alertClass: alertClass,
      severity: 8, kind: kind, resident: resident, dwelling: dwelling, serial: serial,
      openedAt: now - .seconds(secondsAgo), window: .minutes(30), policy: "life", ruleSetHash: "ab12",
      reason: "panic -> life",
      tracks: [TrackProgress(track: "desk", state: .asking, deadline: now + .seconds(45))], oddities: [])
    adjust(&alert)
    put(alert, .alertOpened)
    return alert.id
  }

  @discardableResult
  func openReminder(_ district: DistrictID = 1) -> ReminderID {
    let stay = Stay(
      id: newID(), district: district, caseKey: .resident(People.wang), resident: People.wang, hospitalCode: "市一院",
      visitNumber: "V1", knownAt: now)
    let reminder = Reminder(
      id: newID(), district: district, caseKey: .resident(People.wang), stay: stay.id, audience: .family,
      recipientName: "女儿 王丽", destination: Destination(channel: "webhook", address: "https://example.invalid/x"),
      deadline: now + .minutes(20))
    change {
      $0.stays[stay.id] = stay
      $0.reminders[reminder.id] = reminder
    }
    return reminder.id
  }

  /// The console's ports on this world.
  var ports: ConsolePorts {
    ConsolePorts(
      engine: self, openWork: self, register: self, history: self, now: { self.now },
      makeID: {
        let id = self.newID(Resident.self)
        return (id.high, id.low)
      },
      makeSecret: { ConsolePorts.Secret(text: "0123456789abcdef0123456789abcdef", digest: [9, 9]) })
  }
}
