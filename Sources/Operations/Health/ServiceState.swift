import Synchronization

/// What the daemon says about itself: to systemd, and on the operations page.
///
/// ``beat()`` is called regularly; in between, the page answers from what the parts know. Nothing here waits for
/// anything.
package final class ServiceState: Sendable {
  private struct State {
    var isStopping = false
    var wasReady = false
    var status = ""
    var lastAlive: Int64?
  }

  /// The loops.
  package let watch: LoopWatch
  private let notifier: SystemdNotifier
  private let readiness: @Sendable () -> [Complaint]
  private let now: @Sendable () -> Int64
  private let state = Mutex(State())

  /// A state.
  /// - Parameters:
  ///   - readiness: what keeps alarms from being accepted now; empty = nothing. Must not wait.
  ///   - now: nanoseconds of a monotonic clock.
  package init(
    watch: LoopWatch, notifier: SystemdNotifier, readiness: @escaping @Sendable () -> [Complaint],
    now: @escaping @Sendable () -> Int64
  ) {
    self.watch = watch
    self.notifier = notifier
    self.readiness = readiness
    self.now = now
  }

  /// Loops that are stuck.
  package var health: [Complaint] { watch.complaints }

  /// Why no alarm is accepted now; empty = they are.
  package var reasonsNotReady: [Complaint] {
    if state.withLock({ $0.isStopping }) { return [Complaint("daemon", "is stopping.")] }
    return readiness() + health
  }

  /// The daemon has begun to stop.
  package func stop() {
    let isFirst = state.withLock { state in
      defer { state.isStopping = true }
      return !state.isStopping
    }
    guard isFirst else { return }
    notifier.stopping()
    notifier.status("stopping")
  }

  /// Asks the loops, and tells systemd what there is to tell: `READY=1` once, the status when it changes, a sign of
  /// life at half of its time while every loop moves.
  package func beat() {
    watch.ask()
    let reasons = reasonsNotReady
    let complaint = reasons.map { "\($0.subject) \($0.message)" }.joined(separator: " ")
    let status = reasons.isEmpty ? "accepts alarms" : complaint
    let (isReadyNow, isNews) = state.withLock { state in
      defer { state.status = status }
      let isFirst = reasons.isEmpty && !state.wasReady
      if isFirst { state.wasReady = true }
      return (isFirst, state.status != status)
    }
    if isReadyNow { notifier.ready() }
    if isNews { notifier.status(status) }
    keepAlive()
  }

  private func keepAlive() {
    guard let time = notifier.watchdogMicroseconds, health.isEmpty else { return }
    let now = now()
    let half = time.multipliedReportingOverflow(by: 500)
    let isDue = state.withLock { state in
      if let last = state.lastAlive, !half.overflow, now - last < half.partialValue { return false }
      state.lastAlive = now
      return true
    }
    if isDue { notifier.alive() }
  }

  /// How often ``beat()`` is to be called: often enough for systemd, and every second at least.
  package var interval: Swift.Duration {
    guard let time = notifier.watchdogMicroseconds else { return .seconds(1) }
    return min(.seconds(1), max(.milliseconds(10), .microseconds(time / 4)))
  }
}
