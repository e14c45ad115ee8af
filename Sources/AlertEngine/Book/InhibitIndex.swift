import CareModel

/// Which open alerts hold back others, by key, and which are held: found without looking at open alerts.
struct InhibitIndex: Sendable {
  private var sources: [String: [AlertID]] = [:]
  private var held: [AlertID: Set<AlertID>] = [:]

  /// Takes in what became of an alert.
  mutating func replace(_ old: Alert?, with new: Alert?) {
    if let old { remove(old) }
    guard let new, new.state != .resolved else { return }
    for key in new.inhibitKeys { sources[key, default: []].append(new.id) }
    if let inhibited = new.inhibited { held[inhibited.source, default: []].insert(new.id) }
  }

  /// An open alert that holds back others under a key, the first that came.
  func source(_ key: String, except id: AlertID) -> AlertID? { sources[key]?.filter { $0 != id }.min() }

  /// What an alert holds, in the order of the ids.
  func held(by source: AlertID) -> [AlertID] { held[source]?.sorted() ?? [] }

  private mutating func remove(_ alert: Alert) {
    guard alert.state != .resolved else { return }
    for key in alert.inhibitKeys {
      sources[key]?.removeAll { $0 == alert.id }
      if sources[key]?.isEmpty == true { sources[key] = nil }
    }
    guard let inhibited = alert.inhibited else { return }
    held[inhibited.source]?.remove(alert.id)
    if held[inhibited.source]?.isEmpty == true { held[inhibited.source] = nil }
  }
}
