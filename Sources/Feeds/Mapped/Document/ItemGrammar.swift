import CareModel
import JSONText

/// Reads how items and rows become signals.
struct ItemGrammar {
  let grammar: FieldGrammar

  /// The keys of a document that ``mapping(_:)`` reads.
  static let keys = fieldKeys + ["absent", "payloads", "rules", "kind", "hospital"]
  private static let fieldKeys = ["serial", "id", "at", "battery", "zone", "value"]

  func mapping(_ table: MappingTable) throws(MappingError) -> ItemMapping {
    let fields = try fields(table)
    var mapping = ItemMapping(absent: [], payloads: [], rules: [], fields: fields, fallback: .literal(.unknown))
    if let absent = table["absent"] {
      for text in try absent.oneOrMore(maximum: MappedLimits.maximumConditions) {
        mapping.absent.insert(trimmed(try text.text(mayBeEmpty: true)))
      }
    }
    if let payloads = table["payloads"] {
      for node in try payloads.list(maximum: MappedLimits.maximumPayloads) {
        mapping.payloads.append(try PayloadGrammar(grammar: grammar).decoder(node))
      }
    }
    if let kind = table["kind"] { mapping.fallback = try grammar.kind(kind) }
    if let hospital = table["hospital"] { mapping.hospital = try self.hospital(hospital) }
    if let rules = table["rules"] {
      for node in try rules.list(maximum: MappedLimits.maximumRules) {
        mapping.rules.append(try rule(node, fields, hasHospital: mapping.hospital != nil))
      }
    }
    if let kind = table["kind"] { try check(mapping.fallback, kind, hasHospital: mapping.hospital != nil) }
    return mapping
  }

  private func rule(
    _ node: MappingNode, _ fields: ItemFields, hasHospital: Bool
  ) throws(MappingError) -> MappingRule {
    let table = try node.table(["when", "kind", "continue"] + Self.fieldKeys)
    let kind = try table.required("kind")
    let source = try grammar.kind(kind)
    try check(source, kind, hasHospital: hasHospital)
    let continues = if let flag = table["continue"] { try flag.flag() } else { false }
    return MappingRule(
      when: try table["when"].map(grammar.conditions) ?? [], kind: source,
      fields: fields.overlaid(by: try self.fields(table)), continues: continues)
  }

  private func check(_ source: KindSource, _ node: MappingNode, hasHospital: Bool) throws(MappingError) {
    guard hasHospital || !source.kinds.contains(where: { $0.group == .hospital }) else {
      throw node.error("a kind of the hospital needs the key hospital.")
    }
  }

  private func fields(_ table: MappingTable) throws(MappingError) -> ItemFields {
    ItemFields(
      serial: try table["serial"].map(grammar.field), id: try table["id"].map(grammar.identity),
      at: try table["at"].map(grammar.time), battery: try table["battery"].map(grammar.field),
      zone: try table["zone"].map(grammar.field), value: try table["value"].map(grammar.field))
  }

  private func hospital(_ node: MappingNode) throws(MappingError) -> HospitalFields {
    let table = try node.table([
      "code", "event", "visitNumber", "identityCard", "insuranceNumber", "hospitalNumber", "name", "birthDate",
      "class", "location", "eventAt", "admittedAt", "dischargedAt", "disposition",
    ])
    func field(_ key: String) throws(MappingError) -> FieldSource? { try table[key].map(grammar.field) }
    func time(_ key: String) throws(MappingError) -> TimeSource? { try table[key].map(grammar.time) }
    let fields = HospitalFields(
      code: try grammar.field(try table.required("code")), event: try field("event"),
      visitNumber: try field("visitNumber"), identityCard: try field("identityCard"),
      insuranceNumber: try field("insuranceNumber"), hospitalNumber: try field("hospitalNumber"),
      name: try field("name"), birthDate: try field("birthDate"), patientClass: try field("class"),
      location: try field("location"), eventAt: try time("eventAt"), admittedAt: try time("admittedAt"),
      dischargedAt: try time("dischargedAt"), disposition: try field("disposition"))
    if let source = fields.patientClass, let node = table["class"] {
      let words = Array(source.table.values) + [source.literal, source.otherwise].compactMap { $0 }
      guard words.allSatisfy({ PatientClass(rawValue: $0) != nil }) else {
        throw node.error("classes are " + PatientClass.allCases.map(\.rawValue).joined(separator: ", ") + ".")
      }
    }
    guard fields.identityCard != nil || fields.insuranceNumber != nil || fields.hospitalNumber != nil else {
      throw node.error("must have one of identityCard, insuranceNumber and hospitalNumber.")
    }
    return fields
  }
}
