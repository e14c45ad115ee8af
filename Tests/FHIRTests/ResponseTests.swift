import CareModel
import FHIR
import FeedSession
import JSONText
import Testing

@Suite("FHIR answers")
struct ResponseTests {
  private func issue(_ response: FHIRResponse) throws -> JSONValue {
    let body = try JSONValue(parsing: response.body)
    #expect(body["resourceType"]?.string == "OperationOutcome" && response.contentType == "application/fhir+json")
    return try #require(body["issue"]?.array?.first)
  }

  @Test("200 only when everything is durable, else 503 with a time to wait")
  func outcomes() throws {
    let good = FHIRIntake.encode(outcomes: [.accepted, .accepted])
    #expect(try issue(good)["severity"]?.string == "information" && good.status == 200 && good.retryAfterSeconds == nil)
    for outcomes in [[DeliveryOutcome.unavailable], [.accepted, .unavailable], []] {
      for answer in [FHIRAnswer.outcome, .bundle(type: "batch", entries: 1)] {
        let bad = FHIRIntake.encode(outcomes: outcomes, answer: answer)
        #expect(bad.status == 503 && bad.retryAfterSeconds == FHIRResponse.unavailableRetrySeconds)
        #expect(try issue(bad)["code"]?.string == "transient")
      }
    }
  }

  @Test("a transaction is answered by a Bundle with one response for each entry")
  func responses() throws {
    for count in [0, 2] {
      let response = FHIRIntake.encode(outcomes: [.accepted], answer: .bundle(type: "transaction", entries: count))
      let body = try JSONValue(parsing: response.body)
      #expect(response.status == 200 && body["type"]?.string == "transaction-response")
      #expect(
        (body["entry"]?.array ?? []).map { $0["response"]?["status"]?.string }
          == Array(repeating: "200 OK", count: count))
      #expect((body["entry"] == nil) == (count == 0))
    }
  }

  @Test("a refusal is an OperationOutcome")
  func refusals() throws {
    let refusal = try #require(Exchange().refusal("{"))
    let response = FHIRIntake.encode(refusal: refusal)
    let issue = try issue(response)
    #expect(response.status == 400 && issue["severity"]?.string == "error" && issue["code"]?.string == "structure")
    #expect(issue["details"]?["text"]?.string == refusal.text && response.allow == nil)
    do throws(FHIRRefusal) {
      _ = try FHIRInteraction(method: "GET", path: "Encounter")
    } catch {
      #expect(FHIRIntake.encode(refusal: error).allow == "POST")
    }
  }

  @Test("what the host refuses looks the same")
  func hostRefusals() throws {
    let refusals = [FHIRRefusal.notAuthenticated, .notAHospital, .tooLarge(maximumBytes: 9)]
    let responses = refusals.map(FHIRIntake.encode(refusal:))
    #expect(responses.map(\.status) == [401, 403, 413])
    #expect(try responses.map { try issue($0)["code"]?.string } == ["login", "forbidden", "too-long"])
  }

  @Test("no refusal quotes the body")
  func privacy() {
    for text in ["{\"张三\":", "{\"张三\":1}", #"{"resourceType":"张三"}"#, #"{"resourceType":"Bundle","type":"张三"}"#] {
      let refusal = Exchange().refusal(text)
      #expect(refusal != nil && refusal?.text.contains("张三") == false)
    }
  }

  @Test("metadata lists the operation and what is done with Encounters")
  func metadata() throws {
    let response = FHIRIntake.capabilities(
      softwareVersion: "1.0", publishedAt: Timestamp(seconds: 1_800_000_000), address: "https://h.example/fhir")
    let body = try JSONValue(parsing: response.body)
    #expect(response.status == 200 && body["resourceType"]?.string == "CapabilityStatement")
    #expect(
      body["fhirVersion"]?.string == "4.0.1" && body["implementation"]?["url"]?.string == "https://h.example/fhir")
    let service = body["rest"]?.array?.first
    #expect(service?["operation"]?.array?.first?["name"]?.string == "process-message")
    let encounter = service?["resource"]?.array?.first
    #expect(encounter?["type"]?.string == "Encounter")
    #expect(encounter?["interaction"]?.array?.map { $0["code"]?.string } == ["create", "update"])
    #expect(service?["interaction"]?.array?.map { $0["code"]?.string } == ["transaction", "batch"])
    let plain = try JSONValue(
      parsing: FHIRIntake.capabilities(softwareVersion: "", publishedAt: Timestamp(seconds: 0)).body)
    #expect(plain["implementation"]?["url"] == nil && plain["software"]?["version"] == nil)
  }
}
