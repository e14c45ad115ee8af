import CareModel

/// Open work in memory with the indexes that decisions need. Values go in and out whole; nothing here decides.
struct CaseBook {
  private(set) var alerts = BoxedDictionary<AlertID, Alert>()
  private(set) var tasks = BoxedDictionary<TaskID, WorkTask>()
  private(set) var stays = BoxedDictionary<StayID, Stay>()
  private(set) var reminders: [ReminderID: Reminder] = [:]
  private(set) var notifications = BoxedDictionary<NotificationID, Notification>()
  /// The unresolved or last resolved alert of each key.
  private(set) var alertByKey: [String: AlertID] = [:]
  /// Alerts in memory about a person, resolved ones included.
  private(set) var alertsByResident: [ResidentID: [AlertID]] = [:]
  /// The same about a home, for alerts whose person is not settled.
  private(set) var alertsByDwelling: [DwellingID: [AlertID]] = [:]
  /// What holds back what.
  private(set) var inhibits = InhibitIndex()
  private(set) var tasksByAlert: [AlertID: [TaskID]] = [:]
  /// Open and accepted offers.
  private(set) var taskByOffer: [OfferID: TaskID] = [:]
  private var openOffersByStaff: [StaffID: Set<OfferID>] = [:]
  /// Who is taken, by which accepted offer.
  private(set) var engagements: [StaffID: OfferID] = [:]
  private(set) var stayByVisit: [VisitKey: StayID] = [:]
  private(set) var staysByResident: [ResidentID: [StayID]] = [:]
  private(set) var remindersByStay: [StayID: [ReminderID]] = [:]
  private var notificationsByRoute: [Notification.Route: Set<NotificationID>] = [:]
  /// What still tells somebody of an offer.
  private var notificationsByOffer: [OfferID: [NotificationID]] = [:]

  /// One visit of one person in one hospital.
  struct VisitKey: Hashable {
    var hospitalCode: String
    var visitNumber: String
    var resident: ResidentID
  }

  /// Makes room for what start-up has read and for `room` cases at least, so that no table is moved while it grows.
  mutating func reserve(for snapshot: CaseSnapshot, room: Int) {
    let (alertCount, taskCount) = (max(room, snapshot.alerts.count), max(room, snapshot.tasks.count))
    alerts.reserveCapacity(alertCount)
    alertByKey.reserveCapacity(alertCount)
    alertsByResident.reserveCapacity(alertCount)
    tasks.reserveCapacity(taskCount)
    tasksByAlert.reserveCapacity(taskCount)
    taskByOffer.reserveCapacity(taskCount)
    notifications.reserveCapacity(max(room, snapshot.notifications.count))
    notificationsByRoute.reserveCapacity(room)
    notificationsByOffer.reserveCapacity(room)
  }

  // MARK: Alerts

  mutating func put(_ alert: Alert) {
    let old = alerts.updateValue(alert, forKey: alert.id)
    if alert.hasExtras || old?.hasExtras == true { inhibits.replace(old, with: alert) }
    if ownsKey(alert) { alertByKey[alert.key] = alert.id }
    if old == nil, let dwelling = alert.dwelling { alertsByDwelling[dwelling, default: []].append(alert.id) }
    guard old?.resident != alert.resident || old == nil else { return }
    if let resident = old?.resident { alertsByResident[resident]?.removeAll { $0 == alert.id } }
    if let resident = alert.resident { alertsByResident[resident, default: []].append(alert.id) }
  }

  /// A key leads to its unresolved alert; among resolved ones to the one that was opened last.
  private func ownsKey(_ alert: Alert) -> Bool {
    guard let other = alertByKey[alert.key].flatMap({ alerts[$0] }), other.id != alert.id else { return true }
    if alert.state != .resolved { return true }
    return other.state == .resolved && other.openedAt <= alert.openedAt
  }

  mutating func remove(alert id: AlertID) {
    guard let alert = alerts.removeValue(forKey: id) else { return }
    if alert.hasExtras { inhibits.replace(alert, with: nil) }
    if alertByKey[alert.key] == id { alertByKey[alert.key] = nil }
    if let dwelling = alert.dwelling {
      alertsByDwelling[dwelling]?.removeAll { $0 == id }
      if alertsByDwelling[dwelling]?.isEmpty == true { alertsByDwelling[dwelling] = nil }
    }
    guard let resident = alert.resident else { return }
    alertsByResident[resident]?.removeAll { $0 == id }
    if alertsByResident[resident]?.isEmpty == true { alertsByResident[resident] = nil }
  }

  // MARK: Tasks and offers

  mutating func put(_ task: WorkTask) {
    if let old = tasks[task.id] {
      unindexOffers(of: old)
    } else if let alert = task.alert {
      tasksByAlert[alert, default: []].append(task.id)
    }
    tasks[task.id] = task
    indexOffers(of: task)
  }

