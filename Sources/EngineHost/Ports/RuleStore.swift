import AlertEngine
import CareModel

/// The versions of the rules in the database, and the stored signals for replay.
package protocol RuleStore: Sendable {
  /// The version that is in force, with its text; nil when there is none.
  func newestRules() async throws(StoreProblem) -> RuleVersion?
  /// The number of the version that is in force; 0 when there is none.
  func newestRulesNumber() async throws(StoreProblem) -> Int32
  /// One version, with its text; nil when there is none.
  func rules(version: Int32) async throws(StoreProblem) -> RuleVersion?
  /// The newest version of a hash, with its text; nil when there is none.
  func rules(hash: String) async throws(StoreProblem) -> RuleVersion?
  /// Versions without their texts, newest first, below a number; at most `limit` (1-500).
  func ruleVersions(before version: Int32?, limit: Int) async throws(StoreProblem) -> [RuleVersion]
  /// Adds the next version and says so to all daemons.
  ///
  /// - Parameter newest: the version that is expected to be in force.
  /// - Returns: the version with its number; nil when another one is in force by now.
  func append(_ version: RuleVersion, after newest: Int32) async throws(StoreProblem) -> RuleVersion?
  /// Hands stored signals that the rules decided about to `body`, in the order of their receipt, in bounded portions.
  ///
  /// - Parameter onlyLife: only those of class life.
  func replay(
    from: Timestamp, to: Timestamp, onlyLife: Bool, _ body: @Sendable ([ReplayedSignal]) throws -> Void
  ) async throws
  /// The signals of an alert that were received in a time, oldest first, at most `limit`.
  func decidedSignals(
    of alert: AlertID, from: Timestamp, to: Timestamp, limit: Int
  ) async throws(StoreProblem) -> [DecidedSignal]
  /// The alert of a task; nil when there is no such task, or it has none.
  func alert(of task: TaskID) async throws(StoreProblem) -> AlertID?
  /// The staff of the register.
  func staff() async throws(StoreProblem) -> [StaffMember]
  /// The register as it is now, with the shifts that had not ended at `from`; for replay.
  func registerBook(shiftsFrom from: Timestamp) async throws -> RegisterBook
}

/// One version of the rules.
package struct RuleVersion: Sendable, Equatable {
  /// Where a version came from.
  package enum Origin: String, Sendable, CaseIterable {
    /// The file that the configuration names.
    case file
    /// A command or the API.
    case activation
    /// An older version, put in force again.
    case rollback
  }

  /// Counts from 1; the highest is in force. 0 before it is stored.
  package var version: Int32
  /// SHA-256 of the text.
  package var hash: String
  /// The set's name.
  package var name: String
  /// Where it came from.
  package var origin: Origin
  /// Since when it is in force.
  package var activatedAt: Timestamp
  /// Who put it in force.
  package var activatedBy: String
  /// The second signature, when the dry run alone would have refused it.
  package var secondBy: String?
  /// Why.
  package var reason: String?
  /// What the dry run said, as JSON.
  package var dryRun: String?
  /// The bytes of the file; empty where only the list is asked for.
  package var body: [UInt8]

  /// A version.
  package init(
    version: Int32 = 0, hash: String, name: String, origin: Origin, activatedAt: Timestamp, activatedBy: String,
    secondBy: String? = nil, reason: String? = nil, dryRun: String? = nil, body: [UInt8]
  ) {
    self.version = version
    self.hash = hash
    self.name = name
    self.origin = origin
    self.activatedAt = activatedAt
    self.activatedBy = activatedBy
    self.secondBy = secondBy
    self.reason = reason
    self.dryRun = dryRun
    self.body = body
  }
}

/// A stored signal as it came, for replay; without its message.
package struct ReplayedSignal: Sendable, Equatable {
  /// The id.
  package var id: SignalID
  /// The time of receipt.
  package var receivedAt: Timestamp
  /// The signal; `raw` is empty and `repeatKey` nil.
  package var signal: Signal

  /// A stored signal.
  package init(id: SignalID, receivedAt: Timestamp, signal: Signal) {
    self.id = id
    self.receivedAt = receivedAt
    self.signal = signal
  }
}

/// A stored signal with what was decided about it.
package struct DecidedSignal: Sendable, Equatable {
  /// The signal.
  package var replayed: ReplayedSignal
  /// Its class; nil only when the column holds none.
  package var alertClass: AlertClass?
  /// Which rules matched, in one line.
  package var reason: String
  /// The hash of the set that decided.
  package var ruleSetHash: String

  /// A decided signal.
  package init(replayed: ReplayedSignal, alertClass: AlertClass?, reason: String, ruleSetHash: String) {
    self.replayed = replayed
    self.alertClass = alertClass
    self.reason = reason
    self.ruleSetHash = ruleSetHash
  }
}
