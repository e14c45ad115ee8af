/// Waits between attempts: doubling up to a limit, half of each at random so that engines do not march in step.
package struct Backoff {
  private let limit: Swift.Duration
  private var next: Swift.Duration

  /// Waits by these settings, from the first.
  package init(settings: StoreSettings) {
    limit = settings.backoffLimit
    next = min(settings.backoff, settings.backoffLimit)
  }

  /// The next wait; `random` is within 0 and 1.
  package mutating func wait(random: Double) -> Swift.Duration {
    defer { next = min(next * 2, limit) }
    return next / 2 + next / 2 * random
  }
}
