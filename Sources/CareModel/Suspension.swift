/// A suspension's id.
package typealias SuspensionID = Identifier<Suspension>

/// A stated pause of what is watched over for one person, with an owner and an end; never of the others at home, and
/// never of a signal of class `life` (domain page, section 1).
package struct Suspension: Sendable, Equatable {
  /// The id, derived from the input that made it.
  package var id: SuspensionID
  /// The district of the resident when it was made; never changes.
  package var district: DistrictID
  /// The resident's case.
  package var caseKey: CaseKey
  /// Whose supervision pauses.
  package var resident: ResidentID
  /// What it holds.
  package var holds: Holds
  /// Why, in a person's words.
  package var reason: String
  /// Who answers for it and is reminded before it ends.
  package var owner: StaffID
  /// It holds from this moment.
  package var from: Timestamp
  /// Until just before this moment; at most ``longest`` after ``from``.
  package var until: Timestamp
  /// Where it stands.
  package var state: State
  /// When its owner is reminded of the end; nil once that is done.
  package var remindAt: Timestamp?
  /// When it ended: ``until``, or earlier when somebody ended it.
  package var endedAt: Timestamp?
  /// Who ended it; nil when its time was up.
  package var endedBy: StaffID?

  /// Where a suspension stands.
  package enum State: String, Sendable, CaseIterable { case scheduled, active, ended }

  /// What a suspension holds. Only the kinds named here, and of these none that the rules class as `life`.
  package enum Holds: String, Sendable, CaseIterable {
    /// What says that somebody who should be at home is not seen: meaningless while the person is away.
    case absence
    /// What a home without power, line or people brings about.
    case technical
    /// Both.
    case all

    /// Whether signals of this kind are held; `restored` signals never are, so that what was open ends.
    package func includes(_ kind: SignalKind) -> Bool {
      switch kind {
      case .inactivity, .doorOpen, .wandering, .bedExit: self != .technical
      case .batteryLow, .mainsLost, .tamper, .deviceFault, .lineLost: self != .absence
      case .panic, .fall, .smoke, .gas, .water, .heat, .carbonMonoxide, .vitals, .duress, .mainsRestored,
        .networkFault, .networkRestored, .lineRestored, .heartbeat, .test, .motion, .door, .waterUse, .power,
        .temperature, .humidity, .position, .measurement, .requestHelp, .requestAdvice,
        .requestHousekeeping, .requestEscort, .requestCallback, .cancel,
        .admit, .transfer, .leave, .returned, .discharge, .cancelAdmit, .cancelDischarge, .updateVisit,
        .mergeIdentity, .register, .unknown:
        false
      }
    }
  }

  /// From its start to its end, extensions included.
  package static let longest = TimeSpan.hours(24 * 180)
  /// From being made to its start.
  package static let longestLead = TimeSpan.hours(24 * 180)
  /// Longest reason, in bytes.
  package static let maximumReasonBytes = 1024
  /// Most unfinished ones of one person.
  package static let maximumOfResident = 16

  /// A suspension that has not begun.
  package init(
    id: SuspensionID, district: DistrictID, resident: ResidentID, holds: Holds, reason: String, owner: StaffID,
    from: Timestamp, until: Timestamp, remindAt: Timestamp?
  ) {
    self.id = id
    self.district = district
    self.caseKey = .resident(resident)
    self.resident = resident
    self.holds = holds
    self.reason = reason
    self.owner = owner
    self.from = from
    self.until = until
    self.state = .scheduled
    self.remindAt = remindAt
  }

  /// Whether it holds at a moment, whatever its deadlines have done already.
  package func isRunning(at now: Timestamp) -> Bool { state != .ended && from <= now && now < until }

  /// When something happens by itself: the start, the reminder, the end; nil only when it has ended.
  package var nextDeadline: Timestamp? {
    switch state {
    case .scheduled: from
    case .active: min(remindAt ?? until, until)
    case .ended: nil
    }
  }
}

extension Alert {
  /// What an alert shows of the suspension of its person; the alert itself is never held back for it.
  package struct Suspended: Sendable, Equatable {
    /// Which.
    package var suspension: SuspensionID
    /// Since when.
    package var since: Timestamp
    /// Until when.
    package var until: Timestamp
    /// Why.
    package var reason: String

    /// What is shown, from its parts.
    package init(suspension: SuspensionID, since: Timestamp, until: Timestamp, reason: String) {
      self.suspension = suspension
      self.since = since
      self.until = until
      self.reason = reason
    }

    /// What is shown of a suspension.
    package init(_ suspension: Suspension) {
      self.init(
        suspension: suspension.id, since: suspension.from, until: suspension.until, reason: suspension.reason)
    }
  }
}
