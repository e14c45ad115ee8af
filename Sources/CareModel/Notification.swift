/// A notification's id; also its idempotency key on every channel.
package typealias NotificationID = Identifier<Notification>

/// One message to one receiver; kept in the outbox until it was delivered or given up.
package struct Notification: Sendable, Equatable {
  /// The id and idempotency key.
  package var id: NotificationID
  /// The district of its case.
  package var district: DistrictID
  /// The case it belongs to.
  package var caseKey: CaseKey
  /// What it says.
  package var content: Content
  /// Where it goes.
  package var route: Route
  /// `life` is sent before all others.
  package var alertClass: AlertClass
  /// When it was decided.
  package var createdAt: Timestamp
  /// After this moment it is given up: what it says is no longer of use.
  package var expiresAt: Timestamp
  /// Attempts so far.
  package var attempts: Int
  /// When the next attempt is due; nil while one is under way.
  package var retryAt: Timestamp?
  /// It may have been delivered already (sent again after a restart).
  package var isPossibleRepeat: Bool

  /// Where a notification goes.
  package enum Route: Sendable, Hashable {
    /// The staff member's phone over MQTT.
    case staffPhone(StaffID)
    /// A device's status topic.
    case device(serial: String)
    /// A channel and address.
    case channel(Destination)
  }

  /// What a notification says.
  package enum Content: Sendable, Equatable {
    /// Will you take this?
    case offer(OfferContent)
    /// It is settled without you.
    case offerWithdrawn(OfferID, TaskID)
    /// You have it, and we have not heard from you.
    case nudge(OfferID, TaskID, awaited: WorkTask.State)
    /// Nobody has taken this alert; you are next in line (shift leader, duty chief).
    case alertWaits(AlertID, role: StaffRole, kind: SignalKind, residentName: String?, address: String?)
    /// It rang again: whoever has the task is told.
    case signalJoined(AlertID, TaskID, kind: SignalKind)
    /// The second acknowledgement: a person has it.
    case deviceStatus(AlertID, DeviceStatus)
    /// Please confirm: this resident is in hospital.
    case reminder(ReminderID, residentName: String, hospitalCode: String, admittedAt: Timestamp?)
    /// What was said is no longer so.
    case reminderWithdrawn(ReminderID, residentName: String)
    /// The suspension that you own ends soon: extend it or let it end.
    case suspensionEnds(SuspensionID, residentName: String, until: Timestamp)
    /// Somebody outside the centre is asked about an alert.
    case outsideAsked(AlertID, group: OutsideGroup, kind: SignalKind, residentName: String?, address: String?)
  }

  /// What a responder needs to go.
  package struct OfferContent: Sendable, Equatable {
    /// The offer to answer.
    package var offer: OfferID
    /// Its task.
    package var task: TaskID
    /// The alert behind it.
    package var alert: AlertID?
    /// What is to be done.
    package var kind: WorkTask.Kind
    /// What happened.
    package var signalKind: SignalKind?
    /// Who needs it.
    package var residentName: String?
    /// Where.
    package var address: String?
    /// Until when an answer counts.
    package var expiresAt: Timestamp

    /// The content of an offer.
    package init(
      offer: OfferID, task: TaskID, alert: AlertID?, kind: WorkTask.Kind, signalKind: SignalKind?,
      residentName: String?, address: String?, expiresAt: Timestamp
    ) {
      self.offer = offer
      self.task = task
      self.alert = alert
      self.kind = kind
      self.signalKind = signalKind
      self.residentName = residentName
      self.address = address
      self.expiresAt = expiresAt
    }
  }

  /// What a device is told (interfaces page, section 3).
  package enum DeviceStatus: String, Sendable, CaseIterable { case received, taken, onTheWay, closed }

  /// A notification that was not tried yet.
  package init(
    id: NotificationID, district: DistrictID, caseKey: CaseKey, content: Content, route: Route,
    alertClass: AlertClass, createdAt: Timestamp, expiresAt: Timestamp
  ) {
    self.id = id
    self.district = district
    self.caseKey = caseKey
    self.content = content
    self.route = route
    self.alertClass = alertClass
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.attempts = 0
    self.retryAt = nil
    self.isPossibleRepeat = false
  }
}
