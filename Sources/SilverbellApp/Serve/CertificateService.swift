import EngineHost
import Logging
import ServiceLifecycle
import TransportSecurity
import UnixSignals

/// Reads the certificate again, so that a renewed one is used without a restart: when the system says so, and every
/// hour, because who renews it may not know whom to tell.
struct CertificateService: Service {
  /// Between two looks.
  static let interval = Swift.Duration.seconds(3600)

  let contexts: TLSContexts
  let clock: WallClock
  let logger: Logger
  let reloadSignals: [UnixSignal]

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            if !Task.isCancelled { reload() }
          }
        }
        group.addTask { await follow() }
        await group.waitForAll()
      }
    }
  }

  private func follow() async {
    guard !reloadSignals.isEmpty else { return }
    for await _ in await UnixSignalsSequence(trapping: reloadSignals) { reload() }
  }

  private func reload() {
    do throws(TLSProblem) {
      try contexts.reload()
      for warning in contexts.warnings(at: clock.now()) { logger.warning("\(warning)") }
    } catch {
      logger.error("the certificate was not read again, the old one goes on: \(error)")
    }
  }
}
