import CareModel

/// Timeline entries and messages to people, as one line where something happens.
extension EngineCore {
  mutating func record(_ kind: CareEvent.Kind, _ alert: Alert, by actor: StaffID? = nil, text: String? = nil) {
    draft.events.append(
      CareEvent(
        kind: kind, at: draft.now, district: alert.district, caseKey: alert.caseKey, subject: .alert(alert),
        actor: actor, text: text))
  }

  mutating func record(_ kind: CareEvent.Kind, _ task: WorkTask, by actor: StaffID? = nil, text: String? = nil) {
    draft.events.append(
      CareEvent(
        kind: kind, at: draft.now, district: task.district, caseKey: task.caseKey, subject: .task(task),
        actor: actor, text: text))
  }

  mutating func record(_ offer: Offer, of task: WorkTask, by actor: StaffID? = nil, text: String? = nil) {
    draft.record(offer)
    draft.events.append(
      CareEvent(
        kind: .offerChanged, at: draft.now, district: task.district, caseKey: task.caseKey, subject: .offer(offer),
        actor: actor, text: text))
  }

  /// The second acknowledgement; `received` is sent once, what a person did is sent until it arrives.
  mutating func tellDevice(_ alert: Alert, _ status: Notification.DeviceStatus) {
    // A device that cannot be heard has not asked for anything.
    guard alert.kind != .lineLost, let serial = alert.serial, register.devices[serial] != nil else { return }
    let notification = Notification(
      id: draft.nextID(.notification), district: alert.district, caseKey: alert.caseKey,
      content: .deviceStatus(alert.id, status), route: .device(serial: serial), alertClass: alert.alertClass,
      createdAt: draft.now, expiresAt: draft.now + settings.statusUsefulness)
    if status == .received {
      draft.bestEffort.append(notification)
    } else {
      supersedeStatus(of: serial, alert: alert.id)
      send(notification)
    }
  }

  /// Tells a staff member on the phone, and on the channel of their choice when there is one.
  mutating func notifyStaff(
    _ staff: StaffID, _ content: Notification.Content, caseKey: CaseKey, district: DistrictID,
    alertClass: AlertClass, expiresAt: Timestamp, channels: [String] = []
  ) {
    var routes: [Notification.Route] = [.staffPhone(staff)]
    if let destination = register.staff(staff)?.destination { routes.append(.channel(destination)) }
    if !channels.isEmpty { routes = allowed(routes, by: channels) }
    for route in routes {
      send(
        Notification(
          id: draft.nextID(.notification), district: district, caseKey: caseKey, content: content, route: route,
          alertClass: alertClass, createdAt: draft.now, expiresAt: expiresAt))
    }
  }

  /// Only the channels that a step names; the phone when that would leave none, because somebody must hear of it.
  private func allowed(_ routes: [Notification.Route], by channels: [String]) -> [Notification.Route] {
    let left = routes.filter { route in
      switch route {
      case .staffPhone: channels.contains("phone")
      case .channel(let destination): channels.contains(destination.channel)
      case .device: true
      }
    }
    return left.isEmpty ? Array(routes.prefix(1)) : left
  }

  /// Names for a message: the resident's and the address.
  func names(of alert: Alert) -> (resident: String?, address: String?) {
    names(resident: alert.resident, dwelling: alert.dwelling)
  }

  func names(resident: ResidentID?, dwelling: DwellingID?) -> (resident: String?, address: String?) {
    let person = resident.flatMap { register.residents[$0] }
    let home = (dwelling ?? person?.dwelling).flatMap { register.dwellings[$0] }
    return (person?.name, home?.address)
  }
}
