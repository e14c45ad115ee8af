import AlertRules
import CareModel

/// Hospital messages merged into stays: by event time, so that repeats, late messages and any order end the same.
extension EngineCore {
  mutating func mergeStay(_ signal: Signal, resident: Resident) {
    guard let message = signal.hospital, message.concernsStay(signal.kind) else { return }
    let eventAt = message.eventAt ?? draft.now
    let visitNumber = message.visitNumber ?? message.fallbackVisit(eventAt)
    let key = CaseBook.VisitKey(
      hospitalCode: message.hospitalCode, visitNumber: visitNumber, resident: resident.id)
    var stay =
      book.stayByVisit[key].flatMap { book.stays[$0] }
      ?? Stay(
        id: draft.nextID(.stay), district: resident.district, caseKey: .resident(resident.id),
        resident: resident.id, hospitalCode: message.hospitalCode, visitNumber: visitNumber, knownAt: draft.now)
    let before = book.stays[stay.id]
    stay.merge(message, kind: signal.kind, eventAt: eventAt)
    guard stay != before else { return }
    book.put(stay)
    reconcileReminders(&stay)
    reconcileVisits(&stay)
    book.put(stay)
    draft.touch(stay.id)
    draft.events.append(
      CareEvent(
        kind: .stayChanged, at: draft.now, district: stay.district, caseKey: stay.caseKey, subject: .stay(stay),
        text: signal.kind.rawValue))
    showOnAlerts(of: resident.id)
  }

  /// A stay that is over leaves memory once no late message is expected any more.
  /// Counted from its last event or its last change here, whichever is later: an old stay may come in many messages.
  mutating func arm(_ stay: Stay, at now: Timestamp) {
    deadlines.set(.stayMemory(stay.id), stay.isOpen ? nil : max(stay.lastEventAt, now) + settings.stayMemory)
  }

  /// Open alerts of the person show "reported in hospital since"; they are never held back for it.
  private mutating func showOnAlerts(of resident: ResidentID) {
    let since = book.hospitalSince(resident)
    for id in book.alertsByResident[resident] ?? [] {
      guard var alert = book.alerts[id], alert.state != .resolved, alert.hospitalSince != since else { continue }
      alert.hospitalSince = since
      put(alert)
    }
  }

  /// The visits that a stay causes: one in hospital while it lasts, one at home after the discharge; each is called off
  /// when what caused it is undone.
  private mutating func reconcileVisits(_ stay: inout Stay) {
    if stay.isOpen, stay.visitTask == nil {
      stay.visitTask = visit(.hospitalVisit, for: stay, at: draft.now + settings.hospitalVisitAfter)
    } else if !stay.isOpen, let task = stay.visitTask {
      if callOffVisit(task) || !stay.isDischarged { stay.visitTask = nil }
    }
    let wantsFirstVisit = stay.isDischarged && (stay.isAdmitted || stay.admissionEventAt == nil)
    if wantsFirstVisit, stay.firstVisitTask == nil {
      stay.firstVisitTask = visit(.visit, for: stay, at: draft.now + settings.firstVisitAfter)
    } else if !wantsFirstVisit, let task = stay.firstVisitTask {
      _ = callOffVisit(task)
      stay.firstVisitTask = nil
    }
  }

  private mutating func visit(_ kind: WorkTask.Kind, for stay: Stay, at start: Timestamp) -> TaskID {
    let dwelling = register.residents[stay.resident]?.dwelling
    let task = WorkTask(
      id: draft.nextID(.task), district: stay.district, caseKey: stay.caseKey, kind: kind, alert: nil,
      stay: stay.id, resident: stay.resident, dwelling: dwelling, createdAt: draft.now, startsAt: start,
      policy: rules.policy(forTask: kind)?.id ?? "lastResort",
      progress: TrackProgress(track: taskTrack(for: kind).id, state: .waiting), slotCount: 1)
    begin(task)
    return task.id
  }

  /// Somebody who is at the bedside or the door already finishes the visit; true when it was called off.
  private mutating func callOffVisit(_ id: TaskID) -> Bool {
    guard var task = book.tasks[id], task.state.rank < WorkTask.State.onScene.rank else { return false }
    callOff(&task, by: nil, text: "stayChanged")
    put(task)
    return true
  }
}

extension Stay {
  /// The newest event time that is known of it.
  var lastEventAt: Timestamp {
    [admissionEventAt, dischargeEventAt, cancelledAt, dischargeCancelledAt].compactMap { $0 }.max() ?? knownAt
  }

  /// Takes over what a message says. Every field is the one of the newest event, so the order does not matter; of two
  /// at the same moment the greater value wins, for the same reason.
  mutating func merge(_ message: HospitalMessage, kind: SignalKind, eventAt: Timestamp) {
    switch kind {
    case .admit, .register, .transfer, .updateVisit, .leave, .returned:
      admit(at: message.admittedAt ?? eventAt, eventAt: kind == .admit ? eventAt : message.admittedAt ?? eventAt)
      locate(message.location, eventAt: eventAt)
    case .discharge:
      let at = message.dischargedAt ?? eventAt
      if eventAt > dischargeEventAt ?? .distantPast {
        (dischargeEventAt, dischargedAt) = (eventAt, at)
      } else if eventAt == dischargeEventAt {
        dischargedAt = max(dischargedAt ?? at, at)
      }
    case .cancelAdmit: cancelledAt = max(cancelledAt ?? eventAt, eventAt)
    case .cancelDischarge: dischargeCancelledAt = max(dischargeCancelledAt ?? eventAt, eventAt)
    default: break
    }
  }

  private mutating func admit(at moment: Timestamp, eventAt: Timestamp) {
    if eventAt > admissionEventAt ?? .distantPast {
      (admissionEventAt, admittedAt) = (eventAt, moment)
    } else if eventAt == admissionEventAt {
      admittedAt = max(admittedAt ?? moment, moment)
    }
  }

  private mutating func locate(_ place: String?, eventAt: Timestamp) {
    guard let place else { return }
    if eventAt > locationEventAt ?? .distantPast {
      (locationEventAt, location) = (eventAt, place)
    } else if eventAt == locationEventAt {
      location = [location ?? place, place].max { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
  }
}

extension HospitalMessage {
  /// Only inpatients and people under observation are in a stay; cancellations always count, whatever class they name.
  func concernsStay(_ kind: SignalKind) -> Bool {
    let isInpatient = patientClass == .inpatient || patientClass == .observation
    switch kind {
    case .admit: return isInpatient || patientClass == .unknown
    case .discharge: return isInpatient || patientClass == .unknown
    case .cancelAdmit, .cancelDischarge: return true
    case .transfer, .register, .updateVisit, .leave, .returned: return isInpatient && admittedAt != nil
    default: return false
    }
  }

  /// Joins messages that carry no visit number: the patient's own number and the day of admission.
  func fallbackVisit(_ eventAt: Timestamp) -> String {
    let day = (admittedAt ?? eventAt).rfc3339.prefix(10)
    return (patient.identifiers.first?.value ?? "") + "@" + day
  }
}
