import AlertEngine
import CareModel
import Logging
import Synchronization

/// The second copy: what it has that the store lacks is stepped again at start, and from then on both count.
extension EngineHost {
  /// Steps again what earlier runs have logged and the store does not have, then begins to write.
  func openJournal() async throws {
    guard let journal = parts.journal else {
      return parts.logger.warning("there is one copy only: set inputLog.directory for the local second one")
    }
    journal.open { [weak self] in self?.journalReported($0) }
    let (store, loop, clock) = (parts.store, loop, parts.clock)
    // An input stands in the log more than once when its commit was refused and it was decided again.
    let again = Mutex<Set<InputID>>([])
    try await journal.replay { portion in
      let ids = portion.compactMap(\.input.id)
      let applied = try await store.appliedInputs(among: ids)
      for logged in portion {
        guard let id = logged.input.id, !applied.contains(id), again.withLock({ $0.insert(id).inserted })
        else { continue }
        loop.post(.replay(logged.input, at: min(logged.at, clock.now())))
      }
    }
    loop.post(.rules { journal.earlierRunsEnd(at: $0.lastCommitNumber) })
    let count = again.withLock { $0.count }
    guard count > 0 else { return }
    parts.logger.warning(
      "the database lacked inputs that the local log has; they are decided again", metadata: ["inputs": "\(count)"])
  }

  private func journalReported(_ event: JournalEvent) {
    switch event {
    case .logged(let number, let lineage): loop.post(.news(.logged(number, lineage: lineage)))
    case .lost:
      parts.logger.error("the local log cannot be written: there is one copy only until it can")
      loop.post(.news(.logLost))
    case .ready:
      parts.logger.notice("the local log is written")
      loop.post(.news(.logReady))
    }
  }
}
