/// Ids of the register.
package typealias DistrictID = Int32
/// A resident's id; the same in every district.
package typealias ResidentID = Identifier<Resident>
/// A dwelling's id.
package typealias DwellingID = Identifier<Dwelling>
/// A staff member's id.
package typealias StaffID = Identifier<StaffMember>
/// A shift's id.
package typealias ShiftID = Identifier<Shift>
/// A contact's id.
package typealias ContactID = Identifier<Contact>
/// A party's id.
package typealias PartyID = Identifier<Party>

/// A person under care: what decisions need of the register's row.
package struct Resident: Sendable, Equatable {
  /// The id.
  package var id: ResidentID
  /// The district whose staff serve the dwelling; 0 = unassigned.
  package var district: DistrictID
  /// Where the person lives.
  package var dwelling: DwellingID?
  /// The name, shown to those who have the case.
  package var name: String
  /// Risk 0-5.
  package var risk: Int
  /// Can speak on the phone.
  package var canSpeak: Bool
  /// Where the person stands with the service.
  package var lifecycle: Lifecycle
  /// The responsible unit that is told of an admission.
  package var unit: PartyID?
  /// The family doctor team.
  package var doctorTeam: PartyID?
  /// Numbers by which hospitals know the person; at most ``maximumIdentifiers``.
  package var identifiers: [PatientIdentifier]

  /// Most identifiers kept for one person.
  package static let maximumIdentifiers = 32

  /// Where a person stands with the service.
  package enum Lifecycle: String, Sendable, CaseIterable { case applied, active, paused, ended }

  /// A resident.
  package init(
    id: ResidentID, district: DistrictID, dwelling: DwellingID?, name: String, risk: Int = 0, canSpeak: Bool = true,
    lifecycle: Lifecycle = .active, unit: PartyID? = nil, doctorTeam: PartyID? = nil,
    identifiers: [PatientIdentifier] = []
  ) {
    self.id = id
    self.district = district
    self.dwelling = dwelling
    self.name = name
    self.risk = risk
    self.canSpeak = canSpeak
    self.lifecycle = lifecycle
    self.unit = unit
    self.doctorTeam = doctorTeam
    self.identifiers = identifiers
  }
}

/// A home.
package struct Dwelling: Sendable, Equatable {
  /// The id.
  package var id: DwellingID
  /// The district it lies in.
  package var district: DistrictID
  /// The address down to the room, as staff read it.
  package var address: String
  /// Where it is; nil when nobody has said.
  package var position: Position?

  /// A dwelling.
  package init(id: DwellingID, district: DistrictID, address: String, position: Position? = nil) {
    self.id = id
    self.district = district
    self.address = address
    self.position = position
  }
}

