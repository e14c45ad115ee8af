import EngineHost
import NotificationChannel
import Synchronization

/// Delivers messages on the configured channels, every destination on its own.
///
/// How long a try may take is the channel's affair; retries are the engine's.
package final class ChannelDispatcher: ChannelDelivery {
  private let channels: [String: any NotificationChannel]
  private let table: Mutex<DestinationTable>
  private let now: @Sendable () -> ContinuousClock.Instant

  /// A dispatcher over channels by the name that destinations use.
  package init(
    channels: [String: any NotificationChannel], limits: DispatcherLimits = DispatcherLimits(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.channels = channels
    self.now = now
    table = Mutex(DestinationTable(limits: limits))
  }

  /// What is in hand now.
  package var load: DispatcherLoad { table.withLock { $0.load } }

  /// What is in hand for one channel now, and what was done; looks at every destination.
  package func load(of channel: String) -> ChannelLoad {
    let now = now()
    return table.withLock { $0.load(of: channel, at: now) }
  }

  /// Tries once, as soon as the destination has room. A full queue and an unknown channel are failures at once.
  package func deliver(
    _ message: ChannelMessage, on channel: String, isLife: Bool, report: @escaping @Sendable (DeliveryFailure?) -> Void
  ) {
    guard channels[channel] != nil else {
      return report(DeliveryFailure(isRetryable: false, description: "unknown channel"))
    }
    let key = DestinationKey(channel: channel, address: message.address)
    let job = DispatchJob(message: message, key: key, isLife: isLife, at: now(), report: report)
    let displaced = table.withLock { $0.add(job) }
    displaced?.report(DeliveryFailure(isRetryable: true, description: "too many messages waiting"))
    startWhatMay()
  }

  private func startWhatMay() {
    while let job = table.withLock({ $0.start() }) {
      guard let channel = channels[job.key.channel] else { return }
      Task {
        let failure = await Self.attempt(job.message, on: channel)
        self.table.withLock { $0.finish(job.key, isDelivered: failure == nil) }
        job.report(failure)
        self.startWhatMay()
      }
    }
  }

  private static func attempt(
    _ message: ChannelMessage, on channel: any NotificationChannel
  ) async -> DeliveryFailure? {
    do throws(DeliveryFailure) {
      try await channel.deliver(message)
      return nil
    } catch {
      return error
    }
  }
}
