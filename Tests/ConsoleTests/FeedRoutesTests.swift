import CareModel
import Console
import EngineHost
import FHIR
import HTTPTypes
import JSONText
import Mapped
import Synchronization
import Testing

/// Feeds that come over HTTP: hospitals' FHIR, and what platforms push.
@Suite struct FeedRoutesTests {
  private static let encounter =
    #"{"resourceType":"Encounter","id":"7","status":"in-progress","class":{"code":"IMP"},"#
    + #""subject":{"identifier":{"value":"320501194001011234"}},"period":{"start":"2026-11-23T10:00:00+08:00"}}"#

  private func world() -> World {
    let world = World()
    world.settle()
    world.addAccount(.hospital, token: "hospital", sender: "H1")
    return world
  }

  @Test func anAdmissionIsAnsweredWhenItIsDurable() async throws {
    try await Harness.run(settled: false, world: world()) { (console: Harness) async throws in
      let answer = try await console.send(
        .post, "/fhir/Encounter", as: "hospital", Self.encounter, headers: [.contentType: "application/fhir+json"])
      #expect(answer.status == 200 && answer.json["resourceType"]?.string == "OperationOutcome")
      let signal = console.world.state.withLock { $0.signals.first }
      #expect(signal?.kind == .admit && signal?.source.feed == .fhir && signal?.hospital?.hospitalCode == "H1")
      let updated = try await console.send(
        .put, "/fhir/Encounter/7", as: "hospital", Self.encounter, headers: [.contentType: "application/json"])
      #expect(updated.status == 200)
    }
  }

  @Test(arguments: [
    ("hospital", "application/fhir+json", "{", 400), ("hospital", "application/xml", "<x/>", 415),
    ("nobody", "application/fhir+json", "{}", 401), ("desk", "application/fhir+json", "{}", 403),
  ])
  func whatIsRefusedIsAnOperationOutcome(_ token: String, _ type: String, _ body: String, _ status: Int) async throws {
    try await Harness.run(settled: false, world: world()) { (console: Harness) async throws in
      let answer = try await console.send(
        .post, "/fhir/$process-message", as: token, body, headers: [.contentType: type])
      #expect(answer.status == status && answer.json["resourceType"]?.string == "OperationOutcome")
      #expect(console.world.state.withLock { $0.signals.isEmpty })
    }
  }

  @Test func nothingIsAcknowledgedWhileNothingIsDurable() async throws {
    let world = world()
    let push = try Self.push()
    try await Harness.run(settled: false, world: world, ports: world.ports(pushing: push)) {
      (console: Harness) async throws in
      world.change { $0.isEngineAway = true }
      let admission = try await console.send(
        .post, "/fhir/Encounter", as: "hospital", Self.encounter, headers: [.contentType: "application/fhir+json"])
      #expect(admission.status == 503 && admission.json["resourceType"]?.string == "OperationOutcome")
      let pushed = try await console.post("/api/v1/push/buttons?token=tok", as: nil, #"{"id":"D1"}"#)
      #expect(pushed.status == 503 && pushed.header("Retry-After") == "5")
    }
  }

  @Test func aPushIsReadByItsMapping() async throws {
    let world = world()
    let push = try Self.push()
    try await Harness.run(settled: false, world: world, ports: world.ports(pushing: push)) {
      (console: Harness) async throws in
      let taken = try await console.post("/api/v1/push/buttons?token=tok", as: nil, #"{"id":"D1"}"#)
      #expect(taken.status == 200)
      let signal = world.state.withLock { $0.signals.first }
      #expect(signal?.kind == .panic && signal?.source.serial == "D1" && signal?.source.feed == .mapped)
      #expect(try await console.post("/api/v1/push/buttons?token=no", as: nil, "{}").status == 401)
      #expect(try await console.post("/api/v1/push/others?token=tok", as: nil, "{}").status == 404)
      #expect(try await console.get("/api/v1/push/buttons?token=tok").status == 405)
    }
  }

  private static func push() throws -> MappedPush {
    let mapping = #"{"format":"push","name":"buttons","authentication":{"kind":"query","name":"token"},"#
      + #""serial":"id","kind":"panic"}"#
    let document = try JSONValue(parsing: Array(mapping.utf8))
    return MappedPush(mapping: try PushMapping(document), secrets: [Array("tok".utf8)])
  }
}

extension World {
  fileprivate func ports(pushing push: MappedPush) -> ConsolePorts {
    var ports = self.ports
    ports.pushes = [push.mapping.name: push]
    return ports
  }
}
