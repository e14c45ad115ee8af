import CareModel

/// Which operator an instance belongs to; the raw value is stored.
package enum CorrelationOperator: UInt8, Sendable, CaseIterable {
  case hold = 1
  case sequence, absent, count, pair
}

/// Where one instance of a rule stands; there is none while nothing has happened.
package struct CorrelationState: Sendable, Equatable {
  /// What has happened so far.
  package var phase: Phase
  /// When something happens by itself; counted from times of receipt, never from a device's clock.
  package var deadline: Timestamp

  /// A state.
  package init(_ phase: Phase, until deadline: Timestamp) {
    self.phase = phase
    self.deadline = deadline
  }

  /// What has happened so far.
  package enum Phase: Sendable, Equatable {
    /// `hold`: the condition holds.
    case holding
    /// `sequence`: signals that met `a`, oldest first, at most ``RuleLimits/sequenceFirsts``.
    case awaiting([RecordedSignal])
    /// `absent`: what is waited for may be missing for so long.
    case armed(span: TimeSpan)
    /// `count`: what is counted, oldest first, at most one less than `atLeast`.
    case counting([CountedSignal])
    /// `pair`: the interval is open.
    case open(since: Timestamp)
    /// It has emitted, and does not again before the deadline.
    case quiet
  }
}

/// What `b` of a sequence can read of the first signal.
package struct RecordedSignal: Sendable, Equatable {
  /// When it was received.
  package var at: Timestamp
  /// Its fields that expressions see; the message itself is not kept.
  package var signal: Signal

  /// What is kept of a signal.
  package init(_ signal: Signal, at: Timestamp) {
    self.at = at
    self.signal = Signal(
      source: signal.source, kind: signal.kind, batteryPercent: signal.batteryPercent, zone: signal.zone,
      value: signal.value, hospital: signal.hospital?.recorded, oddities: signal.oddities)
  }
}

extension HospitalMessage {
  fileprivate var recorded: HospitalMessage {
    HospitalMessage(
      hospitalCode: hospitalCode, eventCode: eventCode, patient: PatientIdentity(), patientClass: patientClass)
  }
}

/// One signal of a `count`.
package struct CountedSignal: Sendable, Equatable {
  /// When it was received.
  package var at: Timestamp
  /// Hash of the value of `distinct`; nil = every signal counts.
  package var distinct: UInt64?

  /// A counted signal.
  package init(at: Timestamp, distinct: UInt64? = nil) {
    self.at = at
    self.distinct = distinct
  }
}

/// What an instance says when its time has come.
package struct CorrelationEmission: Sendable, Equatable {
  /// The moment that it is about: a deadline, or the receipt of the signal that completed it.
  package var at: Timestamp
  /// `count`: how many; `pair`: the seconds between start and stop.
  package var value: Double?

  /// An emission.
  package init(at: Timestamp, value: Double? = nil) {
    self.at = at
    self.value = value
  }
}
