import CareModel
import JSONText

extension AlertExtras {
  /// Writes what is there into the alert's own object.
  func writeMembers(to object: inout JSONWriter) {
    if !labels.isEmpty { object.member("labels", labels) }
    object.member("targets", targets)
    if !inhibitKeys.isEmpty {
      object.key("inhibitKeys")
      object.array { list in
        for key in inhibitKeys { list.value(key) }
      }
    }
    object.member("inhibited", inhibited)
    if !asked.isEmpty { object.member("asked", asked) }
    if calls > 0 { object.member("calls", calls) }
    object.member("lastCall", lastCall)
  }
}

extension AlertLabel: CareJSONObject {
  /// Members: `name value`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("name", name)
    object.member("value", value)
  }
}

extension Alert.Targets: CareJSONObject {
  /// Members: `answerBy firstOfferBy acceptBy arriveBy`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("answerBy", answerBy)
    object.member("firstOfferBy", firstOfferBy)
    object.member("acceptBy", acceptBy)
    object.member("arriveBy", arriveBy)
  }
}

extension Alert.Inhibited: CareJSONObject {
  /// Members: `rule key source since reviewAt`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("rule", rule)
    object.member("key", key)
    object.member("source", source)
    object.member("since", since)
    object.member("reviewAt", reviewAt)
  }
}

extension OutsideAsk: CareJSONObject {
  /// Members: `track group contact party resident relation way at until outcome`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("track", track)
    object.member("group", group)
    object.member("contact", contact)
    object.member("party", party)
    object.member("resident", resident)
    object.member("relation", relation)
    object.member("way", way)
    object.member("at", at)
    object.member("until", until)
    object.member("outcome", outcome)
  }
}

extension Contact.QuietHours: CareJSONObject {
  /// Members: `fromMinute untilMinute offsetMinutes`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("fromMinute", fromMinute)
    object.member("untilMinute", untilMinute)
    object.member("offsetMinutes", offsetMinutes)
  }
}
