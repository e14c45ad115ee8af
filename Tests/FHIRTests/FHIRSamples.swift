import CareModel
import FHIR
import FeedSession
import JSONText

/// A hospital's request and what became of it.
struct Exchange {
  var interaction = FHIRInteraction.processMessage
  var contentType: String? = "application/fhir+json"
  var principal = Principal.hospital(code: "H1")
  var configuration = FHIRConfiguration()

  func decode(_ body: [UInt8]) -> FHIRIntake.Decoded {
    FHIRIntake(configuration: configuration).decode(
      FHIRRequest(interaction: interaction, contentType: contentType, body: body, principal: principal))
  }

  func decode(_ text: String) -> FHIRIntake.Decoded { decode(Array(text.utf8)) }

  func signals(_ text: String) -> [Signal] {
    if case .signals(let signals, _) = decode(text) { signals } else { [] }
  }

  func refusal(_ text: String) -> FHIRRefusal? {
    if case .refusal(let refusal) = decode(text) { refusal } else { nil }
  }

  func hospital(_ text: String) -> HospitalMessage? { signals(text).first?.hospital }
}

/// Texts of resources, written as hospitals write them.
enum Sample {
  static let bundleTime = "2026-11-23T10:00:00+08:00"
  static let patient = """
    {"resourceType":"Patient","id":"p1","identifier":[\
    {"system":"urn:oid:2.16.156.10011.1.3","value":"11010519491231002x"},\
    {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"value":" 0017 "}],\
    "name":[{"family":"张","given":["三"]}],"gender":"male","birthDate":"1949-12-31"}
    """

  /// An Encounter with some members replaced or added; an empty text leaves one out.
  static func encounter(_ changes: [String: String] = [:]) -> String {
    var members = [
      "resourceType": #""Encounter""#, "id": #""e1""#, "status": #""in-progress""#, "class": #"{"code":"IMP"}"#,
      "subject": #"{"reference":"Patient/p1"}"#,
      "identifier": #"[{"system":"http://h1.example/visit","value":"V1"}]"#,
      "period": #"{"start":"2026-11-22T08:30:00+08:00"}"#,
    ]
    members.merge(changes) { $1 }
    return object(members)
  }

  static func header(_ code: String = "notification-admit", focus: String = "urn:uuid:e1") -> String {
    """
    {"resourceType":"MessageHeader","id":"m1","eventCoding":{\
    "system":"http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event","code":"\(code)"},\
    "source":{"name":"HIS","endpoint":"http://h1.example"},"focus":[{"reference":"\(focus)"}]}
    """
  }

  /// A Bundle of entries; `fullUrl` is made of the resource's id.
  static func bundle(
    _ resources: [String], type: String = "message", extra: String = #","timestamp":"2026-11-23T10:00:00+08:00""#
  ) -> String {
    let entries = resources.map { resource in
      let id = (try? JSONValue(parsing: Array(resource.utf8)))?["id"]?.string ?? "none"
      return #"{"fullUrl":"urn:uuid:\#(id)","resource":\#(resource)}"#
    }
    return #"{"resourceType":"Bundle","type":"\#(type)"\#(extra),"entry":[\#(entries.joined(separator: ","))]}"#
  }

  /// A notification about one Encounter.
  static func message(_ code: String = "notification-admit", encounter changes: [String: String] = [:]) -> String {
    bundle([header(code), encounter(changes), patient])
  }

  static func object(_ members: [String: String]) -> String {
    let written = members.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { #""\#($0.key)":\#($0.value)"# }
    return "{" + written.joined(separator: ",") + "}"
  }
}

func moment(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) }
