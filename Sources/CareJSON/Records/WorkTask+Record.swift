import CareModel

extension WorkTask: CareRecord {
  /// Reads every member of a task; it has 1 to ``WorkTask/maximumSlots`` slots.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    let slots: [Slot] = try object.things("slots")
    guard (1...Self.maximumSlots).contains(slots.count) else { throw object.error("slots", .outOfRange) }
    self.init(
      id: try object.id("id"), district: try object.district("district"), caseKey: try object.caseKey("case"),
      kind: try object.word("kind"), alert: try object.idOrNil("alert"), stay: try object.idOrNil("stay"),
      resident: try object.idOrNil("resident"), dwelling: try object.idOrNil("dwelling"),
      createdAt: try object.time("createdAt"), startsAt: try object.timeOrNil("startsAt"),
      policy: try object.storedText("policy"), progress: try object.thing("progress"), slotCount: slots.count)
    self.slots = slots
    state = try object.word("state")
    passedOver = try object.ids("passedOver")
    note = object.storedTextOrNil("note")
    asked = try object.things("asked")
  }
}

extension WorkTask.Slot: CareJSONReadable {
  /// Reads `duty offers`; who accepted follows from the offers.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(offers: try object.things("offers"), duty: try object.thingOrNil("duty"))
  }
}

extension Offer: CareRecord {
  /// Reads every member of an offer.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), task: try object.id("task"),
      slot: try object.storedInt("slot"), staff: try object.id("staff"), sentAt: try object.time("sentAt"),
      expiresAt: try object.time("expiresAt"), reason: try object.storedText("reason"))
    state = try object.word("state")
  }
}
