import AlertEngine
import CareJSON
import CareModel
import EngineHost
import FeedSession
import Synchronization

/// A small house in memory that keeps state: engine, open work, register and record behind the console's ports.
final class World: Sendable {
  struct State {
    var now = Timestamp(seconds: 1_790_000_000)
    var alerts: [AlertID: Alert] = [:]
    var tasks: [TaskID: WorkTask] = [:]
    var stays: [StayID: Stay] = [:]
    var reminders: [ReminderID: Reminder] = [:]
    var suspensions: [SuspensionID: Suspension] = [:]
    /// Suspensions that memory no longer holds; the record does.
    var forgottenSuspensions: Set<SuspensionID> = []
    var rows: [RegisterKind: [String: RegisterChange]] = [:]
    var accounts: [[UInt8]: Account] = [:]
    var accountLookUps = 0
    var signals: [Signal] = []
    var actions: [OperatorAction] = []
    var events: [(id: EventID, event: CareEvent)] = []
    var commit: Int64 = 0
    var idCount: UInt64 = 0
    /// Events up to this commit are no longer in memory.
    var forgottenCommit: Int64 = 0
    /// Everything after this is in memory.
    var before: EventID { EventID(shard: "s1", commit: forgottenCommit, ordinal: isRestarted ? .max : 0) }
    /// The newest commits that the record has and memory does not publish before somebody listens.
    var lateCommits: Int64 = 0
    var newest: EventID {
      let published = commit - lateCommits
      return published > forgottenCommit ? EventID(shard: "s1", commit: published, ordinal: 0) : before
    }
    /// Events up to this commit are no longer in the record.
    var droppedCommit: Int64 = 0
    /// What is forgotten was forgotten by a restart, which begins at the end of a commit.
    var isRestarted = false
    /// Ended alerts that memory no longer holds; the record does.
    var forgottenAlerts: Set<AlertID> = []
    var subscribers: [UInt64: AsyncStream<PublishedEvent>.Continuation] = [:]
    var isStoreAway = false
    var isEngineAway = false
    var secrets: [String: [UInt8]] = [:]
  }

  let state = Mutex(State())
  /// Subscriptions end after what is there already, so that a test sees the whole answer.
  let endsSubscriptions: Bool

  init(endsSubscriptions: Bool = true) { self.endsSubscriptions = endsSubscriptions }

  var now: Timestamp { state.withLock { $0.now } }

  func change(_ body: (inout sending State) -> Void) { state.withLock { body(&$0) } }

  func newID<Entity>(_: Entity.Type = Entity.self) -> Identifier<Entity> {
    state.withLock { state in
      state.idCount += 1
      return Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | state.idCount)
    }
  }

  /// Makes an entry public, as the engine does once its commit is durable.
  func publish(
    _ kind: CareEvent.Kind, _ district: DistrictID, _ caseKey: CaseKey, _ subject: CareEvent.Subject,
    by actor: StaffID? = nil, text: String? = nil
  ) {
    state.withLock { state in
      state.commit += 1
      let event = CareEvent(
        kind: kind, at: state.now, district: district, caseKey: caseKey, subject: subject, actor: actor, text: text)
      let id = EventID(shard: "s1", commit: state.commit, ordinal: 0)
      let published = PublishedEvent(id: id, event: event)
      state.events.append((id, event))
      for subscriber in state.subscribers.values { subscriber.yield(published) }
    }
  }

  func put(_ alert: Alert, _ kind: CareEvent.Kind, by staff: StaffID? = nil, text: String? = nil) {
    change { $0.alerts[alert.id] = alert }
    publish(kind, alert.district, alert.caseKey, .alert(alert), by: staff, text: text)
  }

  func put(_ task: WorkTask, _ kind: CareEvent.Kind, by staff: StaffID? = nil, text: String? = nil) {
    change { $0.tasks[task.id] = task }
    publish(kind, task.district, task.caseKey, .task(task), by: staff, text: text)
  }
}

extension World: EnginePort {
  func offer(_ signal: Signal, answer: @escaping @Sendable (DeliveryOutcome) -> Void) {
    let isAway = state.withLock { state in
      if !state.isEngineAway { state.signals.append(signal) }
      return state.isEngineAway
    }
    answer(isAway ? .unavailable : .accepted)
  }

  func offer(_ answer: StaffAnswerMessage, answer settled: @escaping @Sendable (DeliveryOutcome) -> Void) {
    settled(.accepted)
  }

  func authenticate(_ credentials: Credentials) -> Principal? {
    state.withLock { state in
      state.secrets[credentials.userName] == credentials.secret ? .device(serial: credentials.userName) : nil
    }
  }

  func connected(_ principal: Principal, send: @escaping @Sendable (Downlink) -> Void) -> PeerID { PeerID(number: 1) }
  func disconnected(_ peer: PeerID) {}
  func downlinkReported(_ token: DownlinkToken, isDelivered: Bool) {}
}

extension World: OpenWork {
  func openAlerts() -> [Alert] { state.withLock { $0.alerts.values.filter { $0.state != .resolved } } }
  func alert(_ id: AlertID) -> Alert? {
    state.withLock { $0.forgottenAlerts.contains(id) ? nil : $0.alerts[id] }
  }
  func openTasks() -> [WorkTask] { state.withLock { $0.tasks.values.filter { !$0.state.isFinished } } }
  func task(_ id: TaskID) -> WorkTask? { state.withLock { $0.tasks[id] } }
  func openOffers(to staff: StaffID?) -> [Offer] {
    openTasks().flatMap { $0.slots.flatMap(\.offers) }.filter {
      $0.state == .sent && (staff == nil || $0.staff == staff)
    }
  }
  func openStays() -> [Stay] { state.withLock { Array($0.stays.values) } }
  func dueReminders() -> [Reminder] { state.withLock { $0.reminders.values.filter { $0.state == .due } } }

  func names(resident: ResidentID?, dwelling: DwellingID?) -> (resident: String?, address: String?) {
    state.withLock { state in
      var name: String?
      var home = dwelling
      if case .resident(let row)? = resident.flatMap({ state.rows[.residents]?[$0.description] }) {
        name = row.name
        home = home ?? row.dwelling
      }
      guard case .dwelling(let row)? = home.flatMap({ state.rows[.dwellings]?[$0.description] }) else {
        return (name, nil)
      }
      return (name, row.address)
    }
  }

  func staffName(_ id: StaffID) -> String? {
    state.withLock { state in
      guard case .staff(let row)? = state.rows[.staff]?[id.description] else { return nil }
      return row.name
    }
  }

  var newestEvent: EventID { state.withLock { $0.newest } }

  func subscribe(after: EventID) -> AsyncStream<PublishedEvent>? {
    let (stream, continuation) = AsyncStream.makeStream(of: PublishedEvent.self)
    let isKnown = state.withLock { state in
      guard after.shard == "s1", after >= state.before, after <= state.newest else { return false }
      for (id, event) in state.events where id > after {
        continuation.yield(PublishedEvent(id: id, event: event))
      }
      state.idCount += 1
      if endsSubscriptions {
        continuation.finish()
      } else {
        let number = state.idCount
        state.subscribers[number] = continuation
        continuation.onTermination = { _ in self.change { $0.subscribers[number] = nil } }
      }
      return true
    }
    return isKnown ? stream : nil
  }
}
