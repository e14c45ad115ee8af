import CareModel
import Logging

/// Asks for register changes above the last version: on every hint, and every few seconds because hints may be lost.
actor RegisterFollower {
  private let store: any RegisterStore
  private var version: Int64
  private let apply: @Sendable ([RegisterChange]) -> Void

  init(store: any RegisterStore, version: Int64, apply: @escaping @Sendable ([RegisterChange]) -> Void) {
    self.store = store
    self.version = version
    self.apply = apply
  }

  func run(hints: AsyncStream<Void>, interval: Swift.Duration, logger: Logger) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in hints { await self.ask(logger) } }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          await self.ask(logger)
        }
      }
    }
  }

  private func ask(_ logger: Logger) async {
    do {
      let (changes, reached) = try await store.changes(after: version)
      guard reached > version else { return }
      version = reached
      apply(changes)
    } catch {
      logger.debug("register changes could not be read; asked again soon")
    }
  }
}
