import AlertRules
import CareModel

/// Steps that end by a condition: looked at after every input that changed their case.
extension EngineCore {
  mutating func followCases() {
    var place = 0
    while place < draft.alerts.count {
      endSteps(of: draft.alerts[place])
      place += 1
    }
  }

  private mutating func endSteps(of id: AlertID) {
    guard var alert = book.alerts[id], alert.state != .resolved else { return }
    let policy = policy(of: alert)
    var isChanged = false
    for index in alert.tracks.indices where alert.tracks[index].state == .asking {
      guard let track = policy.tracks.first(where: { $0.id == alert.tracks[index].track }) else { continue }
      // As often as there are steps at most: each goes on to the next.
      while alert.tracks[index].state == .asking, isOver(track, alert.tracks[index], alert, resident: alert.resident) {
        alert.tracks[index].step += 1
        alert.tracks[index].round = 0
        askDesk(track, at: index, of: &alert)
        isChanged = true
      }
    }
    if isChanged { put(alert) }
    for id in book.tasksByAlert[id] ?? [] { endSteps(of: id, alert) }
  }

  private mutating func endSteps(of id: TaskID, _ alert: Alert) {
    guard var task = book.tasks[id], task.progress.state == .asking else { return }
    let track = track(of: task)
    var isChanged = false
    while task.progress.state == .asking, isOver(track, task.progress, alert, resident: task.resident) {
      for offer in task.slots.flatMap(\.offers) where offer.state == .sent { withdraw(offer, of: &task) }
      task.progress.step += 1
      task.progress.round = 0
      search(&task)
      isChanged = true
    }
    if isChanged { put(task) }
  }

  /// Whether the step that is asked ends now; what cannot be told goes on.
  private func isOver(
    _ track: Policy.Track, _ progress: TrackProgress, _ alert: Alert, resident: ResidentID?
  ) -> Bool {
    guard progress.step < track.steps.count, let until = track.steps[progress.step].terms?.until else { return false }
    let facts = CaseFacts(alert: alert, resident: resident.flatMap { register.residents[$0] }, now: draft.now)
    return until.holds(facts, onError: false)
  }
}

extension Policy {
  /// The step at which a track stands.
  func step(of progress: TrackProgress) -> Step? {
    tracks.first { $0.id == progress.track }?.step(at: progress.step)
  }
}

extension Policy.Track {
  /// The first step that asks people who go; all steps when only `finally` does.
  var firstFieldStep: Int { steps.firstIndex { $0.ask.isField } ?? steps.count }

  /// The first step that asks staff: those outside are not asked again because somebody let go.
  var firstStepInside: Int { steps.firstIndex { !$0.ask.isOutside } ?? steps.count }
}

extension Policy.Step {
  /// Its turn has come, and it is to be asked; what cannot be told is asked.
  func isAsked(_ facts: CaseFacts) -> Bool {
    if let skipIf, skipIf.holds(facts, onError: false) { return false }
    return terms?.when?.holds(facts, onError: true) ?? true
  }

  /// Channels that may be used; empty = all.
  var channels: [String] { terms?.channels ?? [] }
}

extension Policy.Targets {
  /// The same as moments.
  func moments(from start: Timestamp) -> Alert.Targets {
    Alert.Targets(
      answerBy: answer.map { start + $0 }, firstOfferBy: firstOffer.map { start + $0 },
      acceptBy: accept.map { start + $0 }, arriveBy: arrive.map { start + $0 })
  }
}
