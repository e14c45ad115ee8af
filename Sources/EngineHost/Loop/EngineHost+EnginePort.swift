import AlertEngine
import CareModel
import FeedSession
import Synchronization

extension EngineHost: EnginePort {
  package func offer(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) {
    let answer = metrics.counted(signal.kind.group, parts.clock, answer)
    switch signal.kind.group {
    case .supervision: heard(signal, answer: answer)
    case .telemetry:
      // Of a kind that some rule waits for it moves that rule, in one commit with its own row.
      guard correlatedKinds.withLock({ $0.contains(signal.kind) }) else {
        return keepTelemetry(signal, answer: answer)
      }
      offerCorrelated(signal, answer: answer)
    case .alarm, .technical, .request, .hospital, .unknown:
      noteSign(of: signal)
      post({ .signalReceived($0, signal) }) { answer($0.outcome) }
    }
  }

  package func offer(_ message: StaffAnswerMessage, answer settled: @escaping @Sendable (DeliveryOutcome) -> Void) {
    post({ .staffAnswered($0, message) }) { settled($0.outcome) }
  }

  package func act(_ action: OperatorAction, by staff: StaffID, id: InputID?) async -> Acknowledgement {
    if case .reopen(let alert, _) = action, readModel.alert(alert) == nil { await loadCase(of: alert) }
    return await withCheckedContinuation { continuation in
      post({ .operatorActed(id ?? $0, action, by: staff) }) { continuation.resume(returning: $0) }
    }
  }

  package func authenticate(_ presented: Credentials) -> Principal? { credentials.principal(for: presented) }

  /// The device that a verified certificate names, by the first of its names that is a registered serial.
  package func principal(namedBy names: [String]) -> Principal? {
    names.first { readModel.device($0) != nil }.map { .device(serial: $0) }
  }

  package func connected(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID {
    let peer = peers.connect(principal, send: send)
    if let route = principal.route { loop.post(.news(.recipientOnline(route))) }
    return peer
  }

  package func disconnected(_ peer: PeerID) { peers.disconnect(peer) }

  package func downlinkReported(_ token: DownlinkToken, isDelivered: Bool) {
    peers.report(token, isDelivered: isDelivered)
  }

  /// Steps an input with a new id; a full mailbox is answered at once.
  private func post(_ makeInput: (InputID) -> Input, answer: @escaping EngineLoop.Answer) {
    let now = parts.clock.now()
    let input = makeInput(ids.next(at: now))
    if !loop.post(.input(input, at: now, answer: answer)) { answer(.unavailable) }
  }

  /// A sign of life: supervision is in memory, the answer comes at once.
  private func heard(_ signal: Signal, answer: (DeliveryOutcome) -> Void) {
    noteSign(of: signal)
    answer(.accepted)
  }

  /// Whatever a registered device sends says that it is there; for the engine, and written in batches for a restart.
  private func noteSign(of signal: Signal) {
    guard let serial = signal.source.serial, signal.source.feed != .console, signal.kind != .lineLost,
      readModel.device(serial) != nil
    else { return }
    let now = parts.clock.now()
    parts.telemetry.heard([(serial, now, signal.batteryPercent)])
    // Other signals come to the engine themselves.
    guard [.supervision, .telemetry].contains(signal.kind.group) else { return }
    loop.heard(HeardDevice(serial: serial, at: now, batteryPercent: signal.batteryPercent))
  }

  /// Telemetry on the way of the alarms: it is turned back long before an alarm would be, and its sender keeps it.
  private func offerCorrelated(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) {
    guard loop.mailbox.withLock({ $0.count }) < Self.maximumCorrelatedWaiting else { return answer(.unavailable) }
    let now = parts.clock.now()
    // Motion is one row a minute here too; a second copy goes on to the engine, which knows the first.
    guard case .write = telemetryGate.withLock({ $0.admit(signal, at: now, input: ids.next(at: now)) }) else {
      noteSign(of: signal)
      passedOver.add(1, ordering: .relaxed)
      return answer(.accepted)
    }
    let isKnown = signal.source.serial.map { readModel.device($0) != nil } ?? false
    if isKnown, let serial = signal.source.serial {
      parts.telemetry.heard([(serial, now, signal.batteryPercent)])
    }
    post({ .signalReceived($0, signal) }) { [weak self] acknowledgement in
      if acknowledgement == .unavailable { self?.telemetryGate.withLock { $0.failed(signal, receivedAt: now) } }
      answer(acknowledgement.outcome)
    }
  }

  /// Inputs that may wait for the loop before telemetry that rules read is turned back.
  package static var maximumCorrelatedWaiting: Int { 10_000 }

  private func keepTelemetry(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) {
    let now = parts.clock.now()
    noteSign(of: signal)
    let decision = telemetryGate.withLock { $0.admit(signal, at: now, input: ids.next(at: now)) }
    guard case .write(let id, let receivedAt, let isPossibleRepeat) = decision else {
      passedOver.add(1, ordering: .relaxed)
      return answer(.accepted)
    }
    let device = signal.source.serial.flatMap { readModel.device($0) }
    var stored = StoredSignal(
      id: id, district: device?.district ?? 0, receivedAt: receivedAt, signal: signal, ruleSetHash: "")
    stored.resident = device?.resident
    stored.dwelling = device?.dwelling
    if device == nil { stored.signal.oddities.append(.unknownDevice) }
    parts.telemetry.write(stored, isPossibleRepeat: isPossibleRepeat) { [weak self] isWritten in
      if !isWritten { self?.telemetryGate.withLock { $0.failed(signal, receivedAt: receivedAt) } }
      answer(isWritten ? .accepted : .unavailable)
    }
  }

  /// Brings an alert that left memory back into it, so that it can be reopened.
  private func loadCase(of alert: AlertID) async {
    guard let snapshot = try? await parts.store.loadCase(of: alert, now: parts.clock.now()) else { return }
    if let recalled = snapshot.alerts.first(where: { $0.id == alert }) { readModel.recall(recalled) }
    loop.post(.news(.casesLoaded(snapshot)))
  }
}

extension Acknowledgement {
  /// What a feed's session hears: a refusal is an answer, so the sender need not send again.
  fileprivate var outcome: DeliveryOutcome {
    switch self {
    case .accepted, .refused: .accepted
    case .unavailable: .unavailable
    }
  }
}

extension Principal {
  /// The route of notifications to this peer.
  var route: Notification.Route? {
    switch self {
    case .device(let serial): .device(serial: serial)
    case .staff(let id): .staffPhone(id)
    case .hospital, .anonymous: nil
    }
  }
}
