import AlertRules
import CareModel
import EngineHost
import Logging
import RuleFiles
import Synchronization

/// Keeps the engine deciding by the version that is in force. At start: the newest version of the database, or the
/// configuration's file as version 1. Later: whatever version is added, and on a reload the file, when it has changed.
package actor RuleKeeper {
  /// Who signs for the configuration's file.
  package static let fileSigner = "configuration file"

  /// What the keeper says about itself.
  package struct Status: Sendable, Equatable {
    /// The version in force; 0 = none yet.
    package var version: Int32 = 0
    /// Its hash.
    package var hash = ""
    /// Why the last file or version was not taken; nil = all is well.
    package var trouble: String?

    /// A status.
    package init(version: Int32 = 0, hash: String = "", trouble: String? = nil) {
      self.version = version
      self.hash = hash
      self.trouble = trouble
    }
  }

  private let office: RuleOffice
  private let path: String
  private let logger: Logger
  private nonisolated let shown = Mutex(Status())
  private var version: Int32 = 0
  /// The file as it was last taken or passed over.
  private var seen: String?
  private var engine: (@Sendable (RuleSet) -> Void)?

  /// A keeper.
  ///
  /// - Parameter path: the rule file that the configuration names.
  package init(office: RuleOffice, path: String, logger: Logger) {
    self.office = office
    self.path = path
    self.logger = logger
  }

  /// What is in force and what is wrong, at once.
  package nonisolated var status: Status { shown.withLock { $0 } }

  /// Nothing can decide: neither a stored version nor the file can be used.
  package struct StartRefusal: Error, CustomStringConvertible {
    /// One problem a line.
    package let description: String
  }

  /// The set to begin with. A file that has changed since it was taken becomes a new version, if its dry run allows.
  package func start() async throws -> RuleSet {
    let file = Self.read(path)
    if case .success(let file) = file { seen = file.set.hash }
    if let newest = try await office.store.newestRules() {
      do {
        let stored = try RuleFiles.read(bytes: newest.body, name: "version \(newest.version)")
        adopt(newest, trouble: nil)
        let set = try await takeChangedFile(file, over: newest) ?? stored.set
        return set
      } catch let refusal as RuleFileRefusal {
        guard case .success(let file) = file else { throw StartRefusal(description: refusal.description) }
        adopt(newest, trouble: "version \(newest.version) cannot be read by this program; the file is used: \(refusal)")
        return file.set
      }
    }
    switch file {
    case .failure(let refusal): throw StartRefusal(description: refusal.description)
    case .success(let file):
      let signature = RuleOffice.Signature(by: Self.fileSigner)
      if case .activated(let first, _) = try await office.activate(
        file.bytes, name: path, signature, origin: .file)
      {
        adopt(first, trouble: nil)
        return file.set
      }
      // Another daemon was first.
      return try await start()
    }
  }

  /// At start the file counts when the version in force came from it.
  private func takeChangedFile(
    _ file: Swift.Result<RuleFile, RuleFileRefusal>, over newest: RuleVersion
  ) async throws -> RuleSet? {
    switch file {
    case .failure(let refusal):
      complain("the rule file is refused, version \(newest.version) stays in force: \(refusal)")
      return nil
    case .success(let file):
      guard newest.origin == .file, file.set.hash != newest.hash else { return nil }
      return try await put(file)
    }
  }

  /// From now on versions go to the engine.
  package func connect(_ engine: @escaping @Sendable (RuleSet) -> Void) { self.engine = engine }

  /// Reads the file again, and takes it when it has changed; else what was put in force meanwhile. The old rules stay
  /// when anything is wrong.
  package func reload() async {
    do {
      switch Self.read(path) {
      case .failure(let refusal): complain("the rule file is refused, the old rules stay: \(refusal)")
      case .success(let file):
        guard file.set.hash != seen, file.set.hash != status.hash else {
          seen = file.set.hash
          shown.withLock { $0.trouble = nil }
          return await follow()
        }
        if let set = try await put(file) {
          seen = set.hash
          engine?(set)
        }
      }
    } catch {
      complain("the rules could not be read again: the database does not answer.")
    }
  }

  private func put(_ file: RuleFile) async throws -> RuleSet? {
    let outcome = try await office.activate(
      file.bytes, name: path, RuleOffice.Signature(by: Self.fileSigner), origin: .file)
    switch outcome {
    case .activated(let version, _), .unchanged(let version):
      adopt(version, trouble: nil)
      return file.set
    case .refused(let refusal): complain("the rule file is refused, the old rules stay: \(refusal)")
    case .unsafe(let dryRun):
      complain(
        "the rule file is refused, the old rules stay: "
          + (dryRun.problems.first?.message ?? dryRun.summary)
          + " Two people may put it in force with `silverbell rules activate --by --second`.")
    case .overtaken, .noVersion, .badSignature: await follow()
    }
    return nil
  }

  /// Takes the newest version when there is a newer one than that in force.
  package func follow() async {
    do {
      guard try await office.store.newestRulesNumber() > version,
        let newest = try await office.store.newestRules(), newest.version > version
      else { return }
      do throws(RuleFileRefusal) {
        let set = try RuleFiles.read(bytes: newest.body, name: "version \(newest.version)").set
        adopt(newest, trouble: nil)
        engine?(set)
      } catch {
        version = newest.version
        complain("version \(newest.version) cannot be read by this program, the old rules stay: \(error)")
      }
    } catch {
      logger.debug("rule versions could not be read; asked again soon")
    }
  }

  /// Follows versions of others until cancelled: asks every `interval`, and at once on a hint.
  package func follow(hints: AsyncStream<Void>, interval: Swift.Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in hints { await self.follow() } }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          await self.follow()
        }
      }
    }
  }

  /// The sets of these hashes, for the alerts that were opened under them; what is not stored is left out.
  package func sets(of hashes: [String]) async -> [RuleSet] {
    var sets: [RuleSet] = []
    for hash in hashes where hash != status.hash {
      guard let version = try? await office.store.rules(hash: hash),
        let file = try? RuleFiles.read(bytes: version.body, name: "version \(version.version)")
      else { continue }
      sets.append(file.set)
    }
    return sets
  }

  private func adopt(_ version: RuleVersion, trouble: String?) {
    self.version = version.version
    shown.withLock { $0 = Status(version: version.version, hash: version.hash, trouble: trouble) }
    logger.notice("rules in force", metadata: ["version": "\(version.version)", "hash": "\(version.hash.prefix(12))"])
    if let trouble { complain(trouble) }
  }

  private func complain(_ trouble: String) {
    shown.withLock { $0.trouble = trouble }
    logger.error("\(trouble)")
  }

  private static func read(_ path: String) -> Swift.Result<RuleFile, RuleFileRefusal> {
    do throws(RuleFileRefusal) {
      let file = try RuleFiles.read(bytes: try RuleFiles.bytes(path: path), name: path)
      try file.check()
      return .success(file)
    } catch {
      return .failure(error)
    }
  }
}
