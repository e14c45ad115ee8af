import AlertRules
import CareModel
import Dispatching

/// Finding people for a task: offers step by step, `finally` again and again until every slot has somebody.
extension EngineCore {
  /// Puts a task back, with what it waits for.
  mutating func put(_ task: WorkTask) {
    book.put(task)
    draft.touch(task.id)
  }

  /// The track that finds people for tasks of a kind; the built-in one when the rule set has none.
  func taskTrack(for kind: WorkTask.Kind) -> Policy.Track {
    rules.policy(forTask: kind)?.tracks.first { $0.asksFieldStaff } ?? .lastResortField
  }

  /// The track that a task searches by: that of its alert's policy as it was when the alert was opened.
  func track(of task: WorkTask) -> Policy.Track {
    let set = task.alert.flatMap { book.alerts[$0] }.map { rules(of: $0.ruleSetHash) } ?? rules
    return set.policy(task.policy)?.tracks.first { $0.id == task.progress.track } ?? taskTrack(for: task.kind)
  }

  /// Makes the task of an alert's field track and asks the first people.
  mutating func createTask(for alert: Alert, track: Policy.Track, step: Int = 0) {
    let task = WorkTask(
      id: draft.nextID(.task), district: alert.district, caseKey: alert.caseKey, kind: track.taskKind,
      alert: alert.id, resident: alert.resident, dwelling: alert.dwelling, createdAt: draft.now,
      policy: alert.policy, progress: TrackProgress(track: track.id, state: .asking, step: step),
      slotCount: 1)
    begin(task)
  }

  /// Records a new task and begins its search, now or when it is due.
  mutating func begin(_ task: WorkTask, by actor: StaffID? = nil) {
    var task = task
    if let startsAt = task.startsAt, startsAt > draft.now {
      task.progress.state = .waiting
      task.progress.deadline = startsAt
      record(.taskCreated, task, by: actor)
    } else {
      record(.taskCreated, task, by: actor)
      task.progress.state = .asking
      search(&task)
    }
    put(task)
  }

  /// Asks whoever comes next, for every slot that is open; steps with nobody are skipped at once.
  mutating func search(_ task: inout WorkTask) {
    if !task.asked.isEmpty { task.asked = [] }
    guard task.slots.contains(where: { $0.accepted == nil }) else {
      task.progress.state = .satisfied
      task.progress.deadline = nil
      return
    }
    let track = track(of: task)
    task.progress.state = .asking
    while task.progress.step < track.steps.count {
      let step = track.steps[task.progress.step]
      if isAsked(step, for: task), step.ask.isField ? offer(step, to: &task) : askAside(step, for: &task) { return }
      task.progress.step += 1
      task.progress.round = 0
    }
    askFinally(track, for: &task)
  }

  private func isAsked(_ step: Policy.Step, for task: WorkTask) -> Bool {
    guard step.skipIf != nil || step.terms != nil, let alert = task.alert.flatMap({ book.alerts[$0] })
    else { return true }
    let resident = task.resident.flatMap { register.residents[$0] }
    return step.isAsked(CaseFacts(alert: alert, resident: resident, now: draft.now))
  }

  /// Begins the search from its first step when nobody is being asked; a search that waits for its start goes on.
  mutating func searchAnew(_ task: WorkTask) {
    guard task.progress.state == .asking, task.slots.allSatisfy(\.offers.isEmpty) else { return }
    var task = task
    task.passedOver = []
    task.progress = TrackProgress(track: task.progress.track, state: .asking)
    search(&task)
    put(task)
  }

  /// The last step: everybody who was passed over may be asked again, and the desk hears of it every round.
  private mutating func askFinally(_ track: Policy.Track, for task: inout WorkTask) {
    let step = track.finally
    task.passedOver = []
    task.progress.deadline = draft.now + step.timeout
    let isOffered = offerFinally(track, to: &task)
    if step.ask.isField, isOffered { return }
    var role = StaffRole.shiftLeader
    if case .staff(let asked) = step.ask, !asked.isField { role = asked }
    escalate(task, to: role, channels: step.channels)
  }

