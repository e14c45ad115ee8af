import CareModel
import FHIR
import FeedSession
import Testing

@Suite("FHIR refusals")
struct RefusalTests {
  @Test(
    "method and path",
    arguments: [
      ("GET", "metadata", FHIRInteraction.capabilities), ("GET", "/metadata?mode=full", .capabilities),
      ("POST", "$process-message", .processMessage), ("POST", "/$process-message/?async=false", .processMessage),
      ("POST", "Encounter", .createEncounter), ("POST", "", .bundle), ("POST", "/", .bundle),
      ("PUT", "/Encounter/a-1.B", .updateEncounter(id: "a-1.B")),
      (
        "PUT", "Encounter/" + String(repeating: "x", count: 64), .updateEncounter(id: String(repeating: "x", count: 64))
      ),
    ])
  func served(method: String, path: String, interaction: FHIRInteraction) throws {
    #expect(try FHIRInteraction(method: method, path: path) == interaction)
  }

  @Test(
    "what is not served",
    arguments: [
      ("GET", "Patient", 404), ("POST", "Patient", 404), ("POST", "Encounter/$match", 404), ("GET", "metadata/x", 404),
      ("PUT", "Encounter/a b", 404), ("PUT", "Encounter/1/_history/2", 404), ("POST", "$process-messages", 404),
      ("PUT", "Encounter/" + String(repeating: "x", count: 65), 404), ("GET", "Encounter", 405),
      ("DELETE", "Encounter/1", 405), ("GET", "$process-message", 405), ("POST", "metadata", 405), ("GET", "", 405),
      ("post", "Encounter", 405),
    ])
  func notServed(method: String, path: String, status: Int) {
    do throws(FHIRRefusal) {
      _ = try FHIRInteraction(method: method, path: path)
      Issue.record("served")
    } catch {
      #expect(error.status == status && (error.allow != nil) == (status == 405) && error.issue == "not-supported")
    }
  }

  @Test(
    "the content type",
    arguments: [
      ("application/fhir+json" as String?, true), ("application/json", true), ("Application/FHIR+JSON", true),
      ("application/fhir+json; charset=UTF-8", true), ("application/json;charset=\"utf-8\"; fhirVersion=4.0", true),
      ("application/json+fhir", true), (nil, true), ("application/fhir+xml", false), ("application/xml", false),
      ("text/xml", false), ("application/json; charset=gb18030", false), ("application/octet-stream", false),
      ("", false), (";", false), ("application/x-www-form-urlencoded", false),
    ])
  func contentType(header: String?, isRead: Bool) {
    let exchange = Exchange(contentType: header)
    #expect(exchange.refusal(Sample.message())?.status == (isRead ? nil : 415))
    #expect(exchange.refusal("<Bundle/>")?.status == (isRead && header != nil ? 400 : 415))
  }

  @Test(
    "broken bodies",
    arguments: [
      ("", 400, "structure"), ("{", 400, "structure"), ("{\"resourceType\":Bundle}", 400, "structure"),
      ("null", 400, "structure"), ("[]", 400, "structure"), ("7", 400, "structure"), ("{}", 400, "structure"),
      (#"{"resourceType":7}"#, 400, "structure"), (#"{"resourceType":"Bundle"}"#, 400, "structure"),
      (#"{"resourceType":"Bundle","type":7}"#, 400, "structure"),
      (#"{"resourceType":"Bundle","type":"message","entry":{}}"#, 400, "structure"),
      (#"{"resourceType":"Bundle","type":"message"}"#, 400, "required"),
      (#"{"resourceType":"Bundle","type":"message","entry":[null,7,{},{"resource":{}}]}"#, 400, "required"),
      (#"{"resourceType":"Bundle","type":"searchset"}"#, 422, "not-supported"),
      (#"{"resourceType":"Bundle","type":"history"}"#, 422, "not-supported"),
      (#"{"resourceType":"Bundle","type":"subscription-notification"}"#, 422, "not-supported"),
      (#"{"resourceType":"OperationOutcome"}"#, 422, "not-supported"),
      (#"{"resourceType":"Encounter"}"#, 422, "not-supported"),
      (#"{"resourceType":"Parameters"}"#, 422, "not-supported"),
      (#"{"resourceType":"Parameters","parameter":[{"name":"content","resource":{}}]}"#, 422, "not-supported"),
    ])
  func broken(text: String, status: Int, issue: String) {
    let refusal = Exchange().refusal(text)
    #expect(refusal?.status == status && refusal?.issue == issue, "\(String(describing: refusal))")
  }

  @Test("each address takes its own resources")
  func addresses() {
    let creation = Exchange(interaction: .createEncounter)
    let update = Exchange(interaction: .updateEncounter(id: "e1"))
    let base = Exchange(interaction: .bundle)
    #expect(creation.refusal(Sample.patient)?.status == 422)
    #expect(base.refusal(Sample.encounter())?.status == 422 && update.refusal(Sample.message())?.status == 422)
    #expect(update.refusal(Sample.encounter(["id": "\"e2\""])) == update.refusal(Sample.encounter(["id": "7"])))
    #expect(update.refusal(Sample.encounter(["id": "\"e2\""]))?.status == 400)
    #expect(base.signals(Sample.message()).count == 1 && creation.signals(Sample.message()).count == 1)
    #expect(Exchange(interaction: .capabilities).refusal("{}")?.status == 405)
  }

  @Test("devices do not speak for hospitals; others are taken as who they are")
  func senders() {
    let device = Exchange(principal: .device(serial: "S1"))
    #expect(device.refusal(Sample.message())?.status == 403 && device.refusal("")?.status == 403)
    let staff = Exchange(principal: .staff(StaffID(high: 1, low: 2))).signals(Sample.message()).first
    #expect(staff?.source.sender.hasPrefix("staff:") == true && staff?.hospital?.hospitalCode == "http://h1.example")
    let nobody = Exchange(principal: .anonymous).signals(Sample.message()).first
    #expect(nobody?.source.sender == "anonymous" && nobody?.oddities == [.anonymousSender])
    let silent = Exchange(interaction: .createEncounter, principal: .anonymous).signals(Sample.encounter()).first
    #expect(silent?.hospital?.hospitalCode == FHIRConfiguration.namelessHospital)
  }

  @Test("only a platform that is configured so speaks for other hospitals")
  func platforms() {
    let configuration = FHIRConfiguration(hospitalCodes: ["P": ["http://h1.example": "H1", "市二医院": "H2"]])
    let platform = Exchange(principal: .hospital(code: "P"), configuration: configuration)
    let hospital = Exchange(principal: .hospital(code: "H3"), configuration: configuration)
    let text = Sample.message()
    #expect(platform.hospital(text)?.hospitalCode == "H1" && platform.signals(text).first?.source.sender == "P")
    #expect(hospital.hospital(text)?.hospitalCode == "H3")
    #expect(platform.hospital(text)?.patient.identifiers.last?.authority == "H1")
    let provided = Sample.encounter(["serviceProvider": #"{"display":"市二医院"}"#])
    let single = Exchange(
      interaction: .createEncounter, principal: .hospital(code: "P"), configuration: configuration)
    #expect(single.hospital(provided)?.hospitalCode == "H2" && single.hospital(Sample.encounter())?.hospitalCode == "P")
  }
}
