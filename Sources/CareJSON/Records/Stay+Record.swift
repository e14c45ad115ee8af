import CareModel
import JSONText

extension Stay: CareRecord {
  /// Reads every member of a stay; `open` follows from the others.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), caseKey: try object.caseKey("case"),
      resident: try object.id("resident"), hospitalCode: try object.storedText("hospital"),
      visitNumber: try object.storedText("visitNumber"), knownAt: try object.time("knownAt"))
    admittedAt = try object.timeOrNil("admittedAt")
    dischargedAt = try object.timeOrNil("dischargedAt")
    location = object.storedTextOrNil("location")
    locationEventAt = try object.timeOrNil("locationEventAt")
    visitTask = try object.idOrNil("visitTask")
    firstVisitTask = try object.idOrNil("firstVisitTask")
    cancelledAt = try object.timeOrNil("cancelledAt")
    admissionEventAt = try object.timeOrNil("admissionEventAt")
    dischargeEventAt = try object.timeOrNil("dischargeEventAt")
    dischargeCancelledAt = try object.timeOrNil("dischargeCancelledAt")
  }
}

extension Reminder: CareRecord {
  /// The record keeps the address to which the reminder goes.
  package func writeHiddenMembers(to object: inout JSONWriter) { object.member("destination", destination) }

  /// Reads every member of a reminder, `destination` included.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    let destination = try object.objectOrNil("destination")
    self.init(
      id: try object.id("id"), district: try object.district("district"), caseKey: try object.caseKey("case"),
      stay: try object.id("stay"), audience: try object.word("audience"),
      recipientName: try object.storedText("recipientName"),
      destination: try destination.map { (stored) throws(CareJSONError) in try Destination(stored: stored) },
      deadline: .distantFuture)
    state = try object.word("state")
    deadline = try object.timeOrNil("deadline")
    sentCount = try object.storedInt("sentCount")
    confirmedBy = try object.idOrNil("confirmedBy")
    confirmedAt = try object.timeOrNil("confirmedAt")
  }
}

extension Destination {
  /// Reads a destination that the house wrote itself.
  init(stored object: JSONObjectReader) throws(CareJSONError) {
    self.init(channel: try object.storedText("channel"), address: try object.storedText("address"))
  }
}
