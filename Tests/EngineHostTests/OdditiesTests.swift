import AlertEngine
import CareModel
import EngineHost
import Testing

/// Promise 6 with the shipped rules: nothing is dropped for being odd, and a person hears of it.
@Suite("Odd input is kept and shown")
struct OdditiesTests {
  private static func admission(of patient: String) -> Signal {
    Signal(
      source: SignalSource(feed: .mllp, sender: "H1"), kind: .admit,
      hospital: HospitalMessage(
        hospitalCode: "H1", eventCode: "A01",
        patient: PatientIdentity(identifiers: [
          PatientIdentifier(kind: .hospitalNumber, authority: "H1", value: patient)
        ]), patientClass: .inpatient), raw: Array("MSH|".utf8))
  }

  @Test("a patient nobody knows is a work item: one for each person, however many messages")
  func unknownPatient() async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    for patient in ["P1", "P1", "P2"] {
      #expect(await world.offer(Self.admission(of: patient)).first() == true)
    }
    let alerts = world.host.openAlerts()
    #expect(alerts.count == 2)
    #expect(alerts.allSatisfy { $0.oddities == [.unknownPatient] && $0.nextDeadline != nil })
    #expect(world.store.commits.compactMap(\.signal).count == 3)
    #expect(world.host.openStays().isEmpty)
  }

  @Test("a device whose clock says 1970 is helped like any other; the oddity is kept")
  func clockOf1970() async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    let press = Signal(
      source: SignalSource(feed: .mqtt, sender: "D1", serial: "D1"), kind: .panic, occurredAt: Timestamp(seconds: 60))
    #expect(await world.offer(press).first() == true)
    let alert = try #require(world.host.openAlerts().first)
    #expect(alert.alertClass == .life)
    #expect(alert.openedAt > Timestamp(seconds: 1_700_000_000))
    #expect(alert.oddities == [.wrongClock])
  }

  @Test("an unknown device and an unknown kind each reach the desk", arguments: [SignalKind.panic, .unknown])
  func strangers(kind: SignalKind) async throws {
    let world = try await HostWorld()
    world.store.confirmsAtOnce = true
    let press = Signal(source: SignalSource(feed: .mqtt, sender: "X9", serial: "X9"), kind: kind)
    #expect(await world.offer(press).first() == true)
    let alert = try #require(world.host.openAlerts().first)
    #expect(alert.oddities.contains(.unknownDevice))
    #expect(alert.alertClass >= .urgent)
    #expect(alert.nextDeadline != nil)
  }
}