  /// Asks the desk at the step at which a search stands; false when nobody is there.
  private mutating func askAside(_ step: Policy.Step, for task: inout WorkTask) -> Bool {
    switch step.ask {
    case .outside(let group): return askOutside(group, step, for: &task)
    case .group: return false
    case .staff(let role):
      guard task.alert != nil, !register.onDuty(role, at: draft.now).isEmpty else { return false }
      task.progress.deadline = draft.now + step.timeout
      escalate(task, to: role, channels: step.channels)
      return true
    }
  }

  /// Tells the desk that nobody has a task yet.
  private mutating func escalate(_ task: WorkTask, to role: StaffRole, channels: [String]) {
    record(.taskEscalated, task, text: role.rawValue)
    guard let alert = task.alert.flatMap({ book.alerts[$0] }) else { return }
    let names = names(resident: task.resident, dwelling: task.dwelling)
    for member in register.onDuty(role, at: draft.now).prefix(settings.maximumDeskNotifications) {
      notifyStaff(
        member.id,
        .alertWaits(
          alert.id, role: role, kind: alert.kind, residentName: names.resident, address: names.address),
        caseKey: task.caseKey, district: task.district, alertClass: alert.alertClass,
        expiresAt: task.progress.deadline ?? draft.now, channels: channels)
    }
  }

  /// Offers the last step to whoever was not asked in this round; the end of the round stays where it is.
  mutating func offerFinally(_ track: Policy.Track, to task: inout WorkTask) -> Bool {
    guard var step = ([track.finally] + track.steps.reversed()).first(where: \.ask.isField) else { return false }
    step.timeout = max(.zero, (task.progress.deadline ?? draft.now) - draft.now)
    return offer(step, to: &task)
  }

  /// Sends offers of a step to the next people; false when there is nobody to ask.
  private mutating func offer(_ step: Policy.Step, to task: inout WorkTask) -> Bool {
    let openSlots = task.slots.indices.filter { task.slots[$0].accepted == nil }
    let wanted = step.mode.count
    let limit = min(wanted * openSlots.count, WorkTask.maximumOffersAtOnce)
    let ranking =
      step.isChoosing ? choose(step, for: task, limit: limit) : rank(step.ask, for: task, limit: limit)
    guard case .candidates(let candidates) = ranking else {
      if case .nobody(let reason) = ranking { task.note = reason.rawValue }
      return false
    }
    task.note = nil
    task.progress.deadline = draft.now + step.timeout
    for (index, candidate) in candidates.enumerated() {
      sendOffer(
        to: candidate.staff, slot: openSlots[index % openSlots.count], of: &task, reason: candidate.reason,
        channels: step.channels)
    }
    return true
  }

  /// Sends one offer and tells the person.
  mutating func sendOffer(
    to staff: StaffID, slot: Int, of task: inout WorkTask, reason: String, channels: [String] = []
  ) {
    let offer = Offer(
      id: draft.nextID(.offer), district: task.district, task: task.id, slot: slot, staff: staff,
      sentAt: draft.now, expiresAt: task.progress.deadline ?? draft.now, reason: reason)
    task.slots[slot].offers.append(offer)
    if task.state == .pending { task.state = .offered }
    record(offer, of: task)
    let names = names(resident: task.resident, dwelling: task.dwelling)
    let alert = task.alert.flatMap { book.alerts[$0] }
    notifyStaff(
      staff,
      .offer(
        Notification.OfferContent(
          offer: offer.id, task: task.id, alert: task.alert, kind: task.kind,
          signalKind: alert?.kind ?? (draft.signal?.alert == task.alert ? draft.signal?.signal.kind : nil),
          residentName: names.resident, address: names.address, expiresAt: offer.expiresAt)),
      caseKey: task.caseKey, district: task.district, alertClass: alert?.alertClass ?? .service,
      expiresAt: offer.expiresAt, channels: channels)
  }

