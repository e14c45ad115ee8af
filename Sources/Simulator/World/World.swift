import CareModel

/// The register of a run: homes with residents and devices, staff with shifts, a hospital of each population.
struct World {
  /// A device and what is printed on it.
  struct Home {
    var serial: String
    var resident: ResidentID
    var patientNumber: String
  }

  private(set) var homes: [Home] = []
  private(set) var fieldStaff: [StaffID] = []
  private(set) var desk: [StaffID] = []
  /// Every change so far, in order: what a new engine is told first.
  private(set) var register: [RegisterChange] = []
  private var shifts = 0

  static let hospitals = ["H1", "H2"]
  static let start = Timestamp(seconds: 1_795_392_000)

  init(_ parameters: SimulationParameters, random: inout SeededRandom) {
    register = [
      .hospital(Hospital(code: "H1", name: "one", population: .filtered)),
      .hospital(Hospital(code: "H2", name: "two", population: .whole)),
      .party(
        Party(id: PartyID(high: 6, low: 1), kind: .unit, name: "unit", destination: Self.destination("unit"))),
      .party(Party(id: PartyID(high: 6, low: 2), kind: .doctorTeam, name: "team", destination: nil)),
    ]
    for number in 0..<parameters.devices { addHome(number, random: &random) }
    for number in 0..<parameters.staff { addStaff(number, random: &random) }
    for number in 0..<parameters.dispatchers {
      let id = StaffID(high: 8, low: UInt64(number + 1))
      desk.append(id)
      let roles: [StaffRole] = number == 0 ? [.desk, .shiftLeader, .dutyChief] : [.desk]
      register.append(.staff(StaffMember(id: id, name: "desk", roles: roles)))
      addShift(id, .desk, from: Self.start, lasting: .hours(24 * 30))
    }
    addShift(StaffID(high: 8, low: 1), .shiftLeader, from: Self.start, lasting: .hours(24 * 30))
  }

  private mutating func addHome(_ number: Int, random: inout SeededRandom) {
    let low = UInt64(number + 1)
    let home = Home(
      serial: "D\(number)", resident: ResidentID(high: 3, low: low), patientNumber: "P\(number)")
    let dwelling = DwellingID(high: 4, low: low)
    let district = DistrictID(1 + number % 2)
    let identifiers = Self.hospitals.map {
      PatientIdentifier(kind: .hospitalNumber, authority: $0, value: home.patientNumber)
    }
    register.append(
      .dwelling(
        Dwelling(
          id: dwelling, district: district, address: "home \(number)",
          position: Position(latitude: 31.3, longitude: 120.6 + Double(number) / 100))))
    register.append(
      .resident(
        Resident(
          id: home.resident, district: district, dwelling: dwelling, name: "resident \(number)",
          risk: random.below(6), canSpeak: !random.happens(200), unit: PartyID(high: 6, low: 1),
          doctorTeam: PartyID(high: 6, low: 2), identifiers: identifiers)))
    register.append(
      .contact(
        Contact(
          id: ContactID(high: 5, low: low), resident: home.resident, name: "daughter", relation: "daughter",
          phone: "1", order: 1, mayBeTold: true, destination: Self.destination("family\(number)"))))
    // One device in eight is in no register.
    if number % 8 != 7 {
      register.append(
        .device(Device(serial: home.serial, dwelling: dwelling, resident: home.resident, district: district)))
    }
    homes.append(home)
  }

  private mutating func addStaff(_ number: Int, random: inout SeededRandom) {
    let id = StaffID(high: 7, low: UInt64(number + 1))
    let role: StaffRole = number % 3 == 2 ? .carer : .responder
    fieldStaff.append(id)
    register.append(
      .staff(
        StaffMember(
          id: id, name: "staff", roles: [role], districts: number % 4 == 3 ? [1] : [],
          position: Position(latitude: 31.3, longitude: 120.6 + Double(random.below(20)) / 100),
          positionAt: Self.start, destination: number % 2 == 0 ? Self.destination("staff\(number)") : nil)))
    addShift(id, role, from: Self.start, lasting: random.span(.minutes(30), .hours(12)))
  }

  /// A new shift for somebody in the field.
  mutating func changeShifts(at now: Timestamp, random: inout SeededRandom) -> [RegisterChange] {
    guard let staff = random.pick(fieldStaff) else { return [] }
    let known = register.count
    let role: StaffRole = (staff.low - 1) % 3 == 2 ? .carer : .responder
    addShift(staff, role, from: now, lasting: random.span(.minutes(20), .hours(4)))
    return Array(register[known...])
  }

  /// Everybody is on duty from now on, for the end of a run.
  mutating func putEverybodyOnDuty(at now: Timestamp) -> [RegisterChange] {
    let known = register.count
    for staff in fieldStaff {
      addShift(staff, .responder, from: now, lasting: .hours(48))
      addShift(staff, .carer, from: now, lasting: .hours(48))
    }
    return Array(register[known...])
  }

  private mutating func addShift(
    _ staff: StaffID, _ role: StaffRole, from: Timestamp, lasting span: TimeSpan
  ) {
    shifts += 1
    register.append(
      .shift(
        Shift(id: ShiftID(high: 9, low: UInt64(shifts)), staff: staff, role: role, from: from, until: from + span)))
  }

  private static func destination(_ name: String) -> Destination {
    Destination(channel: "webhook", address: name)
  }
}
