/// What a signal says, in the words of the domain page; the raw value is the word on the wire and in the database.
package enum SignalKind: String, Sendable, CaseIterable, Hashable {
  case panic, fall, smoke, gas, water, heat, carbonMonoxide, inactivity, vitals, bedExit, wandering, doorOpen, duress
  case batteryLow, mainsLost, mainsRestored, tamper, deviceFault, lineLost, lineRestored
  /// Made by the engine: many devices of one district are lost together, and most of them are back.
  case networkFault, networkRestored
  case heartbeat, test
  case motion, door, waterUse, power, temperature, humidity, position, measurement
  case requestHelp, requestAdvice, requestHousekeeping, requestEscort, requestCallback, cancel
  case admit, transfer, leave, returned, discharge, cancelAdmit, cancelDischarge, updateVisit, mergeIdentity, register
  /// Kept, shown, never dropped: whatever is none of the others.
  case unknown

  /// The group that decides the signal's lane.
  package var group: SignalGroup {
    switch self {
    case .panic, .fall, .smoke, .gas, .water, .heat, .carbonMonoxide, .inactivity, .vitals, .bedExit, .wandering,
      .doorOpen, .duress:
      .alarm
    case .batteryLow, .mainsLost, .mainsRestored, .tamper, .deviceFault, .lineLost, .lineRestored,
      .networkFault, .networkRestored:
      .technical
    case .heartbeat, .test: .supervision
    case .motion, .door, .waterUse, .power, .temperature, .humidity, .position, .measurement: .telemetry
    case .requestHelp, .requestAdvice, .requestHousekeeping, .requestEscort, .requestCallback, .cancel: .request
    case .admit, .transfer, .leave, .returned, .discharge, .cancelAdmit, .cancelDischarge, .updateVisit,
      .mergeIdentity, .register:
      .hospital
    case .unknown: .unknown
    }
  }
}

/// The groups of signal kinds (domain page, section 1).
package enum SignalGroup: String, Sendable, CaseIterable {
  case alarm, technical, supervision, telemetry, request, hospital, unknown
}

/// How grave a signal or alert is; `life` is never delayed by any other.
package enum AlertClass: String, Sendable, CaseIterable, Comparable {
  case service, technical, hospital, urgent, life

  /// The order of rules page, section 3.3: life > urgent > hospital > technical > service.
  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .service: 0
    case .technical: 1
    case .hospital: 2
    case .urgent: 3
    case .life: 4
    }
  }
}
