import AlertEngine
import CareModel
import Testing

extension Bench {
  static let home = DwellingID(high: 1, low: 2)
  static let spouse = ResidentID(high: 1, low: 9)
  /// A device that serves the home and nobody in particular.
  static let homeDevice = "H1"

  /// Adds the device of the home and, if asked for, a second person in it.
  mutating func furnish(withSpouse: Bool) {
    var changes: [RegisterChange] = [
      .device(Device(serial: Self.homeDevice, dwelling: Self.home, resident: nil, district: 1))
    ]
    if withSpouse {
      changes.append(.resident(Resident(id: Self.spouse, district: 1, dwelling: Self.home, name: "spouse")))
    }
    step(.referenceChanged(changes))
  }

  /// Suspends somebody from now on, or later.
  @discardableResult
  mutating func suspend(
    _ holds: Suspension.Holds = .all, _ resident: ResidentID = resident, in lead: TimeSpan = .zero,
    for length: TimeSpan = .hours(240), owner: StaffID = colleague
  ) -> SuspensionID? {
    let from = now + lead
    let answer = act(
      .suspend(
        OperatorAction.NewSuspension(
          resident: resident, holds: holds, reason: "at the daughter's", owner: owner,
          from: lead == .zero ? nil : from, until: from + length)))
    guard case .accepted(let receipt) = answer else { return nil }
    return receipt.suspension
  }

  /// The same, where it must not be refused.
  mutating func suspended(
    _ holds: Suspension.Holds = .all, _ resident: ResidentID = resident, in lead: TimeSpan = .zero,
    for length: TimeSpan = .hours(240)
  ) throws -> SuspensionID {
    let id = suspend(holds, resident, in: lead, for: length)
    return try #require(id)
  }

  var suspensions: [Suspension] { core.openWork.suspensions }

  /// The words of the entries about suspensions so far.
  var suspensionWords: [String] {
    events.filter { $0.kind == .suspensionChanged }.compactMap(\.text)
  }
}
