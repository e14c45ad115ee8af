import CareModel
import JSONText

/// What a MessageHeader says has happened.
struct FHIREvent: Equatable {
  /// Which list the event is from.
  enum List { case notification, version2, other }

  /// The event's code (`notification-admit`, `A01`); empty when told nowhere.
  var code: String
  /// Which list it is from.
  var list: List

  /// Reads `event[x]`; of an address the last part before its version counts.
  init(of header: JSONValue) {
    let coding = header["eventCoding"] ?? header["event"]
    let address = header.word("eventUri") ?? header.word("eventCanonical")
    let name = address?.prefix { $0 != "|" }.split { $0 == "/" || $0 == "#" }.last
    code = coding?.word("code") ?? name.map(String.init) ?? ""
    let system = coding?.word("system")
    if code.hasPrefix("notification-") {
      list = .notification
    } else if system.map(version2Systems.contains) ?? true {
      list = .version2
    } else {
      list = .other
    }
  }

  /// The house word; ``SignalKind/unknown`` for every event that is not used.
  ///
  /// An HL7 version 2 event means what it means over MLLP. A notification says what was done, and the state of its
  /// Encounter may take that back or put it off.
  func kind(of state: EncounterState?) -> SignalKind {
    switch list {
    case .version2: version2Kind(code)
    case .notification: notificationKind(state)
    case .other: .unknown
    }
  }

  private func notificationKind(_ state: EncounterState?) -> SignalKind {
    guard let kind = notificationKinds[code] else { return .unknown }
    switch state {
    case .undone: return .cancelAdmit
    case .planned where kind == .admit: return .register
    case .onLeave where kind != .discharge: return .leave
    case .planned, .present, .onLeave, .over, .unclear, nil: return kind
    }
  }
}

/// CodeSystem notification-event (Da Vinci Alerts 1.1.0).
private let notificationKinds: [String: SignalKind] = [
  "notification-admit": .admit, "notification-transfer": .transfer, "notification-discharge": .discharge,
]

/// HL7 table 0003 under its names.
private let version2Systems: Set<String> = [
  "http://terminology.hl7.org/CodeSystem/v2-0003", "http://hl7.org/fhir/v2/0003", "urn:oid:2.16.840.1.113883.12.3",
]

/// The events of ADT messages, as the HL7 feed reads them.
private func version2Kind(_ code: String) -> SignalKind {
  switch code {
  case "A01", "A06": .admit
  case "A02", "A12": .transfer
  case "A03", "A07": .discharge
  case "A04", "A05": .register
  case "A08", "A28", "A31": .updateVisit
  case "A11": .cancelAdmit
  case "A13": .cancelDischarge
  case "A21": .leave
  case "A22": .returned
  case "A40": .mergeIdentity
  default: .unknown
  }
}
