import AlertEngine
import CareModel

/// The rows of PostgreSQL and its constraints, without PostgreSQL. A commit is written whole or not at all.
struct SimulatedStore {
  private(set) var sequence: Int64 = 0
  private(set) var lineages: [Int64: Int] = [:]
  private(set) var alerts: [AlertID: Alert] = [:]
  private(set) var tasks: [TaskID: WorkTask] = [:]
  private(set) var stays: [StayID: (stay: Stay, changedAt: Timestamp)] = [:]
  private(set) var reminders: [ReminderID: Reminder] = [:]
  private(set) var suspensions: [SuspensionID: Suspension] = [:]
  private(set) var offers: [OfferID: Offer] = [:]
  private(set) var notifications: [NotificationID: Notification] = [:]
  private(set) var applied: Set<InputID> = []
  private(set) var signals: Set<SignalID> = []
  /// How often a message of this content was stored (``SimulatedStore/content(of:)``).
  private(set) var copies: [UInt64: Int] = [:]
  /// When somebody was last asked for a task, or did something about it, in true time.
  private(set) var taskAskedAt: [TaskID: Timestamp] = [:]
  /// When the desk or the field was last asked about an alert, in true time.
  private(set) var askedAt: [AlertID: Timestamp] = [:]
  /// Unresolved alerts, oldest first.
  private(set) var openAlerts: [AlertID] = []
  /// Reminders that wait for somebody, oldest first.
  private(set) var dueReminders: [ReminderID] = []
  private var fates: Set<NotificationID> = []
  private var remembered: [MessageDigest: RememberedMessage] = [:]
  /// How the lines to devices stand.
  private(set) var lines: [String: DeviceLine] = [:]
  /// Instances of `correlate` rules.
  private(set) var correlations: [CorrelationKey: CorrelationRow] = [:]
  private var openKeys: [OpenKey: AlertID] = [:]
  private var commitments: [OfferID: StaffCommitment] = [:]
  private var commitmentsByStaff: [StaffID: [OfferID]] = [:]

  private struct OpenKey: Hashable {
    var district: DistrictID
    var key: String
  }

  /// Writes a commit; throws when a constraint refuses it: the engine must never let it come to that.
  mutating func apply(_ commit: Commit, at now: Timestamp) throws(Violation) {
    guard commit.number == sequence + 1 else {
      throw Violation("a commit does not follow the one before", "\(commit.number) after \(sequence)")
    }
    guard applied.insert(commit.input).inserted else { throw Violation("an input is applied twice", "\(commit.input)") }
    sequence = commit.number
    lineages[commit.number] = commit.lineage
    if let signal = commit.signal { try apply(signal) }
    for emission in commit.emissions { try apply(emission) }
    for row in commit.correlations { correlations[row.key] = row.deadline == nil ? nil : row }
    for alert in commit.alerts where alert.state == .resolved { write(alert) }
    for alert in commit.alerts where alert.state != .resolved {
      let key = OpenKey(district: alert.district, key: alert.key)
      if let other = openKeys[key], other != alert.id { throw Violation("two open alerts of one key", alert.key) }
      write(alert)
    }
    for task in commit.tasks { tasks[task.id] = task }
    try apply(commit.offers)
    for stay in commit.stays { stays[stay.id] = (stay, commit.at) }
    for reminder in commit.reminders {
      reminders[reminder.id] = reminder
      dueReminders.keep(reminder.id, if: reminder.state == .due)
    }
    for suspension in commit.suspensions { suspensions[suspension.id] = suspension }
    for notification in commit.notifications { notifications[notification.id] = notification }
    for mark in commit.outboxMarks { fates.insert(mark.notification) }
    try apply(commit.commitments)
    for line in commit.lines { lines[line.serial] = line }
    for event in commit.events { note(event, at: now) }
  }

  private mutating func apply(_ stored: StoredSignal) throws(Violation) {
    guard signals.insert(stored.id).inserted else { throw Violation("a signal is stored twice", "\(stored.id)") }
    copies[Self.content(of: stored.signal), default: 0] += 1
    guard let message = stored.remembered else { return }
    if let first = remembered[message.digest], first.until > stored.receivedAt {
      throw Violation("a second copy of a message became a signal of its own")
    }
    remembered[message.digest] = message
  }

  private mutating func write(_ alert: Alert) {
    let key = OpenKey(district: alert.district, key: alert.key)
    if alert.state != .resolved {
      openKeys[key] = alert.id
    } else if openKeys[key] == alert.id {
      openKeys[key] = nil
    }
    alerts[alert.id] = alert
    openAlerts.keep(alert.id, if: alert.state != .resolved)
  }

