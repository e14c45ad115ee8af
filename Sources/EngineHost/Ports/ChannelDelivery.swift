import CareModel
import NotificationChannel

/// Delivers messages on channels; one bad destination never delays another.
package protocol ChannelDelivery: Sendable {
  /// Tries once; `report` is called once, from any thread. Never blocks.
  func deliver(
    _ message: ChannelMessage, on channel: String, isLife: Bool, report: @escaping @Sendable (DeliveryFailure?) -> Void)
}
