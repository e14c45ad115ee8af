extension ItemMapping {
  /// The columns that the mapping names, each once, in the order of the mapping.
  var columns: [String] {
    var paths = payloads.flatMap { [$0.path] + $0.when.map(\.path) }
    paths += fields.paths + fallback.paths
    for rule in rules { paths += rule.when.map(\.path) + rule.kind.paths + rule.fields.paths }
    paths += hospital?.paths ?? []
    var seen: Set<String> = []
    return paths.compactMap(\.column).filter { seen.insert($0).inserted }
  }
}

extension MappingPath {
  fileprivate var column: String? {
    guard root == .item, case .name(let name)? = steps.first else { return nil }
    return name
  }
}

extension KindSource {
  fileprivate var paths: [MappingPath] {
    if case .table(let paths, _, _) = self { paths } else { [] }
  }
}

extension ItemFields {
  fileprivate var paths: [MappingPath] {
    let fields = [serial, battery, zone, value].compactMap { $0 } + (id?.parts ?? [])
    return fields.flatMap(\.paths) + (at?.paths ?? [])
  }
}

extension HospitalFields {
  fileprivate var paths: [MappingPath] {
    let fields = [
      code, event, visitNumber, identityCard, insuranceNumber, hospitalNumber, name, birthDate, patientClass, location,
      disposition,
    ]
    let times = [eventAt, admittedAt, dischargedAt]
    return fields.compactMap { $0 }.flatMap(\.paths) + times.compactMap { $0 }.flatMap(\.paths)
  }
}
