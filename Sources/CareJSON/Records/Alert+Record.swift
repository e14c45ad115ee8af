import CareModel

extension Alert: CareRecord {
  /// Reads every member of an alert.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), caseKey: try object.caseKey("case"),
      key: try object.storedText("key"), alertClass: try object.word("class"),
      severity: try object.storedInt("severity"), kind: try object.word("kind"),
      resident: try object.idOrNil("resident"), dwelling: try object.idOrNil("dwelling"),
      serial: object.storedTextOrNil("serial"), openedAt: try object.time("openedAt"),
      window: TimeSpan(microseconds: Int64(try object.storedInt("windowMicroseconds"))),
      policy: try object.storedText("policy"), ruleSetHash: try object.storedText("ruleSetHash"),
      reason: try object.storedText("reason"), tracks: try object.things("tracks"),
      oddities: try object.words("oddities"))
    lastSignalAt = try object.time("lastSignalAt")
    signalCount = try object.storedInt("signalCount")
    raisedCount = try object.storedInt("raisedCount")
    burstStartedAt = try object.time("burstStartedAt")
    burstCount = try object.storedInt("burstCount")
    state = try object.word("state")
    holder = try object.thingOrNil("holder")
    verification = try object.thingOrNil("verification")
    resolution = try object.thingOrNil("resolution")
    verdict = try object.wordOrNil("verdict")
    hospitalSince = try object.timeOrNil("hospitalSince")
    affected = try object.thingOrNil("affected")
    suspended = try object.thingOrNil("suspended")
    extras = try AlertExtras(json: object)
  }
}

extension Call: CareRecord {
  /// Reads every member of a call.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), alert: try object.id("alert"),
      party: try object.storedText("party"), outcome: try object.word("outcome"), at: try object.time("at"),
      by: try object.id("by"))
  }
}
