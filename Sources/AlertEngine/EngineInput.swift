import AlertRules
import CareModel

/// Something that happened; values and ids only, so that it can be logged, replayed and compared.
package enum Input: Sendable, Equatable {
  /// A feed delivered a signal.
  case signalReceived(InputID, Signal)
  /// A member of staff answered from a phone.
  case staffAnswered(InputID, StaffAnswerMessage)
  /// A person acted at the desk.
  case operatorActed(InputID, OperatorAction, by: StaffID)
  /// A notification was delivered, or was not.
  case deliveryReported(InputID, NotificationID, DeliveryReport)
  /// The moment asked for with ``EngineCore/nextDeadline`` has come.
  case deadlineReached(InputID)
  /// A phone or device can be reached again: what waits for it is tried at once.
  case recipientOnline(Notification.Route)
  /// Devices were heard, oldest first; in batches, because they are many and nobody waits for an answer.
  case heard([HeardDevice])
  /// The register changed, or is loaded at start.
  case referenceChanged([RegisterChange])
  /// Commits up to this number are durable.
  case committed(Int64)
  /// This commit was rolled back for its content (a data error), alone; later unconfirmed ones were not written.
  case commitFailed(Int64, CommitFailure)
  /// The local log holds the inputs of this lineage's commits up to this number.
  case logged(Int64, lineage: Int)
  /// The local log cannot be written: what it does not hold is refused, and from then on the store alone counts.
  case logLost
  /// The local log is written (again): from now on both copies count.
  case logReady
  /// What the store knows of the cases asked for with ``Output/reload(_:)``, or of all at start.
  case casesLoaded(CaseSnapshot)
  /// The store cannot be reached: senders are not kept waiting.
  case storeLost
  /// The store answers again.
  case storeBack
}

/// Why a commit was rolled back.
package struct CommitFailure: Sendable, Equatable {
  /// The SQLSTATE, five characters.
  package var code: String

  /// A failure.
  package init(code: String) { self.code = code }
}

/// What became of one try to deliver a notification.
package enum DeliveryReport: Sendable, Equatable {
  /// The receiving side has taken it.
  case delivered
  /// Not delivered; another try may succeed.
  case failed(isRetryable: Bool)
  /// Nobody is connected there: tried at once on ``Input/recipientOnline(_:)``, and rarely until then.
  case unreachable
}

/// Open work as the store knows it: recovery at start, and reload after a failed commit.
package struct CaseSnapshot: Sendable, Equatable {
  /// The cases that it is about; nil = all (start-up).
  package var caseKeys: [CaseKey]?
  /// The number of the last commit in it.
  package var commitNumber: Int64
  /// Alerts that are unresolved, or resolved within the longest window.
  package var alerts: [Alert]
  /// Tasks that are not finished, with their open offers.
  package var tasks: [WorkTask]
  /// Stays that are open or changed within ``EngineSettings/stayMemory``.
  package var stays: [Stay]
  /// All reminders of these stays, whatever their state.
  package var reminders: [Reminder]
  /// Suspensions that have not ended.
  package var suspensions: [Suspension]
  /// Notifications that are neither delivered nor given up.
  package var notifications: [Notification]
  /// Message ids inside their windows; only at start.
  package var repeats: [RememberedMessage]
  /// When devices were last heard, and which are lost; only at start.
  package var lines: [KnownLine]
  /// Instances of `correlate` rules; only at start.
  package var correlations: [CorrelationRow] = []

  /// A snapshot.
  package init(
    caseKeys: [CaseKey]?, commitNumber: Int64, alerts: [Alert] = [], tasks: [WorkTask] = [], stays: [Stay] = [],
    reminders: [Reminder] = [], suspensions: [Suspension] = [], notifications: [Notification] = [],
    repeats: [RememberedMessage] = [], lines: [KnownLine] = []
  ) {
    self.caseKeys = caseKeys
    self.commitNumber = commitNumber
    self.alerts = alerts
    self.tasks = tasks
    self.stays = stays
    self.reminders = reminders
    self.suspensions = suspensions
    self.notifications = notifications
    self.repeats = repeats
    self.lines = lines
  }
}

/// A message id that was seen, and until when a second copy is a repeat.
package struct RememberedMessage: Sendable, Equatable {
  /// Hash of feed, sender, serial and message id.
  package var digest: MessageDigest
  /// The signal that the first copy became.
  package var signal: SignalID
  /// Until when.
  package var until: Timestamp

  /// A remembered message.
  package init(digest: MessageDigest, signal: SignalID, until: Timestamp) {
    self.digest = digest
    self.signal = signal
    self.until = until
  }
}

/// 128 bits of a message's sender and id; two different ones collide with a chance below 1e-20 in a city's week.
package struct MessageDigest: Sendable, Hashable {
  /// First half.
  package var high: UInt64
  /// Second half.
  package var low: UInt64

  /// A digest from its halves.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The digest of a sender's message id; fixed for ever, it is stored.
  package init(source: SignalSource, id: String) {
    let separator: UInt8 = 0x1F
    var text = Array(source.feed.rawValue.utf8)
    for part in [source.sender, source.serial ?? "", id] {
      text.append(separator)
      text.append(contentsOf: part.utf8)
    }
    high = fixedHash(text)
    text.reverse()
    low = fixedMix(fixedHash(text) ^ UInt64(text.count))
  }
}
