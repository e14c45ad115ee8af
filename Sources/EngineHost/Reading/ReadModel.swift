import AlertEngine
import CareModel
import Synchronization

/// Open work as the outside may see it: fed by published entries only, so it never shows what is not durable.
final class ReadModel: Sendable {
  /// Ended alerts, tasks and suspensions that can still be looked up; the oldest leave first.
  static let maximumEnded = 10_000

  fileprivate struct State {
    var alerts = BoxedDictionary<AlertID, Alert>()
    var tasks = BoxedDictionary<TaskID, WorkTask>()
    var stays: [StayID: Stay] = [:]
    var reminders: [ReminderID: Reminder] = [:]
    var suspensions: [SuspensionID: Suspension] = [:]
    var endedSuspensions: BoundedRecents<SuspensionID, Suspension>
    var endedAlerts: BoundedRecents<AlertID, Alert>
    var endedTasks: BoundedRecents<TaskID, WorkTask>
    var residents: [ResidentID: Resident] = [:]
    var dwellings: [DwellingID: Dwelling] = [:]
    var devices: [String: Device] = [:]
    var staff: [StaffID: StaffMember] = [:]
  }

  private let state = Mutex(
    State(
      endedSuspensions: BoundedRecents(limit: maximumEnded), endedAlerts: BoundedRecents(limit: maximumEnded),
      endedTasks: BoundedRecents(limit: maximumEnded)))

  /// Takes over the register that start-up has read.
  func adopt(_ register: RegisterBook) {
    state.withLock { state in
      state.residents = register.residents
      state.dwellings = register.dwellings
      state.devices = register.devices
      state.staff = register.staff
    }
  }

  func load(_ snapshot: CaseSnapshot, room: Int) {
    state.withLock { state in
      state.alerts.reserveCapacity(max(room, snapshot.alerts.count))
      state.tasks.reserveCapacity(max(room, snapshot.tasks.count))
      for alert in snapshot.alerts { state.put(alert) }
      for task in snapshot.tasks { state.put(task) }
      for stay in snapshot.stays { state.put(stay) }
      for reminder in snapshot.reminders { state.put(reminder) }
      for suspension in snapshot.suspensions { state.put(suspension) }
    }
  }

  /// Takes in a resolved alert that was looked up; whatever the model knows of it already is newer.
  func recall(_ alert: Alert) {
    state.withLock { state in
      guard alert.state == .resolved, state.alerts[alert.id] == nil, state.endedAlerts[alert.id] == nil else { return }
      state.put(alert)
    }
  }

  func apply(_ events: [CareEvent]) {
    state.withLock { state in
      for event in events {
        switch event.subject {
        case .alert(let alert): state.put(alert)
        case .task(let task): state.put(task)
        case .offer(let offer): state.put(offer)
        case .stay(let stay): state.put(stay)
        case .reminder(let reminder): state.put(reminder)
        case .suspension(let suspension): state.put(suspension)
        case .call, .signal: break
        }
      }
    }
  }

  func apply(_ changes: [RegisterChange]) {
    state.withLock { state in
      for change in changes {
        switch change {
        case .resident(let resident): state.residents[resident.id] = resident
        case .dwelling(let dwelling): state.dwellings[dwelling.id] = dwelling
        case .device(let device): state.devices[device.serial] = device
        case .staff(let member): state.staff[member.id] = member
        case .residentRemoved(let id): state.residents[id] = nil
        case .dwellingRemoved(let id): state.dwellings[id] = nil
        case .deviceRemoved(let serial): state.devices[serial] = nil
        case .staffRemoved(let id): state.staff[id] = nil
        case .contact, .shift, .party, .hospital, .contactRemoved, .shiftRemoved: break
        }
      }
    }
  }

  func device(_ serial: String) -> Device? { state.withLock { $0.devices[serial] } }
  /// Open alerts and tasks.
  var openCounts: (alerts: Int, tasks: Int) { state.withLock { ($0.alerts.count, $0.tasks.count) } }
  func openAlerts() -> [Alert] { state.withLock { Array($0.alerts.values) } }
  func alert(_ id: AlertID) -> Alert? { state.withLock { $0.alerts[id] ?? $0.endedAlerts[id] } }
  func openTasks() -> [WorkTask] { state.withLock { Array($0.tasks.values) } }
  func task(_ id: TaskID) -> WorkTask? { state.withLock { $0.tasks[id] ?? $0.endedTasks[id] } }
  func openStays() -> [Stay] { state.withLock { Array($0.stays.values) } }
  func dueReminders() -> [Reminder] { state.withLock { Array($0.reminders.values) } }
  func unfinishedSuspensions() -> [Suspension] { state.withLock { Array($0.suspensions.values) } }
  func suspension(_ id: SuspensionID) -> Suspension? {
    state.withLock { $0.suspensions[id] ?? $0.endedSuspensions[id] }
  }
  func staffName(_ id: StaffID) -> String? { state.withLock { $0.staff[id]?.name } }

  func openOffers(to staff: StaffID?) -> [Offer] {
    state.withLock { state in
      state.tasks.values.flatMap { $0.slots.flatMap(\.offers) }.filter { staff == nil || $0.staff == staff }
    }
  }

  func names(resident: ResidentID?, dwelling: DwellingID?) -> (resident: String?, address: String?) {
    state.withLock { state in
      let person = resident.flatMap { state.residents[$0] }
      let home = (dwelling ?? person?.dwelling).flatMap { state.dwellings[$0] }
      return (person?.name, home?.address)
    }
  }
}

extension ReadModel.State {
  fileprivate mutating func put(_ alert: Alert) {
    if alert.state == .resolved {
      alerts[alert.id] = nil
      endedAlerts[alert.id] = alert
    } else {
      alerts[alert.id] = alert
    }
  }

  fileprivate mutating func put(_ task: WorkTask) {
    if task.state.isFinished {
      tasks[task.id] = nil
      endedTasks[task.id] = task
    } else {
      tasks[task.id] = task
    }
  }

  /// An offer's entry comes before its task's: the slot shows it at once.
  fileprivate mutating func put(_ offer: Offer) {
    guard var task = tasks[offer.task], task.slots.indices.contains(offer.slot) else { return }
    task.slots[offer.slot].offers.removeAll { $0.id == offer.id }
    if offer.state == .sent || offer.state == .accepted { task.slots[offer.slot].offers.append(offer) }
    tasks[offer.task] = task
  }

  fileprivate mutating func put(_ stay: Stay) { stays[stay.id] = stay.isOpen ? stay : nil }

  fileprivate mutating func put(_ suspension: Suspension) {
    if suspension.state == .ended {
      suspensions[suspension.id] = nil
      endedSuspensions[suspension.id] = suspension
    } else {
      suspensions[suspension.id] = suspension
    }
  }

  fileprivate mutating func put(_ reminder: Reminder) {
    reminders[reminder.id] = reminder.state == .due ? reminder : nil
  }
}
