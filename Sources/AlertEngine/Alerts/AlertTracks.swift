import AlertRules
import CareModel
import DequeModule

/// The tracks of an alert: who is asked at the desk and when the field is sent, until a person has it.
extension EngineCore {
  /// The policy of an alert, as it was when the alert was opened; the built-in one when nobody has it any more.
  func policy(of alert: Alert) -> Policy { rules(of: alert.ruleSetHash).policy(alert.policy) ?? .lastResort }

  /// Puts an alert back, with what it waits for.
  mutating func put(_ alert: Alert) {
    book.put(alert)
    draft.touch(alert.id)
  }

  /// Arms what an alert waits for: its lease or its tracks while unresolved, its leaving memory afterwards.
  mutating func arm(_ alert: Alert) {
    guard alert.state == .resolved, let resolution = alert.resolution else {
      deadlines.set(.alertMemory(alert.id), nil)
      return deadlines.set(.alert(alert.id), alert.nextDeadline)
    }
    deadlines.set(.alert(alert.id), nil)
    if alert.hasExtras, !alert.inhibitKeys.isEmpty { releaseHeld(by: alert.id) }
    deadlines.set(.alertMemory(alert.id), resolution.at + alert.window)
    recentlyResolved.append(alert.id)
    while recentlyResolved.count > settings.maximumRecentlyResolved, let oldest = recentlyResolved.popFirst() {
      guard book.alerts[oldest]?.state == .resolved else { continue }
      deadlines.set(.alertMemory(oldest), nil)
      book.remove(alert: oldest)
    }
  }

  /// Starts all tracks of an alert that was opened or reopened.
  mutating func startTracks(_ alert: inout Alert) {
    let policy = policy(of: alert)
    if policy.targets != nil || alert.hasExtras { alert.targets = policy.targets?.moments(from: draft.now) }
    alert.tracks = policy.tracks.map { track in
      TrackProgress(track: track.id, state: .waiting, deadline: track.start.after.map { draft.now + $0 })
    }
    startTracksThatBecameDue(&alert)
    keepAsking(&alert)
  }

  /// Starts waiting tracks whose time or condition has come. By time only while nobody holds the alert.
  mutating func startTracksThatBecameDue(_ alert: inout Alert) {
    let policy = policy(of: alert)
    let resident = alert.resident.flatMap { register.residents[$0] }
    for index in alert.tracks.indices where alert.tracks[index].state == .waiting {
      guard let track = policy.tracks.first(where: { $0.id == alert.tracks[index].track }) else { continue }
      let isDue = alert.tracks[index].deadline.map { $0 <= draft.now } ?? false
      let facts = CaseFacts(alert: alert, resident: resident, now: draft.now)
      guard isDue || track.start.on?.holds(facts, onError: true) == true else { continue }
      begin(track, at: index, of: &alert)
    }
  }

  /// Begins a track: its work is a task from the first step that asks field staff, until then a ring at the desk.
  mutating func begin(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
    if track.isTask { return handOver(track, at: index, step: 0, of: &alert) }
    alert.tracks[index] = TrackProgress(track: track.id, state: .asking)
    askDesk(track, at: index, of: &alert)
  }

  /// Makes the rest of a track a task, unless one of its kind serves the alert already.
  mutating func handOver(_ track: Policy.Track, at index: Int, step: Int, of alert: inout Alert) {
    alert.tracks[index] = TrackProgress(track: track.id, state: .handedToTask, step: step)
    let isServed = (book.tasksByAlert[alert.id] ?? []).contains { book.tasks[$0]?.kind == track.taskKind }
    if !isServed { createTask(for: alert, track: track, step: step) }
  }

