import CareModel
import JSONText

extension HospitalMessage: CareRecord {
  /// Members: `hospital event visitNumber patient patientClass location eventAt admittedAt dischargedAt disposition`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("hospital", hospitalCode)
    object.member("event", eventCode)
    object.member("visitNumber", visitNumber)
    object.member("patient", patient)
    object.member("patientClass", patientClass)
    object.member("location", location)
    object.member("eventAt", eventAt)
    object.member("admittedAt", admittedAt)
    object.member("dischargedAt", dischargedAt)
    object.member("disposition", disposition)
  }

  /// Reads every member of a hospital message.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    self.init(
      hospitalCode: try object.storedText("hospital"), eventCode: try object.storedText("event"),
      visitNumber: object.storedTextOrNil("visitNumber"), patient: try object.thing("patient"),
      patientClass: try object.word("patientClass"), location: object.storedTextOrNil("location"),
      eventAt: try object.timeOrNil("eventAt"), admittedAt: try object.timeOrNil("admittedAt"),
      dischargedAt: try object.timeOrNil("dischargedAt"), disposition: object.storedTextOrNil("disposition"))
  }
}

extension PatientIdentity: CareJSONObject, CareJSONReadable {
  /// Members: `identifiers name birthDate`.
  package func writeMembers(to object: inout JSONWriter) {
    object.member("identifiers", identifiers)
    object.member("name", name)
    object.member("birthDate", birthDate)
  }

  /// Reads an identity as it was told, however odd; the limits of the whole text hold.
  package init(json object: JSONObjectReader) throws(CareJSONError) {
    var identifiers: [PatientIdentifier] = []
    for (value, path) in try object.elements("identifiers", maximumCount: .max) {
      let identifier = try JSONObjectReader(value, path: path)
      identifiers.append(
        PatientIdentifier(
          kind: try identifier.word("kind"), authority: identifier.storedTextOrNil("authority") ?? "",
          value: try identifier.storedText("value")))
    }
    self.init(
      identifiers: identifiers, name: object.storedTextOrNil("name"), birthDate: object.storedTextOrNil("birthDate"))
  }
}
