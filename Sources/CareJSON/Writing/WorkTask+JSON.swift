import CareModel
import JSONText

extension WorkTask: CareJSONObject {
  /// Members: `id district case kind alert stay resident dwelling state createdAt startsAt policy progress slots
  /// passedOver note`, and `asked` when somebody outside is.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("kind", kind)
    object.member("alert", alert)
    object.member("stay", stay)
    object.member("resident", resident)
    object.member("dwelling", dwelling)
    object.member("state", state)
    object.member("createdAt", createdAt)
    object.member("startsAt", startsAt)
    object.member("policy", policy)
    object.member("progress", progress)
    object.member("slots", slots)
    object.member("passedOver", ids: passedOver)
    object.member("note", note)
    if !asked.isEmpty { object.member("asked", asked) }
  }
}

extension WorkTask.Slot: CareJSONObject {
  /// Members: `staff` (who accepted), `duty offers`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("staff", accepted?.staff)
    object.member("duty", duty)
    object.member("offers", offers)
  }
}

extension WorkTask.Duty: CareJSONObject {
  /// Members: `awaited deadline asked`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("awaited", awaited)
    object.member("deadline", deadline)
    object.member("asked", asked)
  }
}

extension Offer: CareJSONObject {
  /// Members: `id district task slot staff state sentAt expiresAt reason`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("task", task)
    object.member("slot", slot)
    object.member("staff", staff)
    object.member("state", state)
    object.member("sentAt", sentAt)
    object.member("expiresAt", expiresAt)
    object.member("reason", reason)
  }
}

extension [WorkTask.Slot] {
  /// The duties alone, one element a slot, `null` where there is none: what the store keeps beside the offers.
  package var dutiesJSONText: String {
    var writer = JSONWriter()
    writer.array { list in
      for slot in self {
        if let duty = slot.duty { list.value(duty) } else { list.null() }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
