import AlertRules
import CareModel

/// What a suspension holds back, and what open alerts show of it.
extension EngineCore {
  /// Takes away the alert of a signal that is held. A signal of class `life` never is, nor one that no suspension
  /// names; the signal itself is kept with the reason.
  ///
  /// - Returns: the suspensions that hold it, one a person; empty when it passes.
  func hold(_ decision: inout RoutingDecision, of signal: Signal, _ subject: SignalSubject) -> [Suspension] {
    guard decision.alertClass != .life else { return [] }
    let holders = holders(of: signal.kind, subject)
    guard !holders.isEmpty else { return [] }
    decision.alert = nil
    decision.reason = Self.heldBy(holders) + "; " + decision.reason
    return holders
  }

  /// Says on the timeline that a signal was held.
  mutating func noteHeld(_ signal: Signal, by holders: [Suspension], _ subject: SignalSubject) {
    guard !holders.isEmpty, let stored = draft.signal else { return }
    draft.events.append(
      CareEvent(
        kind: .signalHeld, at: draft.now, district: stored.district, caseKey: subject.caseKey,
        subject: .signal(
          stored.id, kind: signal.kind, serial: signal.source.serial, oddities: signal.oddities),
        text: Self.heldBy(holders)))
  }

  private static func heldBy(_ holders: [Suspension]) -> String {
    "held by suspension " + holders.map(\.id.description).joined(separator: ", ")
  }

  /// The suspensions that hold a kind: of the device's own person, or, for a device that serves a home, of everybody
  /// who lives there; one person at home who is not suspended is enough for the signal to pass.
  private func holders(of kind: SignalKind, _ subject: SignalSubject) -> [Suspension] {
    var holders: [Suspension] = []
    for person in people(resident: subject.resident?.id, dwelling: subject.dwelling?.id) {
      let running = suspensions.running(person, at: draft.now)
      guard let holder = running.first(where: { $0.holds.includes(kind) }) else { return [] }
      holders.append(holder)
    }
    return holders
  }

  /// The one person, or everybody at home.
  private func people(resident: ResidentID?, dwelling: DwellingID?) -> [ResidentID] {
    if let resident { return [resident] }
    return dwelling.flatMap { register.residentsByDwelling[$0] } ?? []
  }

  /// What an alert shows: the suspension of its person; of a home where everybody is suspended, the one that came last.
  func suspensionToShow(on alert: Alert) -> Alert.Suspended? {
    var shown: Suspension?
    for person in people(resident: alert.resident, dwelling: alert.dwelling) {
      guard let running = suspensions.running(person, at: draft.now).first else { return nil }
      shown = [shown, running].compactMap { $0 }.max { ($0.from, $0.id) < ($1.from, $1.id) }
    }
    return shown.map { Alert.Suspended($0) }
  }

  /// Open alerts of the person, and of the home where nobody is settled, show what became of a suspension.
  mutating func showSuspension(of resident: ResidentID) {
    let dwelling = register.residents[resident]?.dwelling
    let ofHome = (dwelling.flatMap { book.alertsByDwelling[$0] } ?? []).filter { book.alerts[$0]?.resident == nil }
    for id in (book.alertsByResident[resident] ?? []) + ofHome {
      guard var alert = book.alerts[id], alert.state != .resolved else { continue }
      let shown = suspensionToShow(on: alert)
      guard alert.suspended != shown else { continue }
      alert.suspended = shown
      put(alert)
    }
  }
}
