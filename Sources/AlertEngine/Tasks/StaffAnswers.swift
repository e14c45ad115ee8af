import AlertRules
import CareModel

/// What staff answer, and what is expected of them next.
extension EngineCore {
  /// An answer from a phone.
  mutating func answer(_ offer: OfferID, by staff: StaffID, _ answer: StaffAnswer, reason: String?) {
    do {
      draft.acknowledgement = .accepted(try answerOffer(offer, by: staff, answer, reason: reason))
    } catch {
      draft.acknowledgement = .refused(error)
    }
  }

  mutating func answerOffer(
    _ id: OfferID, by staff: StaffID, _ answer: StaffAnswer, reason: String?
  ) throws(ActionRefusal) -> Receipt {
    if answer == .distress { return distress(of: staff, reason: reason) }
    guard let taskID = book.taskByOffer[id], let task = book.tasks[taskID],
      let offer = task.slots.flatMap(\.offers).first(where: { $0.id == id })
    else { throw .offerClosed }
    guard offer.staff == staff else { throw .notYours }
    switch answer {
    case .accept: try accept(offer, of: task)
    case .decline: try decline(offer, of: task, reason: reason)
    case .enRoute: try report(.enRoute, offer, of: task)
    case .onScene: try report(.onScene, offer, of: task)
    case .withPatient: try report(.withPatient, offer, of: task)
    case .completed: try report(.completed, offer, of: task)
    case .relinquish: try relinquish(offer, of: task, reason: reason)
    case .distress: break
    }
    return Receipt(alert: task.alert, task: taskID)
  }

  /// The first acceptance wins; everybody else who was asked for the slot is told that it is settled.
  private mutating func accept(_ offer: Offer, of task: WorkTask) throws(ActionRefusal) {
    if offer.state == .accepted { return }
    guard task.slots[offer.slot].accepted == nil else { throw .alreadyTaken }
    guard book.engagements[offer.staff] == nil else { throw .staffBusy }
    var task = task
    for other in task.slots[offer.slot].offers where other.id != offer.id { withdraw(other, of: &task) }
    var accepted = offer
    accepted.state = .accepted
    task.slots[offer.slot].offers = [accepted]
    task.slots[offer.slot].duty = WorkTask.Duty(
      awaited: .enRoute, deadline: draft.now + settings.acceptedToEnRoute)
    supersedeOffer(offer.id)
    task.advanceState(to: .accepted)
    draft.commitments.append(
      StaffCommitment(staff: offer.staff, offer: offer.id, from: offer.sentAt, until: nil))
    record(accepted, of: task, by: offer.staff)
    if !task.slots.contains(where: { $0.accepted == nil }) {
      task.progress.state = .satisfied
      task.progress.deadline = nil
    }
    put(task)
    withdrawElsewhere(offer.staff, except: task.id)
    if let alert = task.alert.flatMap({ book.alerts[$0] }) { tellDevice(alert, .taken) }
  }

  /// Somebody who has accepted one task is not kept ringing for others; those go on to the next person at once.
  private mutating func withdrawElsewhere(_ staff: StaffID, except taskID: TaskID) {
    for id in book.openOffers(of: staff) {
      guard let otherID = book.taskByOffer[id], otherID != taskID, var other = book.tasks[otherID],
        let offer = other.slots.flatMap(\.offers).first(where: { $0.id == id })
      else { continue }
      withdraw(offer, of: &other)
      moveOnIfNobodyIsAsked(&other)
      put(other)
    }
  }

  mutating func withdraw(_ offer: Offer, of task: inout WorkTask, by actor: StaffID? = nil) {
    end(offer, as: .withdrawn, of: &task, by: actor)
    notifyStaff(
      offer.staff, .offerWithdrawn(offer.id, task.id), caseKey: task.caseKey, district: task.district,
      alertClass: .urgent, expiresAt: draft.now + settings.statusUsefulness)
  }

  private mutating func decline(_ offer: Offer, of task: WorkTask, reason: String?) throws(ActionRefusal) {
    guard offer.state == .sent else { throw .wrongState }
    var task = task
    end(offer, as: .declined, of: &task, by: offer.staff, text: reason)
    task.passOver(offer.staff)
    moveOnIfNobodyIsAsked(&task)
    put(task)
  }

  /// Nobody is left who could still say yes to an open slot: the next step does not wait for the clock. The last step
  /// does, once everybody has been asked: who has just declined is not asked again in the same second.
  mutating func moveOnIfNobodyIsAsked(_ task: inout WorkTask) {
    guard task.progress.state == .asking else { return }
    let isSomebodyAsked = task.slots.contains { slot in
      slot.accepted == nil && slot.offers.contains { $0.state == .sent }
    }
    guard !isSomebodyAsked else { return }
    let track = track(of: task)
    if task.progress.step < track.steps.count {
      advance(&task)
    } else {
      _ = offerFinally(track, to: &task)
    }
  }

  private mutating func relinquish(_ offer: Offer, of task: WorkTask, reason: String?) throws(ActionRefusal) {
    guard offer.state == .accepted else { throw .wrongState }
    var task = task
    vacate(offer, of: &task, text: reason ?? "relinquished")
    put(task)
  }

