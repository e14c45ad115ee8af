import CareModel

/// The fields of a signal and where they come from; nil is not mapped.
struct ItemFields: Sendable, Equatable {
  var serial: FieldSource?
  var id: IdentitySource?
  var at: TimeSource?
  var battery: FieldSource?
  var zone: FieldSource?
  var value: FieldSource?

  /// These fields where a rule names none of its own.
  func overlaid(by own: ItemFields) -> ItemFields {
    ItemFields(
      serial: own.serial ?? serial, id: own.id ?? id, at: own.at ?? at, battery: own.battery ?? battery,
      zone: own.zone ?? zone, value: own.value ?? value)
  }
}

/// The fields of a hospital message and where they come from.
struct HospitalFields: Sendable, Equatable {
  var code: FieldSource
  var event: FieldSource?
  var visitNumber: FieldSource?
  var identityCard: FieldSource?
  var insuranceNumber: FieldSource?
  var hospitalNumber: FieldSource?
  var name: FieldSource?
  var birthDate: FieldSource?
  var patientClass: FieldSource?
  var location: FieldSource?
  var eventAt: TimeSource?
  var admittedAt: TimeSource?
  var dischargedAt: TimeSource?
  var disposition: FieldSource?
}

/// What one rule makes of the items that it is for.
struct MappingRule: Sendable, Equatable {
  /// All must hold; none: every item.
  var when: [MappingCondition]
  var kind: KindSource
  /// The mapping's fields with the rule's own on top.
  var fields: ItemFields
  /// Whether the rules after this one are tried as well.
  var continues: Bool
}

/// How one item of a push, or one row of a table, becomes signals.
struct ItemMapping: Sendable, Equatable {
  /// Texts that count as nothing (`undefined`).
  var absent: Set<String>
  var payloads: [PayloadDecoder]
  /// Tried in order.
  var rules: [MappingRule]
  /// The fields of what no rule is for.
  var fields: ItemFields
  /// The kind of what no rule is for.
  var fallback: KindSource
  var hospital: HospitalFields?
}
