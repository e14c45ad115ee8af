import AlertRules
import CareModel
import DequeModule

/// What each input means, decided in memory; no I/O, no clock, no randomness.
///
/// One input is stepped at a time. What it changes becomes one numbered commit; what the outside may see of it
/// (acknowledgements, notifications, event-stream entries) waits until that commit is durable.
package struct EngineCore: Sendable {
  /// Times and bounds.
  package let settings: EngineSettings
  var rules: RuleSet
  var olderRules = OlderRules()
  var register = RegisterBook()
  var book = CaseBook()
  var suspensions: SuspensionBook
  var deadlines = DeadlineQueue()
  var repeats: RepeatMemory
  var supervision: SupervisionTable
  var correlations = CorrelationTable()
  var stream: CommitStream
  var draft: Draft
  var outputs: [Output] = []
  /// Resolved alerts in memory, oldest first, for the bound.
  var recentlyResolved: Deque<AlertID> = []
  /// Signals without a message id whose first copy is not acknowledged yet.
  var unacknowledged: [UInt64: Timestamp] = [:]
  /// What became of the newest actions: the same action sent again, because its answer was lost, is not done again.
  var doneActions: RecentActions
  /// How often rules about life failed in the present minute.
  var ruleErrors = RuleErrorCount()
  /// Notifications whose commit is not durable yet: nobody may see them.
  var unreleased: Set<NotificationID> = []
  private(set) var latest = Timestamp.distantPast

  /// An engine that knows nothing yet; feed it the register and ``Input/casesLoaded(_:)`` first.
  package init(rules: RuleSet, settings: EngineSettings = EngineSettings()) {
    self.rules = rules
    self.settings = settings
    stream = CommitStream(policy: settings.ackPolicy)
    repeats = RepeatMemory(limit: settings.maximumRemembered)
    supervision = SupervisionTable(settings: settings.supervision)
    suspensions = SuspensionBook(maximumEnded: settings.maximumEndedSuspensions)
    doneActions = RecentActions(limit: settings.maximumDoneActions)
    draft = Draft(input: InputID(high: 0, low: 0), now: .distantPast)
  }

  /// Takes one thing that happened, and says what to do about it.
  ///
  /// - Parameters:
  ///   - input: what happened.
  ///   - time: when; a moment before an earlier step's counts as that step's (engine time never runs backwards).
  package mutating func step(_ input: Input, at time: Timestamp) -> [Output] {
    latest = max(latest, time)
    outputs.removeAll(keepingCapacity: true)
    switch input {
    case .signalReceived, .staffAnswered, .operatorActed, .deliveryReported, .deadlineReached:
      take(input, at: latest)
    case .recipientOnline(let route): retryAtOnce(route, at: latest)
    case .referenceChanged(let changes):
      for change in changes { register.apply(change) }
      supervise(changes)
    case .heard(let signs): for sign in signs { supervision.heard(sign) }
    case .committed(let number):
      supervision.confirmed(upTo: number)
      correlations.confirmed(upTo: number)
      forget(stream.committed(upTo: number, into: &outputs))
      dropWhatIsNoLongerSo()
    case .logged(let number, let lineage):
      forget(stream.logged(upTo: number, lineage: lineage, into: &outputs))
      dropWhatIsNoLongerSo()
    case .logLost:
      forget(stream.logLost(into: &outputs))
      dropWhatIsNoLongerSo()
    case .logReady: stream.log.ready(next: stream.nextNumber)
    case .commitFailed(let number, _): beginReload(from: number)
    case .casesLoaded(let snapshot): load(snapshot, at: latest)
    case .storeLost:
      stream.storeLost(into: &outputs)
      dropWhatIsNoLongerSo()
      correlationStoreLost()
    case .storeBack:
      stream.storeBack()
      supervision.hearAgain(at: latest, heardUntil: latest)
      correlationStoreBack()
    }
    return outputs
  }

  /// Takes an input of an earlier run that the store lacks, at its own time: only what is decided later moves on.
  package mutating func replay(_ input: Input, at time: Timestamp) -> [Output] {
    latest = max(latest, time)
    outputs.removeAll(keepingCapacity: true)
    take(input, at: time)
    return outputs
  }

  /// When ``Input/deadlineReached(_:)`` is due next; nil when nothing waits.
  package var nextDeadline: Timestamp? {
    guard !stream.isReloading, stream.unconfirmedCount < settings.maximumUnconfirmed else { return nil }
    let others = [supervisionDue, unwrittenCorrelationsDue, lifeReleaseDue]
    guard let other = others.compactMap({ $0 }).min() else {
      return deadlines.earliest
    }
    return min(deadlines.earliest ?? .distantFuture, other)
  }

  /// When the oldest life notification goes out whose commit is unanswered.
  private var lifeReleaseDue: Timestamp? { stream.log.oldestLife.map { $0 + settings.lifeRelease } }

  /// Inputs that are decided and not yet known to be durable.
  package var unconfirmedCount: Int { stream.unconfirmedCount }

  /// Deadlines that are armed.
  package var deadlineCount: Int { deadlines.count }

  /// Steps an input that changes state, or keeps it while cases are being reloaded.
  private mutating func take(_ input: Input, at now: Timestamp) {
    if stream.isReloading {
      guard stream.deferred.count < settings.maximumDeferred else { return refuse(input) }
      stream.deferred.append((input, now))
      if stream.isStoreAway { refuse(input) }
      return
    }
    decide(input, at: now)
  }

  /// A second copy of these would be a new message now.
  private mutating func forget(_ fingerprints: [UInt64]) {
    for fingerprint in fingerprints { unacknowledged[fingerprint] = nil }
  }

  /// What waited for its commit and was overtaken meanwhile is not sent; what expired waiting is given up when due.
  private mutating func dropWhatIsNoLongerSo() {
    outputs.removeAll { output in
      guard case .notify(let notification) = output, unreleased.remove(notification.id) != nil else { return false }
      return book.notifications[notification.id] == nil || notification.expiresAt <= latest
    }
  }

  /// Decides one input and commits what it changed.
  mutating func decide(_ input: Input, at now: Timestamp) {
    guard let id = input.id else { return }
    guard stream.unconfirmedCount < settings.maximumUnconfirmed else { return refuse(input) }
    draft = Draft(input: id, now: now)
    switch input {
    case .signalReceived(_, let signal):
      noteSign(signal)
      receive(signal)
    case .staffAnswered(_, let message):
      answer(message.offer, by: message.staff, message.answer, reason: message.reason)
    case .operatorActed(_, let action, let staff):
      if let earlier = doneActions[id] {
        draft.acknowledgement = earlier
      } else {
        act(action, by: staff)
        doneActions[id] = draft.acknowledgement
      }
    case .deliveryReported(_, let notification, let report): deliveryReported(notification, report)
    case .deadlineReached: fireDeadline()
    case .recipientOnline, .heard, .referenceChanged, .committed, .commitFailed, .logged, .logLost,
      .logReady, .casesLoaded, .storeLost, .storeBack:
      return
    }
    if rules.watchesCases { followCases() }
    finish(input)
  }

  /// Says at once that an input was not taken.
  mutating func refuse(_ input: Input) {
    if let refusal = input.refusal { outputs.append(refusal) }
  }

  /// Turns the draft into a commit and holds back what the outside may see of it.
  private mutating func finish(_ input: Input) {
    var held: [Output] = []
    if let acknowledgement = draft.acknowledgement { held.append(.acknowledge(draft.input, acknowledgement)) }
    let source = CommitStream.Source(input: input, at: draft.now, fired: draft.fired)
    guard !draft.isEmpty else { return stream.holdWithLatest(held, of: source, into: &outputs) }
    var commit = Commit(
      number: stream.nextNumber, lineage: stream.lineage, input: draft.input, at: draft.now, district: 0)
    compose(&commit)
    // Published before it is answered: whoever is answered finds the change when looking.
    if !commit.events.isEmpty { held.insert(.publish(commit.number, firstOrdinal: 0, commit.events), at: 0) }
    for notification in draft.notifications + draft.bestEffort { held.append(.notify(notification)) }
    for notification in draft.notifications { unreleased.insert(notification.id) }
    supervision.wrote(commit.lines, in: commit.number)
    correlations.wrote(draft.correlations, in: commit.number, isHousekeeping: draft.isHousekeeping)
    if stream.log.isWritten {
      outputs.append(
        .log(LoggedInput(number: commit.number, lineage: commit.lineage, at: draft.now, input: input)))
    }
    outputs.append(.commit(commit))
    let cases = commit.caseKeys(and: draft.markedCases)
    stream.append(commit.number, from: source, cases: cases, held: held, into: &outputs)
  }

  /// Fills a commit with the last state of everything that was touched, and arms the deadlines of that state.
  private mutating func compose(_ commit: inout Commit) {
    commit.signal = draft.signal
    commit.emissions = draft.emissions
    if !draft.correlations.isEmpty { commit.correlations = correlationRows(of: draft.correlations.map(\.key)) }
    commit.alerts = draft.alerts.compactMap { book.alerts[$0] }
    commit.tasks = draft.tasks.compactMap { book.tasks[$0] }
    commit.stays = draft.stays.compactMap { book.stays[$0] }
    commit.reminders = draft.reminders.compactMap { book.reminders[$0] }
    commit.suspensions = draft.suspensions.compactMap { suspensions[$0] }
    commit.offers = draft.offers
    commit.calls = draft.calls
    commit.notifications = draft.notifications
    commit.outboxMarks = draft.marks
    commit.commitments = draft.commitments
    commit.events = draft.events
    commit.lines = draft.lines
    commit.showFinalStates()
    commit.district = commit.mainDistrict
    for alert in commit.alerts { arm(alert) }
    for task in commit.tasks { arm(task) }
    for stay in commit.stays { arm(stay, at: draft.now) }
    for suspension in commit.suspensions { arm(suspension) }
    for reminder in commit.reminders { deadlines.set(.reminder(reminder.id), reminder.deadline) }
  }

  /// Arms what a task waits for; a finished task leaves memory.
  mutating func arm(_ task: WorkTask) {
    deadlines.set(.task(task.id), task.nextDeadline)
    if task.state.isFinished { book.remove(task: task.id) }
  }

  private mutating func fireDeadline() {
    if stream.releaseLife(until: draft.now - settings.lifeRelease, into: &outputs) { return dropWhatIsNoLongerSo() }
    if let due = unwrittenCorrelationsDue, due <= draft.now { return writeCorrelations() }
    guard let owner = deadlines.popDue(at: draft.now) else { return superviseDue() }
    draft.fired = owner
    switch owner {
    case .alert(let id): alertDue(id)
    case .task(let id): taskDue(id)
    case .reminder(let id): reminderDue(id)
    case .suspension(let id): suspensionDue(id)
    case .notification(let id): notificationDue(id)
    case .correlation(let handle): correlationDue(handle)
    case .alertMemory(let id): if book.alerts[id]?.state == .resolved { book.remove(alert: id) }
    case .stayMemory(let id): book.remove(stay: id)
    }
  }
}

extension Input {
  /// Tells the sender that the input was not taken; nil when nobody waits for an answer.
  var refusal: Output? {
    switch self {
    case .signalReceived(let id, _), .staffAnswered(let id, _), .operatorActed(let id, _, _):
      .acknowledge(id, .unavailable)
    case .deliveryReported, .deadlineReached, .recipientOnline, .heard, .referenceChanged, .committed, .commitFailed,
      .logged, .logLost, .logReady, .casesLoaded, .storeLost, .storeBack:
      nil
    }
  }

  /// The id of an input that changes state; nil for news about store and register.
  package var id: InputID? {
    switch self {
    case .signalReceived(let id, _), .staffAnswered(let id, _), .operatorActed(let id, _, _),
      .deliveryReported(let id, _, _), .deadlineReached(let id):
      id
    case .recipientOnline, .heard, .referenceChanged, .committed, .commitFailed, .logged, .logLost,
      .logReady, .casesLoaded, .storeLost, .storeBack:
      nil
    }
  }
}
