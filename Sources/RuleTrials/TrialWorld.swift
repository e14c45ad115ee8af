import AlertEngine
import AlertRules
import CareModel

/// The people and homes around the written signals of a test: the homes that the signals speak of, and a centre with
/// enough staff of every role on duty.
struct TrialWorld {
  /// People of each role on duty.
  static let staffPerRole = 3
  /// How long before and after the beginning they are.
  static let shiftSpan = TimeSpan.hours(24 * 40)

  private(set) var register = RegisterBook()
  private(set) var stays: [Stay] = []
  /// Devices that send signs of life are watched.
  let isSupervised: Bool

  init(_ given: [RuleTrial.Given], start: Timestamp) {
    isSupervised = given.contains { $0.facts.signal.kind.group == .supervision }
    for entry in given.reversed() { put(entry.facts) }
    for entry in given { putDevice(entry.facts) }
    for role in StaffRole.allCases { putStaff(role, start) }
  }

  private mutating func put(_ facts: RuleFacts) {
    if let dwelling = facts.dwelling { register.apply(.dwelling(dwelling)) }
    guard let resident = facts.resident else { return }
    register.apply(.resident(Self.known(resident)))
    guard let since = facts.hospitalSince, !stays.contains(where: { $0.resident == resident.id }) else { return }
    var stay = Stay(
      id: StayID(high: 9, low: resident.id.low), district: resident.district, caseKey: .resident(resident.id),
      resident: resident.id, hospitalCode: "test", visitNumber: "test", knownAt: since)
    stay.admittedAt = since
    stay.admissionEventAt = since
    stays.append(stay)
  }

  private mutating func putDevice(_ facts: RuleFacts) {
    guard let device = facts.device else { return }
    guard device.resident != nil || register.devices[device.serial] == nil else { return }
    register.apply(.device(device))
  }

  private mutating func putStaff(_ role: StaffRole, _ start: Timestamp) {
    let place = UInt64(StaffRole.allCases.firstIndex(of: role) ?? 0)
    for number in 0..<UInt64(Self.staffPerRole) {
      let id = StaffID(high: 5, low: place << 8 | number)
      register.apply(.staff(StaffMember(id: id, name: "test", roles: [role])))
      register.apply(
        .shift(
          Shift(
            id: ShiftID(high: 6, low: place << 8 | number), staff: id, role: role, from: start - Self.shiftSpan,
            until: start + Self.shiftSpan)))
    }
  }

  /// A resident whom hospitals know, so that a written hospital message finds its person.
  static func known(_ resident: Resident) -> Resident {
    var resident = resident
    if resident.identifiers.isEmpty { resident.identifiers = [identifier(of: resident)] }
    return resident
  }

  /// The number by which a test's hospital knows a resident.
  static func identifier(of resident: Resident) -> PatientIdentifier {
    PatientIdentifier(kind: .hospitalNumber, authority: "test", value: resident.id.description)
  }
}
