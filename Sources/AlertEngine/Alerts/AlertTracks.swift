import AlertRules
import CareModel
import DequeModule

/// The tracks of an alert: who is asked at the desk and when the field is sent, until a person has it.
extension EngineCore {
  /// The policy of an alert; the built-in one when a newer rule set no longer has it.
  func policy(of alert: Alert) -> Policy { rules.policy(alert.policy) ?? .lastResort }

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
    alert.tracks = policy.tracks.map { track in
      TrackProgress(track: track.id, state: .waiting, deadline: track.start.after.map { draft.now + $0 })
    }
    startTracksThatBecameDue(&alert)
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

  /// Begins a track: its work is a task when it asks field staff, else a ring at the desk.
  mutating func begin(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
    guard track.asksFieldStaff else {
      alert.tracks[index] = TrackProgress(track: track.id, state: .asking)
      if alert.holder != nil {
        alert.tracks[index].state = .satisfied
      } else {
        askDesk(track, at: index, of: &alert)
      }
      return
    }
    alert.tracks[index] = TrackProgress(track: track.id, state: .handedToTask)
    let isServed = (book.tasksByAlert[alert.id] ?? []).contains { book.tasks[$0]?.kind == track.taskKind }
    if !isServed { createTask(for: alert, track: track) }
  }

  /// Asks the step a desk track stands at; steps with nobody on duty are skipped at once, `finally` never.
  mutating func askDesk(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
    var progress = alert.tracks[index]
    let facts = CaseFacts(
      alert: alert, resident: alert.resident.flatMap { register.residents[$0] }, now: draft.now)
    while progress.step < track.steps.count {
      let step = track.steps[progress.step]
      let isSkipped = step.skipIf?.holds(facts, onError: false) ?? false
      if !isSkipped, !register.onDuty(step.ask, at: draft.now).isEmpty { break }
      progress.step += 1
      progress.round = 0
    }
    let step = track.step(at: progress.step)
    progress.state = .asking
    progress.deadline = draft.now + step.timeout
    alert.tracks[index] = progress
    ring(
      step.ask, about: alert, isFirst: progress.step == 0 && progress.round == 0, until: draft.now + step.timeout)
  }

  /// Asks whoever the desk tracks ask now once more, without giving the step more time: somebody who presses again
  /// and again would otherwise keep the alert from ever reaching the next step.
  mutating func ringAgain(about alert: Alert) {
    let policy = policy(of: alert)
    for progress in alert.tracks where progress.state == .asking {
      guard let track = policy.tracks.first(where: { $0.id == progress.track }), !track.asksFieldStaff,
        let deadline = progress.deadline
      else { continue }
      ring(track.step(at: progress.step).ask, about: alert, isFirst: true, until: deadline)
    }
  }

  /// Makes a role aware of an alert: on the event stream always, on phones for those who do not sit at the desk.
  private mutating func ring(_ role: StaffRole, about alert: Alert, isFirst: Bool, until: Timestamp) {
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
        expiresAt: until)
    }
  }

  /// The next round, step, or `finally` again, of a desk track whose time is up.
  private mutating func advanceDesk(_ track: Policy.Track, at index: Int, of alert: inout Alert) {
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
    if let holder = alert.holder, holder.leaseUntil <= draft.now {
      giveBack(&alert)
      record(.alertReleased, alert, text: "leaseLapsed")
    }
    let policy = policy(of: alert)
    alert.tracks.removeAll { progress in !policy.tracks.contains { $0.id == progress.track } }
    for index in alert.tracks.indices {
      let progress = alert.tracks[index]
      guard progress.state == .asking, let deadline = progress.deadline, deadline <= draft.now,
        let track = policy.tracks.first(where: { $0.id == progress.track })
      else { continue }
      advanceDesk(track, at: index, of: &alert)
    }
    startTracksThatBecameDue(&alert)
    keepAsking(&alert)
    put(alert)
  }

  /// An unresolved alert always waits for something: when a new rule set has left it without, the last resort asks.
  private mutating func keepAsking(_ alert: inout Alert) {
    guard alert.nextDeadline == nil else { return }
    alert.policy = Policy.lastResort.id
    startTracks(&alert)
  }

  /// Somebody holds it: the desk is quiet, and what would start by time waits for the lease to end.
  mutating func quietTracks(_ alert: inout Alert) {
    let policy = policy(of: alert)
    for index in alert.tracks.indices {
      switch alert.tracks[index].state {
      case .waiting: alert.tracks[index].deadline = nil
      case .asking:
        let isField = policy.tracks.first { $0.id == alert.tracks[index].track }?.asksFieldStaff ?? false
        if !isField { alert.tracks[index] = TrackProgress(track: alert.tracks[index].track, state: .satisfied) }
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

  /// Asks the desk from the first step again; a field track that was satisfied or has its task stays as it is.
  mutating func restartDeskTracks(_ alert: inout Alert) {
    for track in policy(of: alert).tracks where !track.asksFieldStaff {
      guard let index = alert.tracks.firstIndex(where: { $0.track == track.id }),
        alert.tracks[index].state != .waiting
      else { continue }
      alert.tracks[index] = TrackProgress(track: track.id, state: .asking)
      askDesk(track, at: index, of: &alert)
    }
  }

  /// Sends somebody anew where the field was asked before and nobody has a task any more.
  mutating func restartFieldTracks(_ alert: inout Alert) {
    for track in policy(of: alert).tracks where track.asksFieldStaff {
      guard let index = alert.tracks.firstIndex(where: { $0.track == track.id && $0.state == .handedToTask })
      else { continue }
      begin(track, at: index, of: &alert)
    }
  }

  /// A resolved alert is open again, as on the first day, with the verdicts of before forgotten.
  mutating func reopen(_ alert: inout Alert, text: String) {
    alert.state = .open
    alert.resolution = nil
    alert.verification = nil
    alert.verdict = nil
    alert.holder = nil
    alert.suspended = suspensionToShow(on: alert)
    record(.alertReopened, alert, text: text)
    put(alert)
    startTracks(&alert)
    put(alert)
  }
}

extension Alert {
  /// When something happens by itself; nil only when resolved.
  package var nextDeadline: Timestamp? {
    guard state != .resolved else { return nil }
    let deadlines = tracks.compactMap(\.deadline) + (holder.map { [$0.leaseUntil] } ?? [])
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