  /// Asks the step a desk track stands at; steps with nobody to ask are skipped at once, `finally` never. What rings
  /// at the desk is satisfied while somebody there holds the alert.
  mutating func askDesk(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
    if alert.hasExtras { forgetAsks(by: track.id, &alert) }
    var progress = alert.tracks[index]
    let facts = CaseFacts(
      alert: alert, resident: alert.resident.flatMap { register.residents[$0] }, now: draft.now)
    progress.deadline = nil
    while progress.step < track.steps.count {
      let step = track.steps[progress.step]
      if step.isAsked(facts) {
        if case .outside(let group) = step.ask {
          progress.deadline = draft.now + step.timeout
          if askOutside(group, step, progress, &alert, at: index) { return }
          progress.deadline = nil
        } else if step.ask.isField || alert.holder != nil || isSomebodyThere(for: step.ask) {
          break
        }
      }
      progress.step += 1
      progress.round = 0
    }
    let step = track.step(at: progress.step)
    guard case .staff(let role) = step.ask, !role.isField else {
      return handOver(track, at: index, step: progress.step, of: &alert)
    }
    guard alert.holder == nil else {
      alert.tracks[index] = TrackProgress(track: track.id, state: .satisfied)
      return
    }
    progress.state = .asking
    progress.deadline = draft.now + step.timeout
    alert.tracks[index] = progress
    let isFirst = progress.step == 0 && progress.round == 0
    ring(role, about: alert, isFirst: isFirst, until: draft.now + step.timeout, channels: step.channels)
  }

  private mutating func isSomebodyThere(for ask: Ask) -> Bool {
    guard case .staff(let role) = ask else { return true }
    return !register.onDuty(role, at: draft.now).isEmpty
  }

  /// Asks whoever the desk tracks ask now once more, without giving the step more time: somebody who presses again
  /// and again would otherwise keep the alert from ever reaching the next step.
  mutating func ringAgain(about alert: Alert) {
    let policy = policy(of: alert)
    for progress in alert.tracks where progress.state == .asking {
      guard let track = policy.tracks.first(where: { $0.id == progress.track }), let deadline = progress.deadline,
        case .staff(let role) = track.step(at: progress.step).ask, !role.isField
      else { continue }
      let channels = track.step(at: progress.step).channels
      ring(role, about: alert, isFirst: true, until: deadline, channels: channels)
    }
  }

  /// Makes a role aware of an alert: on the event stream always, on phones for those who do not sit at the desk.
  private mutating func ring(
    _ role: StaffRole, about alert: Alert, isFirst: Bool, until: Timestamp, channels: [String]
  ) {
    if !(isFirst && role == .desk) { record(.alertEscalated, alert, text: role.rawValue) }
    guard role != .desk else { return }
    var people = register.onDuty(role, at: draft.now)
    if people.isEmpty { people = register.everybody(with: role) }
    let names = names(of: alert)
    for member in people.prefix(settings.maximumDeskNotifications) {
      notifyStaff(
        member.id,
        .alertWaits(
          alert.id, role: role, kind: alert.kind, residentName: names.resident, address: names.address),
        caseKey: alert.caseKey, district: alert.district, alertClass: alert.alertClass,
        expiresAt: until, channels: channels)
    }
  }

  /// The next round, step, or `finally` again, of a desk track whose time is up.
  mutating func advanceDesk(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
    var progress = alert.tracks[index]
    let step = track.step(at: progress.step)
    progress.round += 1
    if progress.step < track.steps.count, progress.round >= step.repeatCount {
      progress.step += 1
      progress.round = 0
    }
    alert.tracks[index] = progress
    askDesk(track, at: index, of: &alert)
  }

  /// What is due for an alert: the lease, a waiting track, a step at the desk.
  mutating func alertDue(_ id: AlertID) {
    guard var alert = book.alerts[id], alert.state != .resolved else { return }
    if alert.hasExtras, let inhibited = alert.inhibited { return review(&alert, inhibited) }
    if let holder = alert.holder, holder.leaseUntil <= draft.now {
      giveBack(&alert)
      record(.alertReleased, alert, text: "leaseLapsed")
    }
    let policy = policy(of: alert)
    alert.tracks.removeAll { progress in !policy.tracks.contains { $0.id == progress.track } }
    for index in alert.tracks.indices {
      let progress = alert.tracks[index]
      guard let deadline = progress.deadline, deadline <= draft.now,
        let track = policy.tracks.first(where: { $0.id == progress.track })
      else { continue }
      switch progress.state {
      case .asking: advanceDesk(track, at: index, of: &alert)
      case .handedToTask: handOver(track, at: index, step: progress.step, of: &alert)
      case .waiting, .satisfied: break
      }
    }
    startTracksThatBecameDue(&alert)
    keepAsking(&alert)
    put(alert)
  }

