import AlertEngine
import AlertRules
import CareModel
import EngineHost
import RuleFiles
import RuleTrials
import Synchronization

/// The life of a rule set outside the engine: comparing, trying on stored signals, putting in force, going back.
package struct RuleOffice: Sendable {
  /// Longest name of who signs, in bytes.
  package static let maximumNameBytes = 128
  /// Longest reason, in bytes.
  package static let maximumReasonBytes = 1024

  let store: any RuleStore
  let now: @Sendable () -> Timestamp

  /// An office over the stored versions and signals.
  package init(store: any RuleStore, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.now = now
  }

  /// Who puts a version in force.
  package struct Signature: Sendable, Equatable {
    /// Who.
    package var by: String
    /// A second person, who answers for it together with the first; nil = none.
    package var second: String?
    /// Why.
    package var reason: String?

    /// A signature.
    package init(by: String, second: String? = nil, reason: String? = nil) {
      self.by = by
      self.second = second
      self.reason = reason
    }

    /// Why it is none; nil when it is one.
    package var objection: String? {
      for name in [by, second].compactMap({ $0 })
      where name.isEmpty || name.utf8.count > RuleOffice.maximumNameBytes || name.utf8.contains(0) {
        return "A name has 1 to \(RuleOffice.maximumNameBytes) bytes."
      }
      if second == by { return "The second signature must be another person's." }
      let reasonBytes = reason?.utf8.count ?? 0
      return reasonBytes > RuleOffice.maximumReasonBytes || reason?.utf8.contains(0) == true
        ? "The reason has at most \(RuleOffice.maximumReasonBytes) bytes." : nil
    }
  }

  /// What became of a wish to put a version in force.
  package enum Outcome: Sendable {
    /// It is in force; nil without a dry run (nothing to compare with).
    case activated(RuleVersion, DryRun)
    /// It was in force already.
    case unchanged(RuleVersion)
    /// The file is wrong.
    case refused(RuleFileRefusal)
    /// Life signals would be worse off, and only one person has signed.
    case unsafe(DryRun)
    /// Somebody else has put another version in force meanwhile.
    case overtaken
    /// The signature is none.
    case badSignature(String)
    /// There is no such version to go back to.
    case noVersion
  }

  /// Checks, tests and dry-runs a file, then puts it in force.
  package func activate(
    _ bytes: [UInt8], name: String, _ signature: Signature, origin: RuleVersion.Origin = .activation
  ) async throws -> Outcome {
    if let objection = signature.objection { return .badSignature(objection) }
    let candidate: RuleFile
    do throws(RuleFileRefusal) {
      candidate = try RuleFiles.read(bytes: bytes, name: name)
      try candidate.check()
    } catch {
      return .refused(error)
    }
    return try await put(candidate, signature, origin)
  }

  /// Puts an older version in force again, as a new one; nil = the one before the one in force.
  package func rollback(to version: Int32?, _ signature: Signature) async throws -> Outcome {
    if let objection = signature.objection { return .badSignature(objection) }
    guard let newest = try await store.newestRules() else { return .noVersion }
    let wanted: RuleVersion?
    if let version {
      wanted = try await store.rules(version: version)
    } else {
      let before = try await store.ruleVersions(before: newest.version, limit: 500).first { $0.hash != newest.hash }
      wanted = if let before { try await store.rules(version: before.version) } else { nil }
    }
    guard let wanted else { return .noVersion }
    let candidate: RuleFile
    do throws(RuleFileRefusal) {
      candidate = try RuleFiles.read(bytes: wanted.body, name: "version \(wanted.version)")
    } catch {
      return .refused(error)
    }
    var signature = signature
    signature.reason = signature.reason ?? "back to version \(wanted.version)"
    return try await put(candidate, signature, .rollback)
  }

  private func put(
    _ candidate: RuleFile, _ signature: Signature, _ origin: RuleVersion.Origin
  ) async throws -> Outcome {
    let newest = try await store.newestRules()
    if let newest, newest.hash == candidate.set.hash { return .unchanged(newest) }
    var dryRun = DryRun.nothing(since: now() - DryRun.span)
    // What cannot be read any more cannot be compared with, and must not be what keeps help from being restored.
    if let newest, let active = try? RuleFiles.read(bytes: newest.body, name: "version \(newest.version)") {
      dryRun = try await self.dryRun(candidate, against: active.set)
    }
    if dryRun.worse > 0, signature.second == nil { return .unsafe(dryRun) }
    let version = RuleVersion(
      hash: candidate.set.hash, name: candidate.set.name, origin: origin, activatedAt: now(),
      activatedBy: signature.by, secondBy: signature.second, reason: signature.reason, dryRun: dryRun.json,
      body: candidate.bytes)
    guard let stored = try await store.append(version, after: newest?.version ?? 0) else { return .overtaken }
    return .activated(stored, dryRun)
  }

  /// Runs last month's life signals through both sets.
  package func dryRun(_ candidate: RuleFile, against active: RuleSet) async throws -> DryRun {
    let (from, to) = (now() - DryRun.span, now())
    let register = try await store.registerBook(shiftsFrom: from)
    let safety = Mutex(RuleSafety(active: active, candidate: candidate.set, register: register, start: from))
    let isCut = Mutex(false)
    do {
      try await store.replay(from: from, to: to, onlyLife: true) { portion in
        try safety.withLock { safety in
          for signal in portion {
            guard safety.looked < DryRun.maximumSignals else { throw Enough() }
            safety.take(signal.id, signal.signal, at: signal.receivedAt)
          }
        }
      }
    } catch is Enough {
      isCut.withLock { $0 = true }
    }
    let result = safety.withLock { safety in
      safety.finish()
      return safety
    }
    return DryRun(
      looked: result.looked, since: from, isCut: isCut.withLock { $0 }, worse: result.worse,
      problems: result.problems.map { .init($0, in: candidate) })
  }

  private struct Enough: Error {}

  /// Runs all stored signals since a moment through both sets.
  ///
  /// - Parameter progress: told now and then how many signals are done.
  package func compare(
    _ active: RuleSet, _ candidate: RuleSet, since: TimeSpan, progress: @Sendable (Int) -> Void = { _ in }
  ) async throws -> RuleDifferences {
    let (from, to) = (now() - since, now())
    let register = try await store.registerBook(shiftsFrom: from)
    let comparison = Mutex(RuleComparison(active: active, candidate: candidate, register: register, start: from))
    try await store.replay(from: from, to: to, onlyLife: false) { portion in
      let count = comparison.withLock { comparison in
        for signal in portion { comparison.take(signal.id, signal.signal, at: signal.receivedAt) }
        return comparison.differences.signals
      }
      progress(count)
    }
    return comparison.withLock { $0.finish() }
  }

  /// The set in force, as a file; nil when there is none.
  package func active() async throws -> RuleFile? {
    guard let newest = try await store.newestRules() else { return nil }
    return try RuleFiles.read(bytes: newest.body, name: "version \(newest.version)")
  }
}
