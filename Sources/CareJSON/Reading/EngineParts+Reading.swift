import CareModel
import JSONText

extension TrackProgress: CareJSONReadable {
  /// Reads `track state step round deadline`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      track: try object.storedText("track"), state: try object.word("state"), step: try object.storedInt("step"),
      round: try object.storedInt("round"), deadline: try object.timeOrNil("deadline"))
  }
}

extension WorkTask.Duty: CareJSONReadable {
  /// Reads `awaited deadline asked`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      awaited: try object.word("awaited"), deadline: try object.time("deadline"),
      asked: try object.storedInt("asked"))
  }
}

extension Alert.Hold: CareJSONReadable {
  /// Reads `staff leaseUntil`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(staff: try object.id("staff"), leaseUntil: try object.time("leaseUntil"))
  }
}

extension Alert.Verification: CareJSONReadable {
  /// Reads `spokeTo identityConfirmed verdict at by`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      spokeTo: try object.storedText("spokeTo"),
      isIdentityConfirmed: try object.bool("identityConfirmed"), verdict: try object.word("verdict"),
      at: try object.time("at"), by: try object.id("by"))
  }
}

extension Alert.Resolution: CareJSONReadable {
  /// Reads `cause action closedBy at by`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      cause: try object.word("cause"), action: try object.word("action"), closedBy: try object.word("closedBy"),
      at: try object.time("at"), by: try object.idOrNil("by"))
  }
}

extension AffectedPeople: CareJSONReadable {
  /// Reads `lost worst supervised lines`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      lost: try object.storedInt("lost"), worst: try object.storedInt("worst"),
      supervised: try object.storedInt("supervised"),
      lines: try object.things("lines", maximumCount: Self.maximumLines))
  }
}

extension AffectedPeople.Line: CareJSONReadable {
  /// Reads `serial resident dwelling risk`.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      serial: try object.storedText("serial"), resident: try object.idOrNil("resident"),
      dwelling: try object.idOrNil("dwelling"), risk: try object.storedInt("risk"))
  }
}
