import CareModel
import EngineHost

/// A sample city: the same settings always give the same homes, people, devices and secrets.
package struct DemoCity: Sendable {
  /// What the city depends on.
  package struct Settings: Sendable {
    /// Homes, each with a device; 1 to ``DemoCity/maximumHomes``.
    package var homes: Int
    /// Key of the digests of secrets; the secrets themselves are made from it too.
    package var secretKey: [UInt8]
    /// Where webhook messages go, without a slash at the end (`http://127.0.0.1:18805`).
    package var noticeAddress: String

    /// Settings.
    package init(homes: Int, secretKey: [UInt8], noticeAddress: String) {
      self.homes = homes
      self.secretKey = secretKey
      self.noticeAddress = noticeAddress
    }
  }

  /// A device or person with the secret to sign in with.
  package struct Login: Sendable, Equatable {
    /// The user name on MQTT.
    package var userName: String
    /// The secret, as text.
    package var secret: String
  }

  /// Most homes of a sample city.
  package static let maximumHomes = 300_000
  /// The code of its hospital.
  package static let hospitalCode = "SZ01"
  /// How long shifts last from the moment they are made.
  package static let shiftLength = TimeSpan.hours(24)

  /// What it depends on.
  package let settings: Settings

  /// A city; `homes` is brought into its bounds.
  package init(_ settings: Settings) {
    var bounded = settings
    bounded.homes = min(max(settings.homes, 1), Self.maximumHomes)
    self.settings = bounded
  }

  // MARK: names and numbers

  private enum Salt: UInt64 { case dwelling = 1, resident, contact, staff, shift, party }

  private static func id<Entity>(_ salt: Salt, _ number: Int) -> Identifier<Entity> {
    Identifier(
      high: 0xDE30_C177_0000_8000 | salt.rawValue,
      low: 0x8000_0000_0000_0000 | UInt64(truncatingIfNeeded: number))
  }

  private static func mixed(_ number: Int, _ purpose: UInt64) -> UInt64 {
    fixedMix(UInt64(truncatingIfNeeded: number) &* 64 &+ purpose)
  }

  private static func pick<Element>(_ list: [Element], _ number: Int, _ purpose: UInt64) -> Element {
    list[Int(mixed(number, purpose) % UInt64(list.count))]
  }

  /// -1 to 1.
  private static func offset(_ number: Int, _ purpose: UInt64) -> Double {
    Double(mixed(number, purpose) % 20_001) / 10_000 - 1
  }

  private static func name(_ number: Int) -> String {
    pick(DemoPlaces.familyNames, number, 1) + pick(DemoPlaces.givenNames, number, 2)
  }

  private func secret(of name: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let digest = secretDigest(Array("demo:\(name)".utf8), key: settings.secretKey).prefix(16)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func login(_ userName: String) -> Login { Login(userName: userName, secret: secret(of: userName)) }

  private func digest(_ userName: String) -> [UInt8] {
    secretDigest(Array(secret(of: userName).utf8), key: settings.secretKey)
  }

  private static func district(ofHome home: Int) -> DemoPlaces.District {
    DemoPlaces.districts[home % DemoPlaces.districts.count]
  }

  // MARK: homes

  /// One home: its device, its first resident and the number by which the hospital knows that person.
  package struct Home: Sendable {
    /// The device and its secret.
    package var device: Login
    /// The first resident.
    package var resident: Resident
    /// The hospital's number for the resident.
    package var hospitalNumber: String
  }

  /// A home by its number, from 0.
  package func home(_ number: Int) -> Home {
    let resident = Self.resident(home: number, person: 0)
    return Home(
      device: login(Self.serial(number)), resident: resident,
      hospitalNumber: resident.identifiers.first?.value ?? "")
  }

  /// All devices with their secrets.
  package var devices: [Login] { (0..<settings.homes).map { login(Self.serial($0)) } }

  private static func serial(_ home: Int) -> String {
    let digits = String(home + 1)
    return "SB-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// Every fifth home has two people.
  private static func people(inHome home: Int) -> Int { home % 5 == 4 ? 2 : 1 }

  private static func resident(home: Int, person: Int) -> Resident {
    let number = home * 2 + person
    let digits = String(100_000 + number)
    return Resident(
      id: id(.resident, number), district: district(ofHome: home).id, dwelling: id(.dwelling, home),
      name: name(number), risk: Int(mixed(number, 3) % 6), canSpeak: mixed(number, 4) % 20 != 0,
      unit: id(.party, 0), doctorTeam: id(.party, 1),
      identifiers: [
        PatientIdentifier(kind: .hospitalNumber, authority: hospitalCode, value: "MR" + digits),
        PatientIdentifier(kind: .medicalInsurance, value: "YB3205" + digits),
      ])
  }

  private func rows(ofHome home: Int) -> [RegisterChange] {
    let district = Self.district(ofHome: home)
    let street = Self.pick(district.streets, home, 5)
    let place = Self.mixed(home, 6)
    let room = "\((place >> 16) % 20 + 1)幢\((place >> 32) % 6 + 1)0\((place >> 40) % 4 + 1)室"
    let address = "苏州市\(district.name)\(street)\(place % 280 + 1)号\(room)"
    let dwelling: DwellingID = Self.id(.dwelling, home)
    let people = Self.people(inHome: home)
    var rows: [RegisterChange] = [
      .dwelling(
        Dwelling(
          id: dwelling, district: district.id, address: address,
          position: Position(
            latitude: district.latitude + 0.02 * Self.offset(home, 7),
            longitude: district.longitude + 0.02 * Self.offset(home, 8)))),
      .device(
        Device(
          serial: Self.serial(home), dwelling: dwelling,
          resident: people == 1 ? Self.id(.resident, home * 2) : nil, district: district.id,
          secretDigest: digest(Self.serial(home)))),
    ]
    for person in 0..<people {
      let resident = Self.resident(home: home, person: person)
      let number = home * 2 + person
      let isDaughter = Self.mixed(number, 9) % 2 == 0
      rows.append(.resident(resident))
      rows.append(
        .contact(
          Contact(
            id: Self.id(.contact, number), resident: resident.id,
            name: String(resident.name.prefix(1)) + Self.pick(DemoPlaces.givenNames, number, 10),
            relation: isDaughter ? "daughter" : "son", phone: "000-\(5_550_000 + number)", order: 1, mayBeTold: true,
            destination: Destination(channel: "webhook", address: "\(settings.noticeAddress)/family/\(number)"))))
    }
    return rows
  }

  // MARK: the centre

  /// Somebody who works for the centre.
  package struct Person: Sendable {
    /// The register's row, without a position.
    package var member: StaffMember
    /// The phone's user name and secret.
    package var login: Login
    /// On duty as.
    package var role: StaffRole
  }

  private static let crew: [(role: StaffRole, count: Int, isPerDistrict: Bool)] = [
    (.desk, 4, false), (.shiftLeader, 1, false), (.dutyChief, 1, false), (.responder, 2, true), (.escort, 2, false),
    (.carer, 1, true), (.nurse, 2, false),
  ]

  /// Everybody who works for the centre, always in the same order; everybody is on duty.
  package var staff: [Person] {
    var people: [Person] = []
    for (role, count, isPerDistrict) in Self.crew {
      for district in isPerDistrict ? DemoPlaces.districts.map(\.id) : [0] {
        for _ in 0..<count {
          let id: StaffID = Self.id(.staff, people.count + 1)
          let member = StaffMember(
            id: id, name: Self.name(900_000 + people.count), roles: [role], districts: district == 0 ? [] : [district],
            secretDigest: digest("staff:\(id)"))
          people.append(Person(member: member, login: login("staff:\(id)"), role: role))
        }
      }
    }
    return people
  }

  /// The people on duty in a role.
  package func staff(_ role: StaffRole) -> [Person] { staff.filter { $0.role == role } }

  /// The rows that grow old: shifts from an hour ago for ``shiftLength``, and positions of a moment ago. Saved again
  /// from time to time.
  package func currentRows(now: Timestamp) -> [RegisterChange] {
    staff.enumerated().flatMap { number, person -> [RegisterChange] in
      var member = person.member
      let district = DemoPlaces.districts.first { $0.id == member.districts.first } ?? DemoPlaces.districts[0]
      member.position = Position(
        latitude: district.latitude + 0.015 * Self.offset(number, 20),
        longitude: district.longitude + 0.015 * Self.offset(number, 21))
      member.positionAt = now
      return [
        .staff(member),
        .shift(
          Shift(
            id: Self.id(.shift, number + 1), staff: member.id, role: person.role, from: now - .hours(1),
            until: now + Self.shiftLength)),
      ]
    }
  }

  /// The rows of some homes, by their numbers.
  package func homeRows(_ homes: Range<Int>) -> [RegisterChange] { homes.flatMap(rows(ofHome:)) }

  /// Everything but the homes: parties, the hospital, staff and their shifts.
  package func centreRows(now: Timestamp) -> [RegisterChange] {
    let parties: [RegisterChange] = [
      .party(
        Party(
          id: Self.id(.party, 0), kind: .unit, name: "市机关事务管理局离退休干部处",
          destination: Destination(channel: "webhook", address: settings.noticeAddress + "/unit"))),
      .party(
        Party(
          id: Self.id(.party, 1), kind: .doctorTeam, name: "平江街道家庭医生第一团队",
          destination: Destination(channel: "webhook", address: settings.noticeAddress + "/doctors"))),
      .hospital(Hospital(code: Self.hospitalCode, name: "苏州市示范医院", population: .filtered)),
    ]
    return parties + currentRows(now: now)
  }

  /// The whole register.
  package func rows(now: Timestamp) -> [RegisterChange] {
    centreRows(now: now) + homeRows(0..<settings.homes)
  }
}