  mutating func remove(task id: TaskID) {
    guard let task = tasks.removeValue(forKey: id) else { return }
    unindexOffers(of: task)
    guard let alert = task.alert else { return }
    tasksByAlert[alert]?.removeAll { $0 == id }
    if tasksByAlert[alert]?.isEmpty == true { tasksByAlert[alert] = nil }
  }

  private mutating func indexOffers(of task: WorkTask) {
    for slot in task.slots {
      for offer in slot.offers {
        taskByOffer[offer.id] = task.id
        if offer.state == .accepted {
          engagements[offer.staff] = offer.id
        } else {
          openOffersByStaff[offer.staff, default: []].insert(offer.id)
        }
      }
    }
  }

  private mutating func unindexOffers(of task: WorkTask) {
    for slot in task.slots {
      for offer in slot.offers {
        taskByOffer[offer.id] = nil
        if engagements[offer.staff] == offer.id { engagements[offer.staff] = nil }
        openOffersByStaff[offer.staff]?.remove(offer.id)
        if openOffersByStaff[offer.staff]?.isEmpty == true { openOffersByStaff[offer.staff] = nil }
      }
    }
  }

  // MARK: Stays and reminders

  mutating func put(_ stay: Stay) {
    if stays.updateValue(stay, forKey: stay.id) == nil {
      staysByResident[stay.resident, default: []].append(stay.id)
      stayByVisit[stay.visitKey] = stay.id
    }
  }

  mutating func remove(stay id: StayID) {
    guard let stay = stays.removeValue(forKey: id) else { return }
    staysByResident[stay.resident]?.removeAll { $0 == id }
    if staysByResident[stay.resident]?.isEmpty == true { staysByResident[stay.resident] = nil }
    if stayByVisit[stay.visitKey] == id { stayByVisit[stay.visitKey] = nil }
    for reminder in remindersByStay.removeValue(forKey: id) ?? [] { reminders[reminder] = nil }
  }

  mutating func put(_ reminder: Reminder) {
    if reminders.updateValue(reminder, forKey: reminder.id) == nil {
      remindersByStay[reminder.stay, default: []].append(reminder.id)
    }
  }

  /// The admission time of the person's open stay, the latest when there are several.
  func hospitalSince(_ resident: ResidentID) -> Timestamp? {
    (staysByResident[resident] ?? []).compactMap { stays[$0] }.filter(\.isOpen).compactMap(\.admittedAt).max()
  }

  // MARK: Notifications

  mutating func put(_ notification: Notification) {
    guard notifications.updateValue(notification, forKey: notification.id) == nil else { return }
    notificationsByRoute[notification.route, default: []].insert(notification.id)
    if case .offer(let content) = notification.content {
      notificationsByOffer[content.offer, default: []].append(notification.id)
    }
  }

  mutating func remove(notification id: NotificationID) {
    guard let notification = notifications.removeValue(forKey: id) else { return }
    notificationsByRoute[notification.route]?.remove(id)
    if notificationsByRoute[notification.route]?.isEmpty == true {
      notificationsByRoute[notification.route] = nil
    }
    guard case .offer(let content) = notification.content else { return }
    notificationsByOffer[content.offer]?.removeAll { $0 == id }
    if notificationsByOffer[content.offer]?.isEmpty == true { notificationsByOffer[content.offer] = nil }
  }

  /// What waits for a route, in the order of the ids: oldest first.
  func waiting(for route: Notification.Route) -> [NotificationID] { notificationsByRoute[route]?.sorted() ?? [] }

  /// What still tells somebody of an offer.
  func waiting(about offer: OfferID) -> [NotificationID] { notificationsByOffer[offer] ?? [] }

  /// Offers that a member of staff has not answered, oldest first.
  func openOffers(of staff: StaffID) -> [OfferID] { openOffersByStaff[staff]?.sorted() ?? [] }

  /// Whether a member of staff is being asked.
  func hasOpenOffer(_ staff: StaffID) -> Bool { openOffersByStaff[staff] != nil }

  // MARK: Reload

  /// Forgets whole cases, before they are put again as the store knows them.
  mutating func forget(_ keys: Set<CaseKey>) {
    for alert in alerts.values where keys.contains(alert.caseKey) { remove(alert: alert.id) }
    for task in tasks.values where keys.contains(task.caseKey) { remove(task: task.id) }
    for reminder in reminders.values where keys.contains(reminder.caseKey) {
      reminders[reminder.id] = nil
      remindersByStay[reminder.stay]?.removeAll { $0 == reminder.id }
    }
    for stay in stays.values where keys.contains(stay.caseKey) { remove(stay: stay.id) }
    for notification in notifications.values where keys.contains(notification.caseKey) {
      remove(notification: notification.id)
    }
  }
}

extension Stay {
  /// The key under which messages find the stay.
  var visitKey: CaseBook.VisitKey {
    CaseBook.VisitKey(hospitalCode: hospitalCode, visitNumber: visitNumber, resident: resident)
  }
}
