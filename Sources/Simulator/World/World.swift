import CareModel

/// The register of a run: homes with residents and devices, staff with shifts, a hospital of each population.
struct World {
  /// A device and what is printed on it.
  struct Home {
    var serial: String
    var resident: ResidentID
    var patientNumber: String
    var district: DistrictID
  }

  private(set) var homes: [Home] = []
  private(set) var fieldStaff: [StaffID] = []
  private(set) var desk: [StaffID] = []
  /// Every change so far, in order: what a new engine is told first.
  private(set) var register: [RegisterChange] = []
  private var shifts = 0

  /// The codes of the hospitals that send.
  let hospitals: [String]
  static let start = Timestamp(seconds: 1_795_392_000)

  init(_ parameters: SimulationParameters, random: inout SeededRandom) {
    hospitals = (0..<parameters.hospitals).map { "H\($0 + 1)" }
    register = hospitals.enumerated().map { index, code in
      .hospital(Hospital(code: code, name: code, population: index % 2 == 0 ? .filtered : .whole))
    }
    register += [
      .party(
        Party(id: PartyID(high: 6, low: 1), kind: .unit, name: "unit", destination: Self.destination("unit"))),
      .party(Party(id: PartyID(high: 6, low: 2), kind: .doctorTeam, name: "team", destination: nil)),
    ]
    for number in 0..<parameters.devices { addHome(number, parameters, random: &random) }
    for number in 0..<parameters.staff { addStaff(number, parameters, random: &random) }
    for number in 0..<parameters.dispatchers {
      let id = StaffID(high: 8, low: UInt64(number + 1))
      desk.append(id)
      let roles: [StaffRole] = number == 0 ? [.desk, .shiftLeader, .dutyChief] : [.desk]
      register.append(.staff(StaffMember(id: id, name: "desk", roles: roles)))
      addShift(id, .desk, from: Self.start, lasting: .hours(24 * 30))
    }
    addShift(StaffID(high: 8, low: 1), .shiftLeader, from: Self.start, lasting: .hours(24 * 30))
  }

  private mutating func addHome(_ number: Int, _ parameters: SimulationParameters, random: inout SeededRandom) {
    let low = UInt64(number + 1)
    let district = DistrictID(1 + number % parameters.districts)
    let home = Home(
      serial: "D\(number)", resident: ResidentID(high: 3, low: low), patientNumber: "P\(number)", district: district)
    let dwelling = DwellingID(high: 4, low: low)
    let identifiers = hospitals.map {
      PatientIdentifier(kind: .hospitalNumber, authority: $0, value: home.patientNumber)
    }
    register.append(
      .dwelling(
        Dwelling(
          id: dwelling, district: district, address: "home \(number)",
          position: Position(
            latitude: 31.3 + Double(number / 40 % 40) / 100, longitude: 120.6 + Double(number % 40) / 100))))
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
    if number % 8 != 7 || parameters.city != nil {
      register.append(
        .device(
          Device(
            serial: home.serial, dwelling: dwelling, resident: home.resident, district: district,
            heartbeatSeconds: Int(parameters.city?.beat.wholeSeconds ?? 3600))))
    }
    homes.append(home)
  }

  private mutating func addStaff(_ number: Int, _ parameters: SimulationParameters, random: inout SeededRandom) {
    let id = StaffID(high: 7, low: UInt64(number + 1))
    let role: StaffRole = number % 3 == 2 ? .carer : .responder
    fieldStaff.append(id)
    register.append(
      .staff(
        StaffMember(
          id: id, name: "staff", roles: [role], districts: number % 4 == 3 ? [1] : [],
          position: Position(latitude: 31.3, longitude: 120.6 + Double(random.below(20)) / 100),
          positionAt: Self.start, destination: number % 2 == 0 ? Self.destination("staff\(number)") : nil)))
    guard parameters.city != nil else {
      return addShift(id, role, from: Self.start, lasting: random.span(.minutes(30), .hours(12)))
    }
    for day in 0..<7 {
      addShift(id, role, from: Self.start + .hours(24 * day + number / 3 % 3 * 8), lasting: .hours(8))
    }
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
      addShift(staff, .responder, from: now - .hours(2), lasting: .hours(48))
      addShift(staff, .carer, from: now - .hours(2), lasting: .hours(48))
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