/// A place on earth, WGS 84 degrees.
package struct Position: Sendable, Equatable {
  /// Degrees north.
  package var latitude: Double
  /// Degrees east.
  package var longitude: Double

  /// A position; nil unless both are finite and on earth.
  package init?(latitude: Double, longitude: Double) {
    guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// Somebody to call about a resident.
package struct Contact: Sendable, Equatable {
  /// The id.
  package var id: ContactID
  /// About whom.
  package var resident: ResidentID
  /// The name.
  package var name: String
  /// `daughter`, `neighbour` …
  package var relation: String
  /// The phone number as written.
  package var phone: String
  /// Smaller is asked first.
  package var order: Int
  /// May be told of an admission.
  package var mayBeTold: Bool
  /// Where automatic messages go; nil = by phone only.
  package var destination: Destination?
  /// When not to disturb, unless a life is at stake.
  package var quiet: QuietHours?
  /// Minutes to the resident's door; nil when nobody has said.
  package var minutesToCome: Int?
  /// Has a key of the home.
  package var holdsKey: Bool

  /// Hours of the contact's own day; an end before the start lies on the next day.
  package struct QuietHours: Sendable, Equatable {
    /// Minutes after local midnight, 0-1439.
    package var fromMinute: Int
    /// Until just before this minute, 0-1439.
    package var untilMinute: Int
    /// Local time ahead of UTC, in minutes.
    package var offsetMinutes: Int

    /// Quiet hours; an offset of 480 minutes is China's.
    package init(fromMinute: Int, untilMinute: Int, offsetMinutes: Int = 480) {
      self.fromMinute = fromMinute
      self.untilMinute = untilMinute
      self.offsetMinutes = offsetMinutes
    }

    /// Whether a moment lies in them.
    package func includes(_ now: Timestamp) -> Bool {
      let minutes = now.microseconds / 60_000_000 + Int64(offsetMinutes)
      let minute = Int(((minutes % 1440) + 1440) % 1440)
      if fromMinute <= untilMinute { return fromMinute <= minute && minute < untilMinute }
      return minute >= fromMinute || minute < untilMinute
    }
  }

  /// A contact.
  package init(
    id: ContactID, resident: ResidentID, name: String, relation: String, phone: String, order: Int, mayBeTold: Bool,
    destination: Destination?, quiet: QuietHours? = nil, minutesToCome: Int? = nil, holdsKey: Bool = false
  ) {
    self.id = id
    self.resident = resident
    self.name = name
    self.relation = relation
    self.phone = phone
    self.order = order
    self.mayBeTold = mayBeTold
    self.destination = destination
    self.quiet = quiet
    self.minutesToCome = minutesToCome
    self.holdsKey = holdsKey
  }
}

/// A device and to whom it is bound now.
package struct Device: Sendable, Equatable {
  /// The serial: user name on MQTT, key of the directory.
  package var serial: String
  /// The home it stands in.
  package var dwelling: DwellingID?
  /// The one person who wears it; nil when it serves a home.
  package var resident: ResidentID?
  /// The district of the dwelling; 0 = unassigned.
  package var district: DistrictID
  /// Seconds between heartbeats that it promises.
  package var heartbeatSeconds: Int
  /// HMAC-SHA256 of its secret with the server key; empty = may not sign in.
  package var secretDigest: [UInt8]

  /// A device.
  package init(
    serial: String, dwelling: DwellingID?, resident: ResidentID?, district: DistrictID, heartbeatSeconds: Int = 3600,
    secretDigest: [UInt8] = []
  ) {
    self.serial = serial
    self.dwelling = dwelling
    self.resident = resident
    self.district = district
    self.heartbeatSeconds = heartbeatSeconds
    self.secretDigest = secretDigest
  }
}

/// Whom to ask: the groups of the rules page.
package enum StaffRole: String, Sendable, CaseIterable {
  case desk, shiftLeader, dutyChief, responder, escort, carer, nurse, volunteer
}

/// Somebody who works for the centre.
package struct StaffMember: Sendable, Equatable {
  /// The id.
  package var id: StaffID
  /// The name.
  package var name: String
  /// What the person can be asked for.
  package var roles: [StaffRole]
  /// Districts served; empty = all.
  package var districts: [DistrictID]
  /// Skills and groups, by which steps can ask; words of letters, digits, `.`, `_` and `-`, at most
  /// ``maximumSkills``.
  package var skills: [String]

  /// Most skills of one person.
  package static let maximumSkills = 32
  /// Last known position.
  package var position: Position?
  /// When the position was known.
  package var positionAt: Timestamp?
  /// Where offers go besides the phone's own MQTT session.
  package var destination: Destination?
  /// HMAC-SHA256 of the secret with the server key; empty = may not sign in over MQTT.
  package var secretDigest: [UInt8]
  /// False once somebody has left.
  package var isActive: Bool

  /// A staff member.
  package init(
    id: StaffID, name: String, roles: [StaffRole], districts: [DistrictID] = [], position: Position? = nil,
    positionAt: Timestamp? = nil, destination: Destination? = nil, secretDigest: [UInt8] = [], isActive: Bool = true,
    skills: [String] = []
  ) {
    self.id = id
    self.name = name
    self.roles = roles
    self.districts = districts
    self.skills = skills
    self.position = position
    self.positionAt = positionAt
    self.destination = destination
    self.secretDigest = secretDigest
    self.isActive = isActive
  }
}

/// A time on duty.
package struct Shift: Sendable, Equatable {
  /// The id.
  package var id: ShiftID
  /// Who is on duty.
  package var staff: StaffID
  /// As what.
  package var role: StaffRole
  /// From this moment.
  package var from: Timestamp
  /// Until just before this moment.
  package var until: Timestamp

  /// A shift.
  package init(id: ShiftID, staff: StaffID, role: StaffRole, from: Timestamp, until: Timestamp) {
    self.id = id
    self.staff = staff
    self.role = role
    self.from = from
    self.until = until
  }
}

/// A responsible unit, bureau officer or doctor team that must confirm reminders.
package struct Party: Sendable, Equatable {
  /// What it is.
  package enum Kind: String, Sendable, CaseIterable { case unit, bureau, doctorTeam }

  /// The id.
  package var id: PartyID
  /// What it is.
  package var kind: Kind
  /// Its name.
  package var name: String
  /// Where messages go; nil = the desk calls.
  package var destination: Destination?

  /// A party.
  package init(id: PartyID, kind: Kind, name: String, destination: Destination?) {
    self.id = id
    self.kind = kind
    self.name = name
    self.destination = destination
  }
}

/// A hospital that sends messages.
package struct Hospital: Sendable, Equatable {
  /// Whether its feed holds only our residents or everybody.
  package enum Population: String, Sendable, CaseIterable { case filtered, whole }

  /// The code: names it in messages and configuration.
  package var code: String
  /// Its name.
  package var name: String
  /// Whom its feed speaks of.
  package var population: Population

  /// A hospital.
  package init(code: String, name: String, population: Population) {
    self.code = code
    self.name = name
    self.population = population
  }
}

/// An address on a channel.
package struct Destination: Sendable, Hashable {
  /// The channel's name, as in the configuration (`webhook`).
  package var channel: String
  /// What the channel understands as an address (a URL); never logged.
  package var address: String

  /// A destination.
  package init(channel: String, address: String) {
    self.channel = channel
    self.address = address
  }
}
