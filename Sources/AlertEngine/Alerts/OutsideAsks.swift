import AlertRules
import CareModel

/// Asking people outside the centre: by a message to the channel of their choice, else by a call of the desk.
extension EngineCore {
  /// Asks people outside at the step at which a desk track stands; false when nobody is there to be asked, which the
  /// timeline says with its reason.
  mutating func askOutside(
    _ group: OutsideGroup, _ step: Policy.Step, _ progress: TrackProgress, _ alert: inout Alert, at index: Int
  ) -> Bool {
    let asks = outsideAsks(group, step, progress, about: alert)
    guard !asks.isEmpty else { return false }
    alert.asked = Array((alert.asked + asks).suffix(Alert.maximumAsked))
    alert.tracks[index] = progress
    alert.tracks[index].state = .asking
    return true
  }

  /// Asks people outside at the step at which a task's search stands.
  mutating func askOutside(_ group: OutsideGroup, _ step: Policy.Step, for task: inout WorkTask) -> Bool {
    guard let alert = task.alert.flatMap({ book.alerts[$0] }) else { return false }
    var progress = task.progress
    progress.deadline = draft.now + step.timeout
    task.asked = outsideAsks(group, step, progress, about: alert)
    guard !task.asked.isEmpty else { return false }
    task.progress = progress
    return true
  }

  /// The asks of one round, recorded and sent; empty when nobody is there.
  private mutating func outsideAsks(
    _ group: OutsideGroup, _ step: Policy.Step, _ progress: TrackProgress, about alert: Alert
  ) -> [OutsideAsk] {
    let people: [OutsidePerson]
    do throws(NobodyOutside) {
      people = try self.people(group, about: alert)
    } catch {
      record(.alertAskSkipped, alert, text: "\(group.rawValue): \(error.rawValue)")
      return []
    }
    let until = progress.deadline ?? draft.now + step.timeout
    let first = progress.round.multipliedReportingOverflow(by: step.mode.people).partialValue % people.count
    return (0..<min(step.mode.people, people.count)).map { place in
      ask(people[(first + place) % people.count], group, step, progress.track, about: alert, until: until)
    }
  }

  private mutating func ask(
    _ person: OutsidePerson, _ group: OutsideGroup, _ step: Policy.Step, _ track: String, about alert: Alert,
    until: Timestamp
  ) -> OutsideAsk {
    var ask = OutsideAsk(
      track: track, group: group, contact: person.contact, party: person.party, resident: person.resident,
      relation: person.relation, way: .call, at: draft.now, until: until)
    let isAllowed = person.destination.map { step.channels.isEmpty || step.channels.contains($0.channel) } ?? false
    if isAllowed, let destination = person.destination {
      ask.way = .message
      let names = names(of: alert)
      send(
        Notification(
          id: draft.nextID(.notification), district: alert.district, caseKey: alert.caseKey,
          content: .outsideAsked(
            alert.id, group: group, kind: alert.kind, residentName: names.resident, address: names.address),
          route: .channel(destination), alertClass: alert.alertClass, createdAt: draft.now, expiresAt: until))
    }
    record(.alertAsked, alert, text: "\(group.rawValue): \(person.relation) (\(ask.way.rawValue))")
    return ask
  }

  // MARK: what became of an ask

  /// Takes in a call: when everybody of a step was called in vain the next is asked at once; when somebody was reached
  /// the desk has it in hand.
  mutating func note(_ call: Call, on alert: inout Alert) {
    alert.extras.calls += 1
    alert.extras.lastCall = call.outcome
    alert.asked = alert.asked.noting(call)
    let policy = policy(of: alert)
    for index in alert.tracks.indices where alert.tracks[index].state == .asking {
      let asks = alert.asked.filter { $0.track == alert.tracks[index].track }
      guard !asks.isEmpty, let track = policy.tracks.first(where: { $0.id == alert.tracks[index].track }) else {
        continue
      }
      if asks.contains(where: { $0.outcome == .answered }) {
        alert.tracks[index] = TrackProgress(track: track.id, state: .satisfied)
      } else if asks.allSatisfy({ $0.outcome != nil }) {
        advanceDesk(track, at: index, of: &alert)
      }
    }
    for id in book.tasksByAlert[alert.id] ?? [] {
      guard var task = book.tasks[id], !task.asked.isEmpty else { continue }
      task.asked = task.asked.noting(call)
      if task.asked.allSatisfy({ $0.outcome != nil && $0.outcome != .answered }) { advance(&task) }
      put(task)
    }
  }

  /// A track goes on: what it asked before is history.
  func forgetAsks(by track: String, _ alert: inout Alert) {
    guard alert.asked.contains(where: { $0.track == track }) else { return }
    alert.asked.removeAll { $0.track == track }
  }

  /// Nobody outside is asked any more; messages that were not delivered yet are not sent.
  mutating func endAsks(of alert: inout Alert) {
    alert.inhibited = nil
    supersede(alert.asked, of: alert.id)
    alert.asked = []
  }

  /// Messages about these asks that were not delivered yet are not sent.
  mutating func supersede(_ asks: [OutsideAsk], of alert: AlertID) {
    for ask in asks where ask.way == .message {
      let destination =
        ask.contact.flatMap { register.contacts[$0]?.destination }
        ?? ask.party.flatMap { register.parties[$0]?.destination }
      guard let destination else { continue }
      for id in book.waiting(for: .channel(destination)) {
        guard let notification = book.notifications[id], case .outsideAsked(alert, _, _, _, _) = notification.content
        else { continue }
        closeAsSuperseded(notification)
      }
    }
  }
}

extension [OutsideAsk] {
  /// How a call ended, on the asks that it was about.
  fileprivate func noting(_ call: Call) -> [OutsideAsk] {
    map { ask in
      guard ask.outcome != .answered, ask.isCalled(call.party) else { return ask }
      var ask = ask
      ask.outcome = call.outcome
      return ask
    }
  }
}

extension Policy.Mode {
  /// How many people are asked at once.
  fileprivate var people: Int {
    switch self {
    case .oneByOne: 1
    case .nearest(let count): Swift.max(1, Swift.min(count, Alert.maximumAsked))
    case .all: Alert.maximumAsked
    }
  }
}
