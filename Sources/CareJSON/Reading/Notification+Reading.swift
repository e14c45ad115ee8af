import CareModel
import JSONText

extension Notification.Content: CareJSONReadable {
  /// Reads `type` and what belongs to it.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    switch try object.word("type", ContentType.self) {
    case .offer: self = .offer(try Notification.OfferContent(json: object))
    case .offerWithdrawn: self = .offerWithdrawn(try object.id("offer"), try object.id("task"))
    case .nudge:
      self = .nudge(try object.id("offer"), try object.id("task"), awaited: try object.word("awaited"))
    case .alertWaits:
      self = .alertWaits(
        try object.id("alert"), role: try object.word("role"), kind: try object.word("signalKind"),
        residentName: object.storedTextOrNil("residentName"), address: object.storedTextOrNil("address"))
    case .signalJoined:
      self = .signalJoined(try object.id("alert"), try object.id("task"), kind: try object.word("signalKind"))
    case .deviceStatus: self = .deviceStatus(try object.id("alert"), try object.word("state"))
    case .reminder:
      self = .reminder(
        try object.id("reminder"), residentName: try object.storedText("residentName"),
        hospitalCode: try object.storedText("hospital"), admittedAt: try object.timeOrNil("admittedAt"))
    case .reminderWithdrawn:
      self = .reminderWithdrawn(
        try object.id("reminder"), residentName: try object.storedText("residentName"))
    case .suspensionEnds:
      self = .suspensionEnds(
        try object.id("suspension"), residentName: try object.storedText("residentName"),
        until: try object.time("until"))
    case .outsideAsked:
      self = .outsideAsked(
        try object.id("alert"), group: try object.word("group"), kind: try object.word("signalKind"),
        residentName: object.storedTextOrNil("residentName"), address: object.storedTextOrNil("address"))
    }
  }
}

extension Notification.OfferContent: CareJSONReadable {
  /// Reads `offer task alert kind signalKind residentName address expiresAt`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      offer: try object.id("offer"), task: try object.id("task"), alert: try object.idOrNil("alert"),
      kind: try object.word("kind"), signalKind: try object.wordOrNil("signalKind"),
      residentName: object.storedTextOrNil("residentName"), address: object.storedTextOrNil("address"),
      expiresAt: try object.time("expiresAt"))
  }
}

extension Notification.Route: CareJSONReadable {
  /// Reads `staff`, or `serial`, or `channel address`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    if let staff: StaffID = try object.idOrNil("staff") {
      self = .staffPhone(staff)
    } else if let serial = object.storedTextOrNil("serial") {
      self = .device(serial: serial)
    } else {
      self = .channel(try Destination(stored: object))
    }
  }
}
