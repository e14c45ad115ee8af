import AlertRules
import CareModel

/// Supervision's part of the engine: what it finds takes the same way as every signal (rules, one commit, a reason).
extension EngineCore {
  /// When supervision has something to do; nil while the store is away: nobody is called lost by an engine that
  /// cannot say so.
  var supervisionDue: Timestamp? { stream.isStoreAway ? nil : supervision.nextDue }

  /// Takes in what the register says of devices.
  mutating func supervise(_ changes: [RegisterChange]) {
    for change in changes {
      switch change {
      case .device(let device): supervision.put(device, at: latest)
      case .deviceRemoved(let serial): supervision.remove(serial)
      default: break
      }
    }
  }

  /// Whatever a device sends is a sign of life; only the end of its line is none.
  mutating func noteSign(_ signal: Signal) {
    guard let serial = signal.source.serial, ![.engine, .console].contains(signal.source.feed) else { return }
    guard signal.kind == .lineLost else {
      supervision.heard(HeardDevice(serial: serial, at: draft.now, batteryPercent: signal.batteryPercent))
      return
    }
    if let line = supervision.lineDown(serial, at: draft.now) { draft.lines.append(line) }
  }

  /// Takes in which devices were lost before a restart.
  mutating func recallLines(_ snapshot: CaseSnapshot, at now: Timestamp) {
    var worst: [DistrictID: Int] = [:]
    for alert in snapshot.alerts where alert.kind == .networkFault && alert.state != .resolved {
      worst[alert.district] = max(worst[alert.district] ?? 0, alert.affected?.worst ?? 0)
    }
    let register = register
    supervision.load(snapshot.lines, worst: worst, at: now) { register.risk(behind: $0) }
  }

  /// One bounded turn of supervision.
  mutating func superviseDue() {
    guard !stream.isStoreAway else { return }
    let register = register
    let turn = supervision.turn(at: draft.now) { register.risk(behind: $0) }
    draft.lines += turn.lines
    guard let news = turn.news else { return }
    switch news {
    case .lost(let serial, let heardAt): receive(.ofEngine(.lineLost, serial: serial, "last heard \(heardAt.text)"))
    case .back(let serial, let since): receive(.ofEngine(.lineRestored, serial: serial, "lost since \(since.text)"))
    case .batteryLow(let serial, let percent):
      var signal = Signal.ofEngine(.batteryLow, serial: serial, "told with a sign of life")
      signal.batteryPercent = percent
      receive(signal)
    case .joinedFault(let serial, let district):
      supervision.wroteFault(of: district, in: stream.nextNumber)
      if let alert = unresolvedAlert(of: .ofEngine(.lineLost, serial: serial, "")) {
        settle(alert, cause: .networkFault)
      }
    case .faultBegan(let district, let loss), .faultChanged(let district, let loss):
      supervision.wroteFault(of: district, in: stream.nextNumber)
      tellFault(district, loss)
    case .faultEnded(let district, let loss):
      supervision.wroteFault(of: district, in: stream.nextNumber)
      show(loss, on: unresolvedAlert(of: .ofEngine(.networkFault, district: district, loss))?.id)
      receive(.ofEngine(.networkRestored, district: district, loss))
    }
    draft.acknowledgement = nil
  }

  /// Shows who is behind a fault; when nobody has it any more and it has grown, it is told anew.
  private mutating func tellFault(_ district: DistrictID, _ loss: MassLoss) {
    let signal = Signal.ofEngine(.networkFault, district: district, loss)
    var alert = unresolvedAlert(of: signal)?.id
    if alert == nil, loss.hasGrown {
      receive(signal)
      alert = draft.signal?.alert
    }
    show(loss, on: alert)
  }

  private mutating func show(_ loss: MassLoss, on id: AlertID?) {
    guard let id, var alert = book.alerts[id] else { return }
    let lines = loss.listed.map { serial in
      let device = register.devices[serial]
      return AffectedPeople.Line(
        serial: serial, resident: device?.resident, dwelling: device?.dwelling, risk: register.risk(behind: serial))
    }
    let sorted = lines.sorted { ($1.risk, $0.serial) < ($0.risk, $1.serial) }
    alert.affected = AffectedPeople(lost: loss.lost, worst: loss.worst, supervised: loss.supervised, lines: sorted)
    put(alert)
  }

  /// The alert that a signal would join, by the rules as they are now.
  private mutating func unresolvedAlert(of signal: Signal) -> Alert? {
    var signal = signal
    let subject = settleSubject(of: &signal)
    let facts = RuleFacts(
      signal: signal, device: subject.device, resident: subject.resident, dwelling: subject.dwelling,
      hospitalSince: subject.resident.flatMap { book.hospitalSince($0.id) }, now: draft.now)
    guard let route = rules.decide(facts).alert, let id = book.alertByKey[subject.alertKey(route.key)],
      let alert = book.alerts[id], alert.state != .resolved
    else { return nil }
    return alert
  }

  /// Ends an alert whose cause is over. Only a technical one, and only while nobody has said that help is needed: what
  /// a person must judge is never closed by the engine.
  mutating func settle(_ existing: Alert, cause: Alert.Cause) {
    let needsPerson = existing.verdict == .needsHelp || existing.verdict == .nobodyAnswers
    guard existing.alertClass == .technical, existing.state != .resolved, !needsPerson else { return }
    var alert = existing
    alert.state = .resolved
    alert.resolution = Alert.Resolution(cause: cause, action: .none, closedBy: .notNeeded, at: draft.now, by: nil)
    alert.holder = nil
    alert.tracks = alert.tracks.map { TrackProgress(track: $0.track, state: .satisfied) }
    if alert.hasExtras { endAsks(of: &alert) }
    record(.alertResolved, alert)
    put(alert)
    callOffTasks(of: alert.id, by: nil)
  }
}

extension RegisterBook {
  /// The risk of whoever a device serves; 0 when nobody is named.
  func risk(behind serial: String) -> Int {
    devices[serial]?.resident.flatMap { residents[$0] }?.risk ?? 0
  }
}

extension Signal {
  private static let networkPrefix = "network:"

  /// A signal that the engine makes about a device; `text` says why, and is kept as its raw bytes.
  static func ofEngine(_ kind: SignalKind, serial: String, _ text: String) -> Signal {
    Signal(source: SignalSource(feed: .engine, sender: serial, serial: serial), kind: kind, raw: Array(text.utf8))
  }

  /// A signal that the engine makes about the network of a district.
  static func ofEngine(_ kind: SignalKind, district: DistrictID, _ loss: MassLoss) -> Signal {
    let text = "\(loss.lost) lost now, \(loss.worst) at the worst, of \(loss.supervised) devices"
    return Signal(
      source: SignalSource(feed: .engine, sender: networkPrefix + String(district)), kind: kind,
      raw: Array(text.utf8))
  }

  /// The district whose network the signal is about.
  var networkDistrict: DistrictID? {
    guard source.feed == .engine, source.sender.hasPrefix(Self.networkPrefix) else { return nil }
    return DistrictID(source.sender.dropFirst(Self.networkPrefix.count))
  }
}

extension Timestamp {
  /// Whole seconds since 1970.
  fileprivate var text: String { String(microseconds / 1_000_000) }
}
