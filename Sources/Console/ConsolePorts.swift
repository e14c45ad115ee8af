import CareModel
import CoreMetrics
import EngineHost
import FHIR
import Mapped

/// What the console stands on.
package struct ConsolePorts: Sendable {
  /// Takes signals and actions.
  package var engine: any EnginePort
  /// Open work and the live event stream, from memory.
  package var openWork: any OpenWork
  /// The register and the accounts.
  package var register: any RegisterStore
  /// The record.
  package var history: any HistoryStore
  /// The time.
  package var now: @Sendable () -> Timestamp
  /// A new id for a register row that came without one.
  package var makeID: @Sendable () -> (high: UInt64, low: UInt64)
  /// A new random secret of 128 bits for a device or a phone.
  package var makeSecret: @Sendable () -> Secret
  /// Where the console counts.
  package var metrics: any MetricsFactory
  /// The rules; nil where there are none to manage.
  package var rules: (any RuleDesk)?
  /// How hospitals' FHIR messages are read.
  package var fhir: FHIRIntake
  /// What platforms push, by the names of their mappings.
  package var pushes: [String: MappedPush]

  /// A new secret: its text is shown once, its digest is kept.
  package struct Secret: Sendable {
    /// What the device or phone is given.
    package var text: String
    /// HMAC-SHA256 of the text with the server's key.
    package var digest: [UInt8]

    /// A secret.
    package init(text: String, digest: [UInt8]) {
      self.text = text
      self.digest = digest
    }
  }

  /// The ports.
  package init(
    engine: any EnginePort, openWork: any OpenWork, register: any RegisterStore, history: any HistoryStore,
    now: @escaping @Sendable () -> Timestamp, makeID: @escaping @Sendable () -> (high: UInt64, low: UInt64),
    makeSecret: @escaping @Sendable () -> Secret, metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    rules: (any RuleDesk)? = nil, fhir: FHIRIntake = FHIRIntake(), pushes: [String: MappedPush] = [:]
  ) {
    self.engine = engine
    self.openWork = openWork
    self.register = register
    self.history = history
    self.now = now
    self.makeID = makeID
    self.makeSecret = makeSecret
    self.metrics = metrics
    self.rules = rules
    self.fhir = fhir
    self.pushes = pushes
  }
}
