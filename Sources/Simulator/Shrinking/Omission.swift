/// What is left out of a seed's world.
package struct Omission: Sendable, Equatable {
  /// These faults never happen.
  package var faults: [Fault]
  /// Only these events of the script happen; nil = all.
  package var only: Set<Int>?

  /// Nothing is left out.
  package static let none = Omission(faults: [], only: nil)

  /// Leaves out faults and events.
  package init(faults: [Fault] = [], only: Set<Int>? = nil) {
    self.faults = faults
    self.only = only
  }

  func keeps(_ scripted: ScriptedDeed) -> Bool {
    if let only, !only.contains(scripted.number) { return false }
    return scripted.deed.fault.map { !faults.contains($0) } ?? true
  }
}

extension Deed {
  /// The fault that it is; nil for what people do on any day.
  package var fault: Fault? {
    switch self {
    case .press, .story, .desk: nil
    case .shift: .shifts
    case .outage: .outage
    case .slow: .slowStore
    case .kill: .kill
    case .takeover: .epochTaken
    case .freeze: .freeze
    case .clock: .clockStep
    case .split: .split
    case .garbage: .garbage
    }
  }
}
