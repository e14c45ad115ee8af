import AlertRules
import CareModel

/// What an instance says is a signal of the engine: it is classified, alerts and is routed like any other, in the
/// commit that caused it.
extension EngineCore {
  mutating func emit(
    _ rule: CorrelationRule, _ key: CorrelationKey, _ emission: CorrelationEmission, _ about: CorrelationSubject,
    note: String? = nil
  ) {
    let isLate = emission.at < correlations.hearingSince || draft.now - emission.at > settings.supervision.blindAfter
    let source = SignalSource(feed: .engine, sender: about.sender, serial: about.serial)
    var text = "rule \(rule.id), key \(key.key)"
    if let note { text += ", " + note }
    let signal = Signal(
      source: source, kind: rule.emit.kind, occurredAt: emission.at, value: emission.value,
      oddities: isLate ? [.late] : [], raw: Array(text.utf8))
    var reason = "correlate: \(rule.id)"
    if isLate { reason += ", \((draft.now - emission.at).wholeSeconds) s late" }
    if let note { reason += ", " + note }
    file(signal, settled(about, source), floor: rule.emit, reason: reason)
  }

  /// Says that a rule fails or is full, at most once in ten minutes, as an alert of the rule's own class.
  mutating func tell(_ rule: CorrelationRule, _ what: String, district: DistrictID) {
    guard correlations.tellsRule(rule.id, at: draft.now) else { return }
    let source = SignalSource(feed: .engine, sender: "rule:" + rule.id)
    let signal = Signal(
      source: source, kind: rule.emit.kind, occurredAt: draft.now, raw: Array("rule \(rule.id) \(what)".utf8))
    let subject = SignalSubject(district: district, caseKey: .source("engine:" + source.sender))
    file(signal, subject, floor: rule.emit, reason: "correlate: \(rule.id) \(what)")
  }

  /// Decides about a signal of ours and keeps it beside the one that is being stepped.
  private mutating func file(
    _ signal: Signal, _ subject: SignalSubject, floor: CorrelateDefinition.Emit, reason: String
  ) {
    let outer = draft.signal
    draft.signal = nil
    draft.isEmitting = true
    var facts = RuleFacts(
      signal: signal, device: subject.device, resident: subject.resident, dwelling: subject.dwelling,
      hospitalSince: subject.resident.flatMap { book.hospitalSince($0.id) }, now: draft.now)
    facts.floor = floor
    var decision = rules.decide(facts)
    decision.reason = reason + "; " + decision.reason
    let holders = hold(&decision, of: signal, subject)
    keep(signal, subject: subject, decision: decision)
    noteHeld(signal, by: holders, subject)
    if let route = decision.alert { apply(route, decision, to: signal, subject: subject) }
    if let emitted = draft.signal { draft.emissions.append(emitted) }
    draft.isEmitting = false
    draft.signal = outer
  }

  /// The subject of an instance as the register knows it now.
  func settled(_ about: CorrelationSubject, _ source: SignalSource) -> SignalSubject {
    let device = about.serial.flatMap { register.devices[$0] }
    let resident = about.resident.flatMap { register.residents[$0] }
    let dwelling = about.dwelling.flatMap { register.dwellings[$0] }
    var caseKey = CaseKey.source("engine:" + source.sender)
    if let resident {
      caseKey = .resident(resident.id)
    } else if let dwelling {
      caseKey = .dwelling(dwelling.id)
    } else if let serial = about.serial {
      caseKey = .device(serial: serial)
    }
    return SignalSubject(
      device: device, resident: resident, dwelling: dwelling,
      district: resident?.district ?? dwelling?.district ?? about.district, caseKey: caseKey)
  }
}
