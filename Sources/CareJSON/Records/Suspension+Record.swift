import CareModel

extension Suspension: CareRecord {
  /// Reads every member of a suspension; the case is the resident's.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), resident: try object.id("resident"),
      holds: try object.word("holds"), reason: try object.storedText("reason"), owner: try object.id("owner"),
      from: try object.time("from"), until: try object.time("until"), remindAt: try object.timeOrNil("remindAt"))
    state = try object.word("state")
    endedAt = try object.timeOrNil("endedAt")
    endedBy = try object.idOrNil("endedBy")
  }
}

extension Alert.Suspended: CareJSONReadable {
  /// Reads `suspension since until reason`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      suspension: try object.id("suspension"), since: try object.time("since"), until: try object.time("until"),
      reason: try object.storedText("reason"))
  }
}
