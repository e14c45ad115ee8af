import CareModel
import JSONText

extension Notification {
  /// What is sent, as JSON bytes.
  ///
  /// To a device `{"alert", "state"}` (interfaces page, section 3); to a phone or channel the members of the content
  /// behind `id` (the idempotency key), `class`, and `possibleRepeat` when it may have been delivered already.
  package var payload: [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      if case .deviceStatus(let alert, let status) = content, case .device = route {
        object.member("alert", alert)
        object.member("state", status)
        return
      }
      object.member("id", id)
      object.member("class", alertClass)
      if isPossibleRepeat { object.member("possibleRepeat", true) }
      content.writeMembers(to: &object)
    }
    return writer.bytes
  }
}

extension Notification.Content: CareJSONObject {
  /// Members: `type` (the name of the case), then what belongs to it.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("type", type)
    switch self {
    case .offer(let offer): offer.writeMembers(to: &object)
    case .offerWithdrawn(let offer, let task):
      object.member("offer", offer)
      object.member("task", task)
    case .nudge(let offer, let task, let awaited):
      object.member("offer", offer)
      object.member("task", task)
      object.member("awaited", awaited)
    case .alertWaits(let alert, let role, let kind, let residentName, let address):
      object.member("alert", alert)
      object.member("role", role)
      object.member("signalKind", kind)
      object.member("residentName", residentName)
      object.member("address", address)
    case .signalJoined(let alert, let task, let kind):
      object.member("alert", alert)
      object.member("task", task)
      object.member("signalKind", kind)
    case .deviceStatus(let alert, let status):
      object.member("alert", alert)
      object.member("state", status)
    case .reminder(let reminder, let residentName, let hospitalCode, let admittedAt):
      object.member("reminder", reminder)
      object.member("residentName", residentName)
      object.member("hospital", hospitalCode)
      object.member("admittedAt", admittedAt)
    case .reminderWithdrawn(let reminder, let residentName):
      object.member("reminder", reminder)
      object.member("residentName", residentName)
    case .suspensionEnds(let suspension, let residentName, let until):
      object.member("suspension", suspension)
      object.member("residentName", residentName)
      object.member("until", until)
    case .outsideAsked(let alert, let group, let kind, let residentName, let address):
      object.member("alert", alert)
      object.member("group", group)
      object.member("signalKind", kind)
      object.member("residentName", residentName)
      object.member("address", address)
    }
  }

  /// Which of the contents it is.
  package var type: ContentType {
    switch self {
    case .offer: .offer
    case .offerWithdrawn: .offerWithdrawn
    case .nudge: .nudge
    case .alertWaits: .alertWaits
    case .signalJoined: .signalJoined
    case .deviceStatus: .deviceStatus
    case .reminder: .reminder
    case .reminderWithdrawn: .reminderWithdrawn
    case .suspensionEnds: .suspensionEnds
    case .outsideAsked: .outsideAsked
    }
  }

  /// The names of the contents; the raw value is the `type` on the wire and in the outbox.
  package enum ContentType: String, Sendable, CaseIterable {
    case offer, offerWithdrawn, nudge, alertWaits, signalJoined, deviceStatus, reminder, reminderWithdrawn
    case suspensionEnds, outsideAsked
  }
}

extension Notification.OfferContent: CareJSONObject {
  /// Members: `offer task alert kind signalKind residentName address expiresAt`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("offer", offer)
    object.member("task", task)
    object.member("alert", alert)
    object.member("kind", kind)
    object.member("signalKind", signalKind)
    object.member("residentName", residentName)
    object.member("address", address)
    object.member("expiresAt", expiresAt)
  }
}

extension Notification.Route: CareJSONObject {
  /// Members: `staff`, or `serial`, or `channel address`.
  package func writeMembers(to object: inout JSONWriter) {
    switch self {
    case .staffPhone(let staff): object.member("staff", staff)
    case .device(let serial): object.member("serial", serial)
    case .channel(let destination): destination.writeMembers(to: &object)
    }
  }
}
