import CareModel
import JSONText

extension Stay: CareJSONObject {
  /// Members: `id district case resident hospital visitNumber open admittedAt dischargedAt location locationEventAt
  /// visitTask firstVisitTask cancelledAt admissionEventAt dischargeEventAt dischargeCancelledAt knownAt`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("resident", resident)
    object.member("hospital", hospitalCode)
    object.member("visitNumber", visitNumber)
    object.member("open", isOpen)
    object.member("admittedAt", admittedAt)
    object.member("dischargedAt", dischargedAt)
    object.member("location", location)
    object.member("locationEventAt", locationEventAt)
    object.member("visitTask", visitTask)
    object.member("firstVisitTask", firstVisitTask)
    object.member("cancelledAt", cancelledAt)
    object.member("admissionEventAt", admissionEventAt)
    object.member("dischargeEventAt", dischargeEventAt)
    object.member("dischargeCancelledAt", dischargeCancelledAt)
    object.member("knownAt", knownAt)
  }
}

extension Reminder: CareJSONObject {
  /// Members: `id district case stay audience recipientName channel state deadline sentCount confirmedBy
  /// confirmedAt`. The address on the channel stays inside: it is nobody's business on the event stream.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("id", id)
    object.member("district", district)
    object.member("case", caseKey)
    object.member("stay", stay)
    object.member("audience", audience)
    object.member("recipientName", recipientName)
    object.member("channel", destination?.channel)
    object.member("state", state)
    object.member("deadline", deadline)
    object.member("sentCount", sentCount)
    object.member("confirmedBy", confirmedBy)
    object.member("confirmedAt", confirmedAt)
  }
}