  private mutating func apply(_ changed: [Offer]) throws(Violation) {
    for offer in changed { offers[offer.id] = offer }
    for offer in changed where offer.state == .accepted {
      let task = tasks[offer.task]
      let rivals = task?.slots[offer.slot].offers.filter { $0.state == .accepted && $0.id != offer.id } ?? []
      let isBacked = rivals.contains { offers[$0.id]?.state == .accepted }
      guard !isBacked else { throw Violation("two people have accepted one slot") }
    }
  }

  private mutating func apply(_ changed: [StaffCommitment]) throws(Violation) {
    for commitment in changed {
      if commitments.removeValue(forKey: commitment.offer) != nil {
        commitmentsByStaff[commitment.staff]?.removeAll { $0 == commitment.offer }
      }
    }
    // Of a commitment that is named twice the last word counts.
    var last: [StaffCommitment] = []
    for commitment in changed {
      last.removeAll { $0.offer == commitment.offer }
      last.append(commitment)
    }
    for commitment in last {
      let end = commitment.until ?? .distantFuture
      guard end > commitment.from else { continue }
      for other in (commitmentsByStaff[commitment.staff] ?? []).compactMap({ commitments[$0] }) {
        guard other.from < end, commitment.from < other.until ?? .distantFuture else { continue }
        throw Violation("somebody is booked twice at once", "\(commitment.staff)")
      }
      commitments[commitment.offer] = commitment
      commitmentsByStaff[commitment.staff, default: []].append(commitment.offer)
    }
  }

  private mutating func note(_ event: CareEvent, at now: Timestamp) {
    switch (event.kind, event.subject) {
    case (.alertOpened, .alert(let alert)), (.alertEscalated, .alert(let alert)),
      (.alertReleased, .alert(let alert)), (.alertReopened, .alert(let alert)):
      askedAt[alert.id] = now
    case (.offerChanged, .offer(let offer)): taskAskedAt[offer.task] = now
    case (.taskCreated, .task(let task)), (.taskEscalated, .task(let task)), (.taskChanged, .task(let task)):
      taskAskedAt[task.id] = now
    default: break
    }
  }

  /// What a new engine recovers from.
  func snapshot(of keys: [CaseKey]?, at now: Timestamp) -> CaseSnapshot {
    func isWanted(_ key: CaseKey) -> Bool { keys?.contains(key) ?? true }
    let wantedStays = stays.values.map(\.stay).filter { isWanted($0.caseKey) }.sorted { $0.id < $1.id }
    let repeats = remembered.values.filter { $0.until > now }.sorted { ($0.until, $0.signal) < ($1.until, $1.signal) }
    var snapshot = CaseSnapshot(
      caseKeys: keys, commitNumber: sequence,
      alerts: alerts.values.filter { alert in
        guard isWanted(alert.caseKey) else { return false }
        return alert.resolution.map { $0.at + alert.window > now } ?? true
      }.sorted { $0.id < $1.id },
      tasks: tasks.values.filter { isWanted($0.caseKey) && !$0.state.isFinished }.sorted { $0.id < $1.id },
      stays: wantedStays,
      reminders: reminders.values.filter { isWanted($0.caseKey) }.sorted { $0.id < $1.id },
      suspensions: suspensions.values.filter { isWanted($0.caseKey) && $0.state != .ended }.sorted { $0.id < $1.id },
      notifications: notifications.values.filter { isWanted($0.caseKey) && !fates.contains($0.id) }
        .sorted { $0.id < $1.id },
      repeats: keys == nil ? repeats : [])
    if keys == nil { snapshot.correlations = correlations.values.sorted { $0.key < $1.key } }
    return snapshot
  }

  /// Tells messages apart by what they say, whatever became of the rest of the signal.
  static func content(of signal: Signal) -> UInt64 {
    // A hospital's repeat key ends with the hash of the block; the block itself is not kept for strangers.
    if signal.source.feed == .mllp, case .message(let id, _) = signal.repeatKey {
      return UInt64(id.suffix(16), radix: 16) ?? 0
    }
    return fixedHash(signal.raw)
  }

  func has(_ notification: NotificationID) -> Bool { notifications[notification] != nil }
}

extension Array where Element: Comparable {
  /// Puts an element into its place in a sorted list, or takes it out.
  fileprivate mutating func keep(_ element: Element, if isWanted: Bool) {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    let isThere = low < count && self[low] == element
    if isWanted, !isThere { insert(element, at: low) }
    if !isWanted, isThere { remove(at: low) }
  }
}
