import CareModel

/// What device types (`dty`) and states (`stc`) mean to us (protocols page, section 5).
enum ScaipCodes {
  struct Meaning: Equatable {
    let kind: SignalKind
    /// A code that the tables do not have, or have no word of ours for.
    let isUnknownCode: Bool

    init(kind: SignalKind, isUnknownCode: Bool = false) {
      self.kind = kind
      self.isUnknownCode = isUnknownCode || kind == .unknown
    }
  }

  /// What a request says.
  static func meaning(of request: ScaipRequest) -> Meaning {
    let code = request.statedCode ?? ScaipRequest.standardCode
    let type = deviceTypes[request.deviceType]
    let state = states[code]
    let isAlarm = code == automaticAlarm || code == manualAlarm
    switch request.messageType {
    case .message:
      let raised = isAlarm ? (code == manualAlarm ? type?.manual : type?.automatic) : state?.raised
      // A message that we do not know is an alarm.
      return Meaning(kind: raised ?? .panic, isUnknownCode: raised == nil || type == nil)
    case .heartbeat:
      // A device that tells a fault with its heartbeat may tell it nowhere else.
      guard let raised = state?.raised, raised.group == .technical else { return Meaning(kind: .heartbeat) }
      return Meaning(kind: raised)
    case .reset:
      if isAlarm { return Meaning(kind: .test) }
      return Meaning(kind: state?.restored ?? .unknown)
    case .information:
      if isAlarm { return Meaning(kind: .measurement) }
      return Meaning(kind: state?.raised ?? .unknown)
    }
  }

  private static let automaticAlarm = 9
  private static let manualAlarm = 10

  /// The kind of an automatic alarm (`stc` 9) and of a manual one (10, also where the device leaves it out: in doubt a
  /// person has pressed).
  private static let deviceTypes: [Int: (automatic: SignalKind, manual: SignalKind)] = [
    2: (.panic, .panic),  // local unit and controller
    3: (.panic, .panic),  // personal trigger
    4: (.panic, .panic),  // fixed trigger
    5: (.fall, .fall),  // fall detector
    6: (.duress, .duress),  // personal attack
    7: (.panic, .panic),  // panic button
    10: (.inactivity, .inactivity),  // activity detector
    11: (.inactivity, .inactivity),  // pill dispenser
    12: (.bedExit, .bedExit),  // bed monitor
    13: (.bedExit, .bedExit),  // mat
    14: (.doorOpen, .doorOpen),  // door
    15: (.wandering, .wandering),  // wandering
    16: (.vitals, .vitals),  // enuresis
    17: (.vitals, .vitals),  // epilepsy
    18: (.bedExit, .bedExit),  // occupancy of bed or chair
    19: (.vitals, .vitals),  // heart rate
    21: (.gas, .gas),  // gas
    23: (.smoke, .smoke),  // smoke
    25: (.heat, .heat),  // heat
    26: (.carbonMonoxide, .carbonMonoxide),  // carbon monoxide
    28: (.unknown, .unknown),  // intruder: an alarm without a word of ours
    30: (.fall, .fall),  // man down
    33: (.water, .water),  // flood
    34: (.water, .panic),  // bath: runs over, or somebody pulls the cord
    41: (.deviceFault, .deviceFault),  // power supply
    44: (.bedExit, .bedExit),  // chair
    45: (.panic, .panic),  // controller
    47: (.smoke, .smoke),  // fire system
    48: (.panic, .panic),  // local unit
    51: (.wandering, .panic),  // tracker: left its area, or somebody presses
  ]

  /// What a state means when it comes (ME, IN) and when it is reset (RE).
  private static let states: [Int: (raised: SignalKind, restored: SignalKind)] = [
    5: (.measurement, .test),  // acknowledge
    14: (.batteryLow, .measurement),  // battery failure
    15: (.measurement, .measurement),  // battery ok
    16: (.batteryLow, .measurement),  // battery low
    19: (.cancel, .cancel),  // cancel
    23: (.lineLost, .lineRestored),  // IP failure
    24: (.lineLost, .lineRestored),  // mobile failure
    26: (.lineLost, .lineRestored),  // primary link failure
    27: (.lineLost, .lineRestored),  // redundant link failure
    42: (.deviceFault, .measurement),  // failure
    52: (.deviceFault, .measurement),  // jammed
    63: (.lineLost, .lineRestored),  // loss
    67: (.deviceFault, .measurement),  // malfunction
    70: (.measurement, .test),  // normal
    81: (.inactivity, .measurement),  // pill not taken
    85: (.mainsLost, .mainsRestored),  // power failure
    86: (.mainsRestored, .mainsRestored),  // power restored
    88: (.measurement, .test),  // presence after alarm
    91: (.lineRestored, .lineRestored),  // re-established
    92: (.measurement, .test),  // automatic reset
    93: (.measurement, .test),  // manual reset
    94: (.measurement, .lineRestored),  // restoral
    100: (.heat, .measurement),  // temperature high
    101: (.unknown, .measurement),  // temperature low: an alarm without a word of ours
    102: (.test, .test),  // test transmission, primary link
    103: (.test, .test),  // test transmission, redundant link
    110: (.panic, .test),  // assistance
    111: (.measurement, .test),  // intervention complete
    112: (.lineRestored, .lineRestored),  // IP back
    113: (.lineRestored, .lineRestored),  // mobile back
    115: (.lineRestored, .lineRestored),  // primary link back
    116: (.lineRestored, .lineRestored),  // redundant link back
    119: (.motion, .measurement),  // movement
    123: (.lineLost, .lineRestored),  // radio test missing
    124: (.lineRestored, .lineRestored),  // radio test back
    125: (.tamper, .measurement),  // tamper
  ]
}
