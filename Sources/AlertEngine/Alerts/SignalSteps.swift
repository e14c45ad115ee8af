import AlertRules
import CareModel

/// From a signal to the alert it opens or joins.
extension EngineCore {
  mutating func receive(_ signal: Signal) {
    if recognisedAsRepeat(signal) { return }
    var signal = signal
    markWrongClock(&signal)
    let subject = settleSubject(of: &signal)
    let facts = RuleFacts(
      signal: signal, device: subject.device, resident: subject.resident, dwelling: subject.dwelling,
      hospitalSince: subject.resident.flatMap { book.hospitalSince($0.id) }, now: draft.now)
    var decision = rules.decide(facts)
    let failed = decision.failing.isEmpty ? nil : collapse(&decision)
    let holders = hold(&decision, of: signal, subject)
    keep(signal, subject: subject, decision: decision)
    noteHeld(signal, by: holders, subject)
    if let route = decision.alert { apply(route, decision, to: signal, subject: failed ?? subject) }
    if signal.hospital != nil, let resident = subject.resident { mergeStay(signal, resident: resident) }
    if draft.signal?.alert == nil, signal.kind == .unknown || signal.kind.group == .hospital {
      noteKept(signal)
    }
    correlate(signal, facts, subject)
    draft.acknowledgement = .accepted(Receipt(signal: draft.signal?.id, alert: draft.signal?.alert))
  }

  /// Answers a second copy like the first: after all that it may rest on is durable.
  private mutating func recognisedAsRepeat(_ signal: Signal) -> Bool {
    switch signal.repeatKey {
    case .message(let id, _):
      guard let first = repeats.find(MessageDigest(source: signal.source, id: id), at: draft.now) else { return false }
      draft.acknowledgement = .accepted(Receipt(signal: first.signal, isRepeat: true))
      return true
    case .whileUnacknowledged(let fingerprint):
      if let first = unacknowledged[fingerprint], draft.now - first <= settings.unacknowledgedWindow {
        draft.acknowledgement = .accepted(Receipt(isRepeat: true))
        return true
      }
      unacknowledged[fingerprint] = draft.now
      return false
    case nil: return false
    }
  }

  private func markWrongClock(_ signal: inout Signal) {
    guard let occurredAt = signal.occurredAt, signal.kind.group != .hospital else { return }
    let isOff =
      occurredAt > draft.now + settings.clockTolerance || occurredAt < draft.now - settings.clockTolerance
    if isOff, !signal.oddities.contains(.wrongClock) { signal.oddities.append(.wrongClock) }
  }

  mutating func keep(_ signal: Signal, subject: SignalSubject, decision: RoutingDecision) {
    var stored = StoredSignal(
      id: draft.nextID(.signal), district: subject.district, receivedAt: draft.now, signal: signal,
      ruleSetHash: rules.hash)
    stored.resident = subject.resident?.id
    stored.dwelling = subject.dwelling?.id
    stored.alertClass = decision.alertClass
    stored.reason = decision.reason
    if subject.isStranger {
      stored.signal.raw = []
      stored.signal.hospital = nil
    }
    if case .message(let id, let window) = signal.repeatKey {
      let message = RememberedMessage(
        digest: MessageDigest(source: signal.source, id: id), signal: stored.id, until: draft.now + window)
      repeats.remember(message, at: draft.now)
      stored.remembered = message
    }
    draft.signal = stored
  }

  private mutating func noteKept(_ signal: Signal) {
    guard let stored = draft.signal else { return }
    draft.events.append(
      CareEvent(
        kind: .signalKept, at: draft.now, district: stored.district, caseKey: caseKey(of: stored),
        subject: .signal(stored.id, kind: signal.kind, serial: signal.source.serial, oddities: signal.oddities)))
  }

  private func caseKey(of stored: StoredSignal) -> CaseKey {
    if let resident = stored.resident { return .resident(resident) }
    if let dwelling = stored.dwelling { return .dwelling(dwelling) }
    if let serial = stored.signal.source.serial { return .device(serial: serial) }
    return .source(stored.signal.source.feed.rawValue + ":" + stored.signal.source.sender)
  }

  mutating func apply(
    _ route: AlertRoute, _ decision: RoutingDecision, to signal: Signal, subject: SignalSubject
  ) {
    let key = subject.alertKey(route.key)
    if let id = book.alertByKey[key], let alert = book.alerts[id] {
      if alert.state != .resolved { return join(alert, route, decision, signal) }
      if route.isJoinOnly { return }
      if let resolution = alert.resolution, resolution.at + alert.window > draft.now {
        return reopenBySignal(alert, route, decision, signal)
      }
    }
    if !route.isJoinOnly { open(key: key, route, decision, signal, subject) }
  }

