import AlertRules
import CareModel

/// Alerts that another open alert explains: kept and shown, and nobody is asked until that one is resolved.
extension EngineCore {
  /// Notes what an alert holds back, and holds it back when an open alert explains it.
  ///
  /// - Returns: whether it is held; its tracks do not start then.
  mutating func hold(_ alert: inout Alert, by inhibits: AlertRoute.Inhibits?) -> Bool {
    guard inhibits != nil || alert.hasExtras else { return false }
    alert.inhibited = nil
    note(inhibits?.sourceKeys ?? [], on: &alert)
    for target in inhibits?.targets ?? [] {
      guard let source = book.inhibits.source(target.key, except: alert.id) else { continue }
      alert.tracks = []
      alert.inhibited = Alert.Inhibited(
        rule: target.rule, key: target.key, source: source, since: draft.now,
        reviewAt: draft.now + settings.inhibitReview)
      record(.alertInhibited, alert, text: "\(target.rule): \(source)")
      return true
    }
    return false
  }

  /// Notes what a joining signal says: it may hold back others from now on, and what became one of class life is
  /// held no longer, unless its person's override says so.
  ///
  /// - Returns: whether asking has begun.
  mutating func follow(_ inhibits: AlertRoute.Inhibits?, _ alert: inout Alert) -> Bool {
    guard inhibits != nil || alert.hasExtras else { return false }
    note(inhibits?.sourceKeys ?? [], on: &alert)
    guard alert.alertClass == .life, let inhibited = alert.inhibited,
      inhibits?.targets.contains(where: { $0.rule == inhibited.rule }) != true
    else { return false }
    lift(&alert, text: "life")
    return true
  }

  private func note(_ keys: [String], on alert: inout Alert) {
    for key in keys where !alert.inhibitKeys.contains(key) && alert.inhibitKeys.count < Alert.maximumInhibitKeys {
      alert.inhibitKeys.append(key)
    }
  }

  /// Asking begins.
  mutating func lift(_ alert: inout Alert, text: String) {
    alert.inhibited = nil
    record(.alertReleasedFromInhibit, alert, text: text)
    put(alert)
    startTracks(&alert)
  }

  /// Looks whether an alert is still explained, when its source was resolved and from time to time.
  mutating func review(_ alert: inout Alert, _ inhibited: Alert.Inhibited) {
    if let source = book.inhibits.source(inhibited.key, except: alert.id) {
      alert.inhibited?.source = source
      alert.inhibited?.reviewAt = draft.now + settings.inhibitReview
    } else {
      lift(&alert, text: "sourceResolved")
    }
    put(alert)
  }

  /// What a resolved alert held is looked at at once, each in a commit of its own.
  mutating func releaseHeld(by source: AlertID) {
    for id in book.inhibits.held(by: source) { deadlines.set(.alert(id), latest) }
  }
}
