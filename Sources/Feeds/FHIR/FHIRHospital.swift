import CareModel
import FeedSession
import JSONText

/// Which hospital speaks.
struct FHIRHospital {
  let configuration: FHIRConfiguration
  let principal: Principal

  /// The authenticated sender's name.
  var sender: String {
    switch principal {
    case .hospital(let code): code
    case .device(let serial): serial
    case .staff(let id): "staff:\(id)"
    case .anonymous: "anonymous"
    }
  }

  /// The hospital's code: by the facility where the sender speaks for many, by the sender, else what it calls itself.
  func code(header: JSONValue?, encounter: JSONValue?, resources: BundleResources) -> String {
    let facilities = facilities(header: header, encounter: encounter, resources: resources)
    let codes = configuration.hospitalCodes[sender] ?? [:]
    if let code = facilities.lazy.compactMap({ codes[$0] }).first { return code }
    if case .hospital(let code) = principal { return code }
    return facilities.first ?? FHIRConfiguration.namelessHospital
  }

  private func facilities(header: JSONValue?, encounter: JSONValue?, resources: BundleResources) -> [String] {
    let source = header?["source"]
    let named = [source?.word("endpoint"), source?.word("name")]
    let organizations = [header?["sender"], encounter?["serviceProvider"]].compactMap { $0 }.flatMap { reference in
      let resource = resources.resolve(reference, from: encounter)
      let numbers = (resource?.elements("identifier") ?? []).map { $0.word("value") }
      return [reference["identifier"]?.word("value")] + numbers + [resource?.word("name"), reference.word("display")]
    }
    return (named + organizations).compactMap { $0 }
  }
}
