import CareModel
import JSONText

extension Alert: CareJSONObject {
  /// Members: `id district case key class severity kind resident dwelling serial openedAt lastSignalAt signalCount
  /// raisedCount windowMicroseconds burstStartedAt burstCount state holder verification resolution policy ruleSetHash
  /// reason tracks verdict oddities hospitalSince affected suspended`, and those of its
  /// ``AlertExtras`` that it has: `labels targets inhibitKeys inhibited asked calls lastCall`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("key", key)
    object.member("class", alertClass)
    object.member("severity", severity)
    object.member("kind", kind)
    object.member("resident", resident)
    object.member("dwelling", dwelling)
    object.member("serial", serial)
    object.member("openedAt", openedAt)
    object.member("lastSignalAt", lastSignalAt)
    object.member("signalCount", signalCount)
    object.member("raisedCount", raisedCount)
    object.member("windowMicroseconds", window.microseconds)
    object.member("burstStartedAt", burstStartedAt)
    object.member("burstCount", burstCount)
    object.member("state", state)
    object.member("holder", holder)
    object.member("verification", verification)
    object.member("resolution", resolution)
    object.member("policy", policy)
    object.member("ruleSetHash", ruleSetHash)
    object.member("reason", reason)
    object.member("tracks", tracks)
    object.member("verdict", verdict)
    object.member("oddities", words: oddities)
    object.member("hospitalSince", hospitalSince)
    object.member("affected", affected)
    object.member("suspended", suspended)
    if hasExtras { extras.writeMembers(to: &object) }
  }
}

extension Alert.Hold: CareJSONObject {
  /// Members: `staff leaseUntil`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("staff", staff)
    object.member("leaseUntil", leaseUntil)
  }
}

extension Alert.Verification: CareJSONObject {
  /// Members: `spokeTo identityConfirmed verdict at by`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("spokeTo", spokeTo)
    object.member("identityConfirmed", isIdentityConfirmed)
    object.member("verdict", verdict)
    object.member("at", at)
    object.member("by", by)
  }
}

extension Alert.Resolution: CareJSONObject {
  /// Members: `cause action closedBy at by`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("cause", cause)
    object.member("action", action)
    object.member("closedBy", closedBy)
    object.member("at", at)
    object.member("by", by)
  }
}

extension AffectedPeople: CareJSONObject {
  /// Members: `lost worst supervised lines`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("lost", lost)
    object.member("worst", worst)
    object.member("supervised", supervised)
    object.member("lines", lines)
  }
}

extension AffectedPeople.Line: CareJSONObject {
  /// Members: `serial resident dwelling risk`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("serial", serial)
    object.member("resident", resident)
    object.member("dwelling", dwelling)
    object.member("risk", risk)
  }
}

extension TrackProgress: CareJSONObject {
  /// Members: `track state step round deadline`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("track", track)
    object.member("state", state)
    object.member("step", step)
    object.member("round", round)
    object.member("deadline", deadline)
  }
}

extension Call: CareJSONObject {
  /// Members: `id district alert party outcome at by`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("alert", alert)
    object.member("party", party)
    object.member("outcome", outcome)
    object.member("at", at)
    object.member("by", by)
  }
}