  /// An unresolved alert always waits for something: when all its tracks are tasks, for a look at these; when a new
  /// rule set has left it without, the last resort asks.
  private mutating func keepAsking(_ alert: inout Alert) {
    guard alert.nextDeadline == nil else { return }
    if let index = alert.tracks.firstIndex(where: { $0.state == .handedToTask }) {
      alert.tracks[index].deadline = draft.now + settings.taskWatch
      return
    }
    alert.policy = Policy.lastResort.id
    startTracks(&alert)
  }

  /// Somebody holds it: the desk is quiet, and what would start by time waits for the lease to end. People outside
  /// are asked all the same.
  mutating func quietTracks(_ alert: inout Alert) {
    let policy = policy(of: alert)
    for index in alert.tracks.indices {
      switch alert.tracks[index].state {
      case .waiting: alert.tracks[index].deadline = nil
      case .asking:
        if policy.step(of: alert.tracks[index])?.ask.isOutside == true { continue }
        alert.tracks[index] = TrackProgress(track: alert.tracks[index].track, state: .satisfied)
      case .handedToTask, .satisfied: break
      }
    }
  }

  /// Nobody holds it any more: back to the queue, on top; the desk is asked from the start.
  mutating func giveBack(_ alert: inout Alert) {
    alert.holder = nil
    alert.state = .open
    let policy = policy(of: alert)
    alert.tracks.removeAll { progress in !policy.tracks.contains { $0.id == progress.track } }
    restartDeskTracks(&alert)
    for index in alert.tracks.indices where alert.tracks[index].state == .waiting {
      let track = policy.tracks.first { $0.id == alert.tracks[index].track }
      alert.tracks[index].deadline = track?.start.after.map { draft.now + $0 }
    }
    keepAsking(&alert)
  }

  /// Asks the desk from its first step again; a track that has its task, or asks people outside, goes on as it is.
  mutating func restartDeskTracks(_ alert: inout Alert) {
    let policy = policy(of: alert)
    for track in policy.tracks where !track.isTask {
      guard let index = alert.tracks.firstIndex(where: { $0.track == track.id }),
        alert.tracks[index].state == .satisfied || alert.tracks[index].state == .asking
      else { continue }
      let progress = alert.tracks[index]
      if progress.state == .asking, policy.step(of: progress)?.ask.isOutside == true { continue }
      alert.tracks[index] = TrackProgress(track: track.id, state: .asking, step: track.firstStepInside)
      askDesk(track, at: index, of: &alert)
    }
  }

  /// Sends somebody anew where the field was asked before and nobody has a task any more.
  mutating func restartFieldTracks(_ alert: inout Alert) {
    for track in policy(of: alert).tracks where track.asksFieldStaff {
      guard let index = alert.tracks.firstIndex(where: { $0.track == track.id && $0.state == .handedToTask })
      else { continue }
      handOver(track, at: index, step: alert.tracks[index].step, of: &alert)
    }
  }

  /// A resolved alert is open again, as on the first day, with the verdicts of before forgotten.
  mutating func reopen(_ alert: inout Alert, text: String, inhibits: AlertRoute.Inhibits? = nil) {
    alert.state = .open
    alert.resolution = nil
    alert.verification = nil
    alert.verdict = nil
    alert.holder = nil
    alert.suspended = suspensionToShow(on: alert)
    if alert.hasExtras { endAsks(of: &alert) }
    record(.alertReopened, alert, text: text)
    put(alert)
    if !hold(&alert, by: inhibits) { startTracks(&alert) }
    put(alert)
  }
}

extension Alert {
  /// When something happens by itself; nil only when resolved.
  package var nextDeadline: Timestamp? {
    guard state != .resolved else { return nil }
    var deadlines = tracks.compactMap(\.deadline) + (holder.map { [$0.leaseUntil] } ?? [])
    if hasExtras, let inhibited { deadlines.append(inhibited.reviewAt) }
    return deadlines.min()
  }
}

extension Policy {
  /// Asked when a rule set no longer knows the policy of an open alert: the desk, then the duty chief for ever.
  package static let lastResort = Policy(
    id: "lastResort",
    tracks: [
      Track(
        id: "desk", start: Start(after: .zero),
        steps: [Step(ask: .desk, mode: .all, timeout: .seconds(45))],
        finally: Step(ask: .dutyChief, mode: .all, timeout: .seconds(45)))
    ])
}