  mutating func rank(_ ask: Ask, for task: WorkTask, limit: Int) -> Ranking {
    let team =
      if case .staff(let role) = ask {
        register.team(role, district: task.district, at: draft.now)
      } else {
        register.team(ask, district: task.district, at: draft.now)
      }
    let home = (task.dwelling ?? task.resident.flatMap { register.residents[$0]?.dwelling })
      .flatMap { register.dwellings[$0] }
    let asked = task.slots.flatMap(\.offers).map(\.staff)
    let request = CandidateRequest(position: home?.position, now: draft.now)
    return rankCandidates(for: request, team: team, limit: limit) { staff in
      if asked.contains(staff) || task.passedOver.contains(staff) { return .alreadyAsked }
      if book.engagements[staff] != nil { return .busy }
      return book.hasOpenOffer(staff) ? .hasOpenOffer : .free
    }
  }

  /// What is due for a task: its start, the end of a step, somebody's silence.
  mutating func taskDue(_ id: TaskID) {
    guard var task = book.tasks[id], !task.state.isFinished else { return }
    for slot in task.slots.indices {
      guard let duty = task.slots[slot].duty, duty.deadline <= draft.now else { continue }
      askAfter(duty, slot: slot, of: &task)
    }
    if let deadline = task.progress.deadline, deadline <= draft.now {
      if task.progress.state == .waiting {
        search(&task)
      } else {
        expireOffers(of: &task)
        advance(&task)
      }
    }
    put(task)
  }

  /// The next round, step, or `finally` again.
  mutating func advance(_ task: inout WorkTask) {
    let track = track(of: task)
    task.progress.round += 1
    if task.progress.step < track.steps.count,
      task.progress.round >= track.step(at: task.progress.step).repeatCount
    {
      task.progress.step += 1
      task.progress.round = 0
    }
    search(&task)
  }

  private mutating func expireOffers(of task: inout WorkTask) {
    for slot in task.slots.indices {
      for offer in task.slots[slot].offers where offer.state == .sent {
        end(offer, as: .expired, of: &task)
        task.passOver(offer.staff)
      }
    }
  }

  /// Takes an offer out of its slot; what it said to the person is not repeated.
  mutating func end(
    _ offer: Offer, as state: Offer.State, of task: inout WorkTask, by actor: StaffID? = nil, text: String? = nil
  ) {
    var offer = offer
    let wasAccepted = offer.state == .accepted
    offer.state = state
    task.slots[offer.slot].offers.removeAll { $0.id == offer.id }
    if wasAccepted {
      task.slots[offer.slot].duty = nil
      draft.commitments.append(
        StaffCommitment(staff: offer.staff, offer: offer.id, from: offer.sentAt, until: draft.now))
    }
    supersedeOffer(offer.id)
    record(offer, of: task, by: actor, text: text)
  }
}

extension Policy.Mode {
  /// How many people are asked at once for one slot.
  fileprivate var count: Int {
    switch self {
    case .oneByOne: 1
    case .nearest(let count): min(max(1, count), WorkTask.maximumOffersAtOnce)
    case .all: WorkTask.maximumOffersAtOnce
    }
  }
}

extension WorkTask {
  /// When something happens by itself; nil only when finished.
  package var nextDeadline: Timestamp? {
    guard !state.isFinished else { return nil }
    return (slots.compactMap { $0.duty?.deadline } + [progress.deadline].compactMap { $0 }).min()
  }

  /// Accepted offers of all slots.
  package var acceptedOffers: [Offer] { slots.compactMap(\.accepted) }

  /// Remembers who is not asked again before the search has gone round.
  mutating func passOver(_ staff: StaffID) {
    guard !passedOver.contains(staff), passedOver.count < Self.maximumPassedOver else { return }
    passedOver.append(staff)
  }
}

extension Policy.Track {
  /// Used when a rule set has no policy for a kind of task: every responder on duty, then the shift leader for ever.
  static let lastResortField = Policy.Track(
    id: "field", start: Policy.Start(after: .zero),
    steps: [Policy.Step(ask: .responder, mode: .oneByOne, timeout: .seconds(90), repeatCount: 3)],
    finally: Policy.Step(ask: .shiftLeader, mode: .all, timeout: .minutes(5)))
}
