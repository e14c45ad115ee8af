import CareModel
import JSONText

extension Notification: CareRecord {
  /// Members of the outbox row: `id district case content route class createdAt expiresAt attempts retryAt
  /// possibleRepeat`. What is sent is ``payload``.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("content", content)
    object.member("route", route)
    object.member("class", alertClass)
    object.member("createdAt", createdAt)
    object.member("expiresAt", expiresAt)
    object.member("attempts", attempts)
    object.member("retryAt", retryAt)
    object.member("possibleRepeat", isPossibleRepeat)
  }

  /// Reads every member of an outbox row.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      id: try object.id("id"), district: try object.district("district"), caseKey: try object.caseKey("case"),
      content: try object.thing("content"), route: try object.thing("route"), alertClass: try object.word("class"),
      createdAt: try object.time("createdAt"), expiresAt: try object.time("expiresAt"))
    attempts = try object.storedInt("attempts")
    retryAt = try object.timeOrNil("retryAt")
    isPossibleRepeat = try object.bool("possibleRepeat")
  }
}
