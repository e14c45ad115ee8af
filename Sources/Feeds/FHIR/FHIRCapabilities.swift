import CareModel
import JSONText

extension FHIRIntake {
  /// The CapabilityStatement (FHIR R4, section 5.2): the operation, and what is done with an Encounter.
  ///
  /// - Parameters:
  ///   - softwareVersion: the version of the daemon.
  ///   - publishedAt: when that version was made.
  ///   - address: the base address as hospitals see it; nil when it is not known.
  package static func capabilities(
    softwareVersion: String, publishedAt: Timestamp, address: String? = nil
  ) -> FHIRResponse {
    var writer = JSONWriter(capacity: 2048)
    writer.object { statement in
      statement.member("resourceType", "CapabilityStatement")
      statement.member("status", "active")
      statement.member("date", publishedAt.rfc3339)
      statement.member("kind", "instance")
      statement.objectMember("software") {
        $0.member("name", "Silverbell")
        $0.member("version", softwareVersion.isEmpty ? nil : softwareVersion)
      }
      statement.objectMember("implementation") {
        $0.member("description", "Takes in admission notifications of hospitals.")
        $0.member("url", address)
      }
      statement.member("fhirVersion", "4.0.1")
      statement.arrayMember("format") { $0.value("application/fhir+json") }
      statement.arrayMember("rest") { $0.object(writeService) }
    }
    return FHIRResponse(status: 200, body: writer.bytes)
  }

  private static func writeService(_ service: inout JSONWriter) {
    service.member("mode", "server")
    service.objectMember("security") { $0.member("description", "A bearer token of the hospital.") }
    service.arrayMember("resource") { resources in
      resources.object { encounter in
        encounter.member("type", "Encounter")
        encounter.arrayMember("interaction") { writeInteractions(["create", "update"], &$0) }
        encounter.member("updateCreate", true)
      }
    }
    service.arrayMember("interaction") { writeInteractions(["transaction", "batch"], &$0) }
    service.arrayMember("operation") { operations in
      operations.object {
        $0.member("name", "process-message")
        $0.member("definition", "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message")
        $0.member(
          "documentation",
          "Synchronous only. Events: notification-admit, notification-transfer and notification-discharge (Da Vinci "
            + "Alerts), and those of HL7 version 2 ADT; others are stored for a person to look at.")
      }
    }
  }

  private static func writeInteractions(_ codes: [String], _ writer: inout JSONWriter) {
    for code in codes { writer.object { $0.member("code", code) } }
  }
}
