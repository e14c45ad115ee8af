import CareModel
import FHIR
import FeedSession
import HL7
import JSONText
import Testing

/// Bundles that were made of HL7 version 2 messages, where the data has both: the two feeds must tell the same.
@Suite("FHIR and HL7", .serialized)
struct FHIRParityTests {
  @Test("FHIRConformance: the same as by HL7")
  func sameMessages() throws {
    guard let data = ProtocolData(subfolder: "fhir", suite: "FHIR and HL7"),
      let messages = ProtocolData(subfolder: "hl7", suite: "FHIR and HL7")
    else { return }
    var table = ConformanceTable(file: "hl7/messages")
    let exchange = Exchange(configuration: FHIRConfiguration(actsOnTestMessages: true))
    let intake = HL7Intake(configuration: MLLPConfiguration(hospitalCode: "H1", actsOnTestMessages: true))
    for line in try data.lines("expected.jsonl") {
      let test = try JSONValue(parsing: line)
      guard let name = test["file"]?.string, name.hasSuffix("-expected.json"),
        let title = name.dropLast("-expected.json".count).split(separator: "_").last,
        let block = try? messages.bytes("messages/fhirconv__\(title).hl7"),
        case .signals(let signals, _) = exchange.decode(try data.bytes("bundles/\(name)"))
      else { continue }
      let wanted = try #require(intake.receive(block)).signal
      let isOver = test["expect"]?["encounter"]?.array?.first?["status"]?.string == "finished"
      table.record(String(title), signals.first.map { differences($0, wanted, isOver: isOver) } ?? ["nothing"])
    }
    print(table.printed())
    #expect(table.failures.isEmpty)
  }

  private func differences(_ signal: Signal, _ wanted: Signal, isOver: Bool) -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ name: String, _ left: Value?, _ right: Value?) {
      if left != right {
        found.append("\(name) \(left.map { "\($0)" } ?? "-"), by HL7 \(right.map { "\($0)" } ?? "-")")
      }
    }
    compare("kind", signal.kind, wanted.kind)
    guard let left = signal.hospital, let right = wanted.hospital else { return found }
    compare("event", left.eventCode, right.eventCode)
    compare("class", left.patientClass, right.patientClass)
    compare("visit", left.visitNumber, right.visitNumber)
    // The converter writes the places of a finished stay as completed or planned, whichever was the last.
    if !isOver { compare("location", left.location, right.location) }
    compare("name", left.patient.name, right.patient.name)
    compare("birth date", left.patient.birthDate, right.patient.birthDate)
    compare("disposition", left.disposition, right.disposition)
    // It adds numbers that the HL7 feed does not read (PID-2, PID-4, IN1).
    let known = right.patient.identifiers
    compare("identifiers", left.patient.identifiers.filter(known.contains), known)
    return found
  }
}
