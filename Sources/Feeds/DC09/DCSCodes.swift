import CareModel

/// SIA codes (SIA DC-03), protocols page, section 2.3.
///
/// Most codes are a letter for the kind of zone and one for what happened to it; those are not listed one by one.
package enum DCSCodes {
  /// The meaning of two capital letters; nil for a code that we do not know.
  package static func meaning(_ code: String) -> CodeMeaning? {
    if let own = meanings[code] { return own }
    guard let zone = code.first, let alarm = zoneAlarms[zone], let what = code.last else { return nil }
    switch what {
    case "A": return CodeMeaning(raised: alarm, restored: .measurement)
    case "S", "T", "B": return CodeMeaning(raised: .deviceFault, restored: .measurement)
    case "H", "R", "J", "U": return CodeMeaning(raised: .measurement, restored: .measurement)
    case "X": return CodeMeaning(raised: .test, restored: .test)
    default: return nil
    }
  }

  /// What an alarm (`A`) of a kind of zone is. `S` and `T` say that the zone is unsafe or broken, `B` that it is
  /// bypassed, `H`, `R`, `J` and `U` that all that is over.
  private static let zoneAlarms: [Character: SignalKind] = [
    "M": .panic, "Q": .panic, "P": .panic, "H": .duress, "F": .smoke, "S": .smoke, "G": .gas, "W": .water, "K": .heat,
    "T": .tamper,
    // Intruders, cold, zones of no type: alarms without a word of ours.
    "B": .unknown, "Z": .unknown, "U": .unknown,
  ]

  private static let meanings = codeTable([
    ("US", .unknown, .measurement),
    ("NA", .inactivity, .measurement),
    ("BC FC OC", .cancel, .cancel),
    ("AT", .mainsLost, .mainsRestored),
    ("AR RR", .mainsRestored, .mainsRestored),
    ("YT YM XT", .batteryLow, .measurement),
    ("ES XS", .tamper, .measurement),
    // What a panel says of its own lines is a fault, as with Contact ID.
    ("YC YS LT NT", .deviceFault, .lineRestored),
    ("YK LR NR", .lineRestored, .lineRestored),
    ("YP YI YW YX IA XQ RY", .deviceFault, .measurement),
    ("RP", .heartbeat, .heartbeat),
    ("RX TX TS TE TP TC", .test, .test),
    // Over again, opened and closed, of no consequence here.
    ("YR YQ YJ YH YZ XR XH XJ EJ IR NS", .measurement, .measurement),
    ("CA CF CG CL CP CQ CS NF NL NM OA OG OP OQ OR OS JK JP JT", .measurement, .measurement),
  ])
}
