import CareModel
import EngineHost

/// The rows of the register.
enum RegisterSchemas {
  static let all: [(name: String, schema: Schema)] =
    RegisterKind.allCases.map { ($0.schemaName, .object(properties(of: $0))) } + [
      (
        "Destination",
        .object([.init("channel", .string, isRequired: true), .init("address", .string, isRequired: true)])
      ),
      (
        "Position",
        .object([.init("latitude", .number, isRequired: true), .init("longitude", .number, isRequired: true)])
      ),
      (
        "PatientIdentifier",
        .object([
          .init("kind", .words(PatientIdentifier.Kind.self), isRequired: true), .init("authority", .string),
          .init("value", .string, isRequired: true),
        ])
      ),
    ]

  private static let name = Schema.Property("name", .string, isRequired: true)
  private static let id = Schema.Property("id", .id, isRequired: true)
  private static let district = Schema.Property("district", .integer(0...Int(Int32.max)), isRequired: true)
  private static let destination = Schema.Property("destination", .reference("Destination"))
  private static let canSignIn = Schema.Property("canSignIn", .boolean, isRequired: true)

  static func properties(of kind: RegisterKind) -> [Schema.Property] {
    switch kind {
    case .residents:
      [
        id, district, .init("dwelling", .id), name, .init("risk", .integer(0...5), isRequired: true),
        .init("canSpeak", .boolean, isRequired: true),
        .init("lifecycle", .words(Resident.Lifecycle.self), isRequired: true), .init("unit", .id),
        .init("doctorTeam", .id), .init("identifiers", .array(.reference("PatientIdentifier")), isRequired: true),
      ]
    case .dwellings:
      [id, district, .init("address", .string, isRequired: true), .init("position", .reference("Position"))]
    case .contacts:
      [
        id, .init("resident", .id, isRequired: true), name, .init("relation", .string, isRequired: true),
        .init("phone", .string, isRequired: true), .init("order", .integer(0...1000), isRequired: true),
        .init("mayBeTold", .boolean, isRequired: true), destination,
      ]
    case .devices:
      [
        .init("serial", .string, isRequired: true), .init("dwelling", .id), .init("resident", .id), district,
        .init("heartbeatSeconds", .integer(10...604_800), isRequired: true), canSignIn,
      ]
    case .staff:
      [
        id, name, .init("roles", .array(.words(StaffRole.self)), isRequired: true),
        .init("districts", .array(.integer(0...Int(Int32.max))), isRequired: true),
        .init("position", .reference("Position")), .init("positionAt", .time), destination,
        .init("active", .boolean, isRequired: true), canSignIn,
      ]
    case .shifts:
      [
        id, .init("staff", .id, isRequired: true), .init("role", .words(StaffRole.self), isRequired: true),
        .init("from", .time, isRequired: true), .init("until", .time, isRequired: true),
      ]
    case .parties: [id, .init("kind", .words(Party.Kind.self), isRequired: true), name, destination]
    case .hospitals:
      [
        .init("code", .string, isRequired: true), name,
        .init("population", .words(Hospital.Population.self), isRequired: true),
      ]
    }
  }

  /// What a body must say; the name of the row may come from the address.
  static func requiredInBody(of kind: RegisterKind) -> [String] {
    switch kind {
    case .residents: ["name"]
    case .dwellings: ["address"]
    case .contacts: ["resident", "name", "relation", "phone", "mayBeTold"]
    case .devices: []
    case .staff: ["name", "roles"]
    case .shifts: ["staff", "role", "from", "until"]
    case .parties: ["kind", "name"]
    case .hospitals: ["name", "population"]
    }
  }
}
