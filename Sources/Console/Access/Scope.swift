import CareModel
import EngineHost

extension Account {
  /// Whether rows of this district are for this account; what has no district yet is for everybody's eyes.
  func sees(_ district: DistrictID) -> Bool {
    districts.isEmpty || district == 0 || districts.contains(district)
  }
}

extension WorkTask {
  /// Whether this person has been asked for it, or has it.
  func concerns(_ staff: StaffID) -> Bool {
    slots.contains { $0.offers.contains { $0.staff == staff } }
  }

  /// The offer by which this person has a place in the crew.
  func accepted(by staff: StaffID) -> Offer? {
    slots.lazy.compactMap(\.accepted).first { $0.staff == staff }
  }
}
