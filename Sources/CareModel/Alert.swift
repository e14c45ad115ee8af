/// An alert's id.
package typealias AlertID = Identifier<Alert>
/// A stored signal's id.
package typealias SignalID = Identifier<Signal>
/// A call's id.
package typealias CallID = Identifier<Call>

/// Something a person must handle; opened by a signal, joined by later ones through its key, closed by a person.
package struct Alert: Sendable, Equatable {
  /// The id, derived from the input that opened it.
  package var id: AlertID
  /// The district where it was born; never changes.
  package var district: DistrictID
  /// The case it belongs to: one timeline per resident, dwelling or stray device.
  package var caseKey: CaseKey
  /// Signals with this key join it while it is open.
  package var key: String
  /// How grave it is; only rises.
  package var alertClass: AlertClass
  /// 0-10; only rises.
  package var severity: Int
  /// What opened it.
  package var kind: SignalKind
  /// The person it is about, once settled.
  package var resident: ResidentID?
  /// The home it is about.
  package var dwelling: DwellingID?
  /// The device that sent the first signal.
  package var serial: String?
  /// When it was opened.
  package var openedAt: Timestamp
  /// When the last signal joined.
  package var lastSignalAt: Timestamp
  /// Signals so far, the first included; a cancel is attached and not counted.
  package var signalCount: Int
  /// Times a signal raised it (`raise` of the rules page).
  package var raisedCount: Int
  /// How long after its resolution a signal reopens it, and over what `raise` counts.
  package var window: TimeSpan
  /// The first signal of the present burst, for `raise`.
  package var burstStartedAt: Timestamp
  /// Signals of the present burst.
  package var burstCount: Int
  /// Where it stands.
  package var state: State
  /// Who holds it, and until when without activity.
  package var holder: Hold?
  /// What the person who verified it heard; kept when the lease lapses.
  package var verification: Verification?
  /// How it ended.
  package var resolution: Resolution?
  /// The policy it was opened under, and keeps.
  package var policy: String
  /// The hash of the rule set that decided.
  package var ruleSetHash: String
  /// The rule that decided, and why, in one line.
  package var reason: String
  /// Where each track of the policy stands.
  package var tracks: [TrackProgress]
  /// Nobody answered, or help is needed: what the desk said last; starts the field track.
  package var verdict: Verdict?
  /// Oddities of the signals in it.
  package var oddities: [SignalOddity]
  /// The resident is reported in hospital since; a press is never held back for it, only shown with it.
  package var hospitalSince: Timestamp?
  /// Who is behind a network fault.
  package var affected: AffectedPeople?
  /// The person is suspended; shown, and nothing else.
  package var suspended: Suspended?
  /// Empty or one element: an array, so that an alert without any is not larger for it.
  private var boxedExtras: [AlertExtras] = []

  /// What few alerts have.
  package var extras: AlertExtras {
    get { boxedExtras.first ?? AlertExtras() }
    set { boxedExtras = newValue == AlertExtras() ? [] : [newValue] }
  }
  /// Whether it has any of it.
  package var hasExtras: Bool { !boxedExtras.isEmpty }

  /// Where an alert stands; `open` waits in the queue.
  package enum State: String, Sendable, CaseIterable { case open, held, verified, resolved }

  /// A dispatcher's lease on an alert.
  package struct Hold: Sendable, Equatable {
    /// Who holds it.
    package var staff: StaffID
    /// When it returns to the queue without activity.
    package var leaseUntil: Timestamp

    /// A lease.
    package init(staff: StaffID, leaseUntil: Timestamp) {
      self.staff = staff
      self.leaseUntil = leaseUntil
    }
  }

  /// What was heard when somebody spoke to the home.
  package struct Verification: Sendable, Equatable {
    /// With whom, in a few words.
    package var spokeTo: String
    /// The identity was confirmed.
    package var isIdentityConfirmed: Bool
    /// What it is.
    package var verdict: Verdict
    /// When.
    package var at: Timestamp
    /// By whom.
    package var by: StaffID

    /// A verification.
    package init(spokeTo: String, isIdentityConfirmed: Bool, verdict: Verdict, at: Timestamp, by: StaffID) {
      self.spokeTo = spokeTo
      self.isIdentityConfirmed = isIdentityConfirmed
      self.verdict = verdict
      self.at = at
      self.by = by
    }
  }

  /// What the desk says about an alert.
  package enum Verdict: String, Sendable, CaseIterable {
    case needsHelp, nobodyAnswers, noHelpNeeded, falseAlarm
  }

  /// How an alert ended.
  package struct Resolution: Sendable, Equatable {
    /// Why it happened.
    package var cause: Cause
    /// What was done.
    package var action: Action
    /// What allows closing a life alert (domain page, section 2.6).
    package var closedBy: ClosedBy
    /// When.
    package var at: Timestamp
    /// By whom; nil when the engine itself saw that the cause is over.
    package var by: StaffID?

    /// A resolution.
    package init(cause: Cause, action: Action, closedBy: ClosedBy, at: Timestamp, by: StaffID?) {
      self.cause = cause
      self.action = action
      self.closedBy = closedBy
      self.at = at
      self.by = by
    }
  }

  /// Why it happened.
  package enum Cause: String, Sendable, CaseIterable {
    case illness, fall, fire, loneliness, accidentalPress, deviceFault, test, wrongPerson, request, hospital, other
    /// The device or network works again.
    case restored
    /// One of many of the same cause, which has an alert of its own.
    case networkFault
  }

  /// What was done.
  package enum Action: String, Sendable, CaseIterable {
    case advice, familyCame, staffCame, lifted, ambulance, publicService, admitted, died, deviceChanged, none
  }

  /// What allows closing.
  package enum ClosedBy: String, Sendable, CaseIterable {
    case spokeTo, seenBy, handedOver, hospitalConfirmed, notNeeded
  }

  /// An alert as it is when opened; the rest follows by steps.
  package init(
    id: AlertID, district: DistrictID, caseKey: CaseKey, key: String, alertClass: AlertClass, severity: Int,
    kind: SignalKind, resident: ResidentID?, dwelling: DwellingID?, serial: String?, openedAt: Timestamp,
    window: TimeSpan, policy: String, ruleSetHash: String, reason: String, tracks: [TrackProgress],
    oddities: [SignalOddity]
  ) {
    self.id = id
    self.district = district
    self.caseKey = caseKey
    self.key = key
    self.alertClass = alertClass
    self.severity = severity
    self.kind = kind
    self.resident = resident
    self.dwelling = dwelling
    self.serial = serial
    self.openedAt = openedAt
    self.lastSignalAt = openedAt
    self.signalCount = 1
    self.raisedCount = 0
    self.window = window
    self.burstStartedAt = openedAt
    self.burstCount = 1
    self.state = .open
    self.policy = policy
    self.ruleSetHash = ruleSetHash
    self.reason = reason
    self.tracks = tracks
    self.oddities = oddities
  }
}

