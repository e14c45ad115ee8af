import AlertEngine
import CareModel
import CareStore
import EngineHost
import PQ

/// A city of any size; everything follows from the numbers.
enum RegisterSample {
  static func id<Entity>(_ kind: UInt64, _ number: Int) -> Identifier<Entity> {
    Identifier(high: kind << 48 | 0x7000, low: UInt64(number) + 1)
  }

  static func dwelling(_ number: Int) -> Dwelling {
    Dwelling(
      id: id(1, number), district: DistrictID(number % 10 + 1), address: "幸福路 \(number) 号 1-2",
      position: number % 3 == 0 ? nil : Position(latitude: 39.5 + Double(number) / 1e6, longitude: 116.25))
  }

  static func resident(_ number: Int) -> Resident {
    Resident(
      id: id(2, number), district: DistrictID(number % 10 + 1), dwelling: id(1, number), name: "居民 \(number)",
      risk: number % 6, canSpeak: number % 7 != 0, lifecycle: Resident.Lifecycle.allCases[number % 4],
      unit: number % 2 == 0 ? id(5, 1) : nil, doctorTeam: number % 2 == 1 ? id(5, 2) : nil,
      identifiers: Array(identifiers(number).prefix(number % 3)))
  }

  static func identifiers(_ number: Int) -> [PatientIdentifier] {
    [
      PatientIdentifier(kind: .medicalInsurance, value: "Z\(number)"),
      PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: "A\(number)"),
    ]
  }

  static func contact(_ number: Int) -> Contact {
    Contact(
      id: id(3, number), resident: id(2, number), name: "女儿 \(number)", relation: "daughter", phone: "+86 \(number)",
      order: number % 4, mayBeTold: number % 2 == 0,
      destination: number % 2 == 0 ? Destination(channel: "webhook", address: "https://example.test/\(number)") : nil,
      quiet: number % 3 == 0 ? Contact.QuietHours(fromMinute: 1320, untilMinute: number % 1440) : nil,
      minutesToCome: number % 5 == 0 ? number % 60 : nil, holdsKey: number % 7 == 0)
  }

  static func device(_ number: Int) -> Device {
    Device(
      serial: "SB-\(number)", dwelling: id(1, number), resident: number % 5 == 0 ? id(2, number) : nil,
      district: DistrictID(number % 10 + 1), heartbeatSeconds: 300, secretDigest: [UInt8(number & 0xFF), 0, 255])
  }

  static let staff = [
    StaffMember(
      id: id(4, 1), name: "王", roles: [.responder, .nurse], districts: [2, 1],
      position: Position(latitude: 1, longitude: -2), positionAt: Sample.start,
      destination: Destination(channel: "wecom", address: "w"), secretDigest: [1], isActive: true,
      skills: ["lifting", "night.watch"]),
    StaffMember(id: id(4, 2), name: "李", roles: [], isActive: false),
  ]
  static let shifts = [
    Shift(id: id(6, 1), staff: id(4, 1), role: .responder, from: Sample.start, until: Sample.start + .hours(8)),
    Shift(
      id: id(6, 2), staff: id(4, 1), role: .desk, from: Sample.start - .hours(60), until: Sample.start - .hours(49)),
  ]
  static let parties = [
    Party(id: id(5, 1), kind: .unit, name: "局", destination: nil),
    Party(id: id(5, 2), kind: .doctorTeam, name: "团队", destination: Destination(channel: "sms", address: "1")),
  ]
  static let hospitals = [
    Hospital(code: "H1", name: "一院", population: .whole), Hospital(code: "h2", name: "二院", population: .filtered),
  ]

  /// The rows of so many homes, in the order in which the loader gives them, without staff and the like.
  static func homes(_ count: Int) -> [RegisterChange] {
    (0..<count).map { .dwelling(dwelling($0)) } + (0..<count).map { .resident(resident($0)) }
      + (0..<count).map { .contact(contact($0)) } + (0..<count).map { .device(device($0)) }
  }

  /// Everything that belongs to no home.
  static var others: [RegisterChange] {
    parties.map { .party($0) } + hospitals.map { .hospital($0) } + staff.map { .staff($0) } + shifts.map { .shift($0) }
  }
}

extension StoreWorld {
  /// A pool on the world's database.
  func pool() -> PQPool {
    let hosts = hosts
    return PQPool(size: 2, maxWaiters: 16) { () async throws(PQError) in
      try await hosts.connect(applicationName: "test", deadlineSeconds: 10)
    }
  }

  /// The whole register as start-up reads it.
  func loadRegister(now: Timestamp = Sample.start) async throws -> [RegisterChange] {
    let store = PostgresCommitStore(hosts: hosts, shard: "s1", owner: (1, 1), settings: Self.patient) { moment in
      try await RegisterLoader.load(moment, now: now)
    }
    let state = try await store.open(now: now) { _ in }
    await store.close(deadline: .seconds(5))
    return state.register.rows
  }
}
