import CareModel
import JSONText

extension Suspension: CareJSONObject {
  /// Members: `id district case resident holds reason owner from until state remindAt endedAt endedBy`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("resident", resident)
    object.member("holds", holds)
    object.member("reason", reason)
    object.member("owner", owner)
    object.member("from", from)
    object.member("until", until)
    object.member("state", state)
    object.member("remindAt", remindAt)
    object.member("endedAt", endedAt)
    object.member("endedBy", endedBy)
  }
}

extension Alert.Suspended: CareJSONObject {
  /// Members: `suspension since until reason`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("suspension", suspension)
    object.member("since", since)
    object.member("until", until)
    object.member("reason", reason)
  }
}