  private mutating func open(
    key: String, _ route: AlertRoute, _ decision: RoutingDecision, _ signal: Signal, _ subject: SignalSubject
  ) {
    var alert = Alert(
      id: draft.nextID(.alert), district: subject.district, caseKey: subject.caseKey, key: key,
      alertClass: decision.alertClass, severity: decision.severity, kind: signal.kind,
      resident: subject.resident?.id, dwelling: subject.dwelling?.id,
      serial: subject.isOfRule ? nil : signal.source.serial,
      openedAt: draft.now, window: route.window, policy: route.policy, ruleSetHash: rules.hash,
      reason: decision.reason, tracks: [], oddities: signal.oddities)
    alert.hospitalSince = subject.resident.flatMap { book.hospitalSince($0.id) }
    alert.suspended = suspensionToShow(on: alert)
    if !decision.labels.isEmpty { alert.labels = decision.labels }
    draft.signal?.alert = alert.id
    record(.alertOpened, alert)
    // What follows from several signals, or from none, was not asked for by a device.
    if !draft.isEmitting { tellDevice(alert, .received) }
    put(alert)
    if !hold(&alert, by: route.inhibits) { startTracks(&alert) }
    put(alert)
  }

  private mutating func join(
    _ existing: Alert, _ route: AlertRoute, _ decision: RoutingDecision, _ signal: Signal
  ) {
    var alert = existing
    draft.signal?.alert = alert.id
    alert.lastSignalAt = draft.now
    if !route.isJoinOnly { alert.signalCount += 1 }
    alert.alertClass = max(alert.alertClass, route.isJoinOnly ? .service : decision.alertClass)
    alert.severity = max(alert.severity, decision.severity)
    for oddity in signal.oddities where !alert.oddities.contains(oddity) { alert.oddities.append(oddity) }
    let isRaised = !route.isJoinOnly && countsAsRaise(&alert, raiseAt: route.raiseAt)
    if isRaised { alert.raisedCount += 1 }
    record(isRaised ? .alertRaised : .alertJoined, alert, text: signal.kind.rawValue)
    if !decision.labels.isEmpty { AlertLabel.merge(decision.labels, into: &alert.labels) }
    if !follow(route.inhibits, &alert), !route.isJoinOnly, decision.alertClass == .life {
      reachSomebody(&alert, signal)
    }
    startTracksThatBecameDue(&alert)
    put(alert)
    if route.isEnding { settle(alert, cause: .restored) }
  }

  /// Counts the signals of a burst; true when this one is the one that raises.
  private func countsAsRaise(_ alert: inout Alert, raiseAt: Int?) -> Bool {
    if draft.now - alert.burstStartedAt <= alert.window {
      alert.burstCount += 1
    } else {
      alert.burstStartedAt = draft.now
      alert.burstCount = 1
    }
    guard let raiseAt, raiseAt > 1 else { return false }
    return alert.burstCount % raiseAt == 0
  }

  /// A joining life signal always reaches a person (architecture, section 5): whoever has the task or is being asked
  /// is told, and the desk is asked anew; with nobody on the way the alert goes back to the queue, and a search that
  /// has nobody left to wait for begins again.
  private mutating func reachSomebody(_ alert: inout Alert, _ signal: Signal) {
    let tasks = (book.tasksByAlert[alert.id] ?? []).compactMap { book.tasks[$0] }
    for offer in tasks.flatMap({ $0.slots.flatMap(\.offers) }) {
      notifyStaff(
        offer.staff, .signalJoined(alert.id, offer.task, kind: signal.kind), caseKey: alert.caseKey,
        district: alert.district, alertClass: .life, expiresAt: draft.now + settings.statusUsefulness)
    }
    let isServed = tasks.contains { !$0.acceptedOffers.isEmpty }
    if !isServed, alert.holder != nil {
      giveBack(&alert)
      record(.alertReleased, alert, text: signal.kind.rawValue)
    } else if alert.holder == nil {
      ringAgain(about: alert)
    }
    guard !isServed else { return }
    for task in tasks { searchAnew(task) }
    restartFieldTracks(&alert)
  }

  private mutating func reopenBySignal(
    _ existing: Alert, _ route: AlertRoute, _ decision: RoutingDecision, _ signal: Signal
  ) {
    var alert = existing
    draft.signal?.alert = alert.id
    alert.lastSignalAt = draft.now
    alert.signalCount += 1
    alert.alertClass = max(alert.alertClass, decision.alertClass)
    alert.severity = max(alert.severity, decision.severity)
    if !decision.labels.isEmpty { AlertLabel.merge(decision.labels, into: &alert.labels) }
    reopen(&alert, text: signal.kind.rawValue, inhibits: route.inhibits)
  }
}
