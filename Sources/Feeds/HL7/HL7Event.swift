import CareModel

/// What a message is about: MSH-9, or EVN-1 where an old sender leaves the event there.
package struct HL7Event: Sendable, Equatable {
  /// The message type (`ADT`), as told.
  package var type: String
  /// The trigger event (`A01`); empty when told nowhere.
  package var code: String

  /// Reads the event of a message.
  package init(of message: HL7Message) {
    let field = message.header.field(9)
    type = field.component(1).word(maximumBytes: 16) ?? ""
    let trigger = field.component(2).word(maximumBytes: 16)
    code = trigger ?? message.first("EVN")?.field(1).component(1).word(maximumBytes: 16) ?? ""
  }

  /// An event.
  package init(type: String, code: String) {
    self.type = type
    self.code = code
  }

  /// The house word for an admission event; ``SignalKind/unknown`` for every event that is not used.
  ///
  /// A06 starts an inpatient stay and A07 ends it, so they are an admission and a discharge. A12 tells the location
  /// that holds again, like any transfer. A05 is a registration ahead of time (class preadmit).
  package var kind: SignalKind {
    guard type == "ADT" else { return .unknown }
    return switch code {
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

  /// Whether the event is about a visit, so that a message without PV1 misses something.
  var isAboutVisit: Bool {
    switch kind {
    case .admit, .transfer, .discharge, .cancelAdmit, .cancelDischarge, .leave, .returned: true
    default: false
    }
  }
}