  /// The slot is open again: the search begins anew, without the one who left.
  mutating func vacate(_ offer: Offer, of task: inout WorkTask, text: String) {
    end(offer, as: .relinquished, of: &task, by: offer.staff, text: text)
    task.passOver(offer.staff)
    task.recomputeState()
    guard isStillWanted(task) else {
      if task.acceptedOffers.isEmpty { finish(&task, as: .cancelled, text: "alertResolved") }
      return
    }
    record(.taskEscalated, task, text: text)
    task.progress = TrackProgress(track: task.progress.track, state: .asking)
    search(&task)
  }

  /// Nobody is sent to an alert that was resolved meanwhile.
  private func isStillWanted(_ task: WorkTask) -> Bool {
    guard let alert = task.alert else { return true }
    return book.alerts[alert].map { $0.state != .resolved } ?? false
  }

  /// How far the work of one slot has come.
  mutating func report(_ state: WorkTask.State, _ offer: Offer, of task: WorkTask) throws(ActionRefusal) {
    guard offer.state == .accepted, let duty = task.slots[offer.slot].duty else { throw .wrongState }
    guard state.isReport, state.rank >= duty.awaited.rankBefore else { throw .wrongState }
    var task = task
    task.slots[offer.slot].duty = nextDuty(after: state)
    if state == .completed {
      end(offer, as: .finished, of: &task, by: offer.staff)
      if task.acceptedOffers.isEmpty { finish(&task, as: .completed) } else { record(.taskChanged, task) }
    } else {
      task.advanceState(to: state)
      record(.taskChanged, task, by: offer.staff, text: state.rawValue)
    }
    put(task)
    if state == .enRoute, let alert = task.alert.flatMap({ book.alerts[$0] }) { tellDevice(alert, .onTheWay) }
  }

  private func nextDuty(after state: WorkTask.State) -> WorkTask.Duty? {
    switch state {
    case .enRoute: WorkTask.Duty(awaited: .onScene, deadline: draft.now + settings.enRouteToOnScene)
    case .onScene: WorkTask.Duty(awaited: .completed, deadline: draft.now + settings.onSceneToReport)
    case .withPatient: WorkTask.Duty(awaited: .completed, deadline: draft.now + settings.withPatientToReport)
    case .pending, .offered, .accepted, .completed, .failed, .cancelled: nil
    }
  }

  /// Somebody who accepted is silent: first asked, then replaced; on scene asked again and again, never replaced.
  mutating func askAfter(_ duty: WorkTask.Duty, slot: Int, of task: inout WorkTask) {
    guard let offer = task.slots[slot].accepted else { return task.slots[slot].duty = nil }
    let isOnScene = duty.awaited == .completed
    if duty.asked > 0, !isOnScene {
      notifyStaff(
        offer.staff, .offerWithdrawn(offer.id, task.id), caseKey: task.caseKey, district: task.district,
        alertClass: .urgent, expiresAt: draft.now + settings.statusUsefulness)
      return vacate(offer, of: &task, text: "silent")
    }
    let wait = isOnScene ? settings.onSceneNudge : settings.silenceGrace
    task.slots[slot].duty = WorkTask.Duty(
      awaited: duty.awaited, deadline: draft.now + wait, asked: duty.asked + 1)
    record(.taskEscalated, task, text: "asked")
    notifyStaff(
      offer.staff, .nudge(offer.id, task.id, awaited: duty.awaited), caseKey: task.caseKey,
      district: task.district, alertClass: .urgent, expiresAt: draft.now + wait)
  }

  /// A staff member in distress is an alert like any other, with the person as its subject.
  private mutating func distress(of staff: StaffID, reason: String?) -> Receipt {
    receive(
      Signal(
        source: SignalSource(feed: .engine, sender: staff.description), kind: .duress,
        raw: Array((reason ?? "").utf8.prefix(Signal.maximumTextBytes))))
    return Receipt(signal: draft.signal?.id, alert: draft.signal?.alert)
  }
}

extension WorkTask {
  /// A task is as far as its furthest slot; it never goes back by one slot's news.
  mutating func advanceState(to state: State) {
    if state.rank > self.state.rank { self.state = state }
  }

  /// Where the task stands after somebody has left it.
  mutating func recomputeState() {
    let furthest = slots.compactMap { slot -> State? in
      guard slot.accepted != nil, let awaited = slot.duty?.awaited else { return nil }
      switch awaited {
      case .enRoute: return .accepted
      case .onScene: return .enRoute
      default: return .onScene
      }
    }
    state = furthest.max { $0.rank < $1.rank } ?? .offered
  }
}

extension WorkTask.State {
  /// Something that a person in a slot can report.
  var isReport: Bool {
    switch self {
    case .enRoute, .onScene, .withPatient, .completed: true
    case .pending, .offered, .accepted, .failed, .cancelled: false
    }
  }

  /// The rank of what was reported before this is awaited; that much may be reported again, less may not.
  var rankBefore: Int {
    switch self {
    case .completed: Self.onScene.rank
    case .onScene: Self.enRoute.rank
    default: rank
    }
  }

  /// The order of progress.
  var rank: Int {
    switch self {
    case .pending: 0
    case .offered: 1
    case .accepted: 2
    case .enRoute: 3
    case .onScene: 4
    case .withPatient: 5
    case .completed, .failed, .cancelled: 6
    }
  }
}