/// What belongs together now: the unit of reload and of the timeline.
package enum CaseKey: Sendable, Hashable, CustomStringConvertible {
  case resident(ResidentID)
  case dwelling(DwellingID)
  case device(serial: String)
  case staff(StaffID)
  case source(String)

  /// The text kept in the database: `resident:<uuid>`, `device:<serial>` …
  package var description: String {
    switch self {
    case .resident(let id): "resident:\(id)"
    case .dwelling(let id): "dwelling:\(id)"
    case .device(let serial): "device:\(serial)"
    case .staff(let id): "staff:\(id)"
    case .source(let name): "source:\(name)"
    }
  }

  /// Appends ``description`` as UTF-8.
  package func append(to bytes: inout [UInt8]) {
    switch self {
    case .resident(let id): append("resident:", id, to: &bytes)
    case .dwelling(let id): append("dwelling:", id, to: &bytes)
    case .staff(let id): append("staff:", id, to: &bytes)
    case .device, .source: bytes.append(contentsOf: description.utf8)
    }
  }

  private func append<Entity>(_ prefix: StaticString, _ id: Identifier<Entity>, to bytes: inout [UInt8]) {
    prefix.withUTF8Buffer { bytes.append(contentsOf: $0) }
    id.append(to: &bytes)
  }

  /// Reads the text form; nil for anything else.
  package init?(_ text: String) {
    let utf8 = text.utf8
    guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let rest = String(text[text.index(after: colon)...])
    switch text[..<colon] {
    case "resident":
      guard let id = ResidentID(rest) else { return nil }
      self = .resident(id)
    case "dwelling":
      guard let id = DwellingID(rest) else { return nil }
      self = .dwelling(id)
    case "device": self = .device(serial: rest)
    case "staff":
      guard let id = StaffID(rest) else { return nil }
      self = .staff(id)
    case "source": self = .source(rest)
    default: return nil
    }
  }
}

/// One attempt to speak with somebody about an alert.
package struct Call: Sendable, Equatable {
  /// How it ended.
  package enum Outcome: String, Sendable, CaseIterable { case answered, noAnswer, busy, off, wrongNumber }

  /// The id.
  package var id: CallID
  /// The district of its alert.
  package var district: DistrictID
  /// The alert it was about.
  package var alert: AlertID
  /// Who was called (`device`, `resident`, `daughter` …).
  package var party: String
  /// How it ended.
  package var outcome: Outcome
  /// When it ended.
  package var at: Timestamp
  /// Who called.
  package var by: StaffID

  /// A call.
  package init(
    id: CallID, district: DistrictID, alert: AlertID, party: String, outcome: Outcome, at: Timestamp, by: StaffID
  ) {
    self.id = id
    self.district = district
    self.alert = alert
    self.party = party
    self.outcome = outcome
    self.at = at
    self.by = by
  }
}
