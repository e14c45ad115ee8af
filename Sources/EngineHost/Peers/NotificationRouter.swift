import AlertEngine
import CareJSON
import CareModel
import FeedSession
import NotificationChannel

/// Sends a notification where its route says, once; the engine decides about further tries.
struct NotificationRouter: Sendable {
  let peers: PeerDirectory
  let channels: any ChannelDelivery

  func send(_ notification: Notification, report: @escaping @Sendable (DeliveryReport) -> Void) {
    switch notification.route {
    case .staffPhone(let staff):
      peers.send(.staffOffer(staff), notification.payload, to: .staff(staff), report: report)
    case .device(let serial):
      peers.send(.deviceStatus(serial: serial), notification.payload, to: .device(serial: serial), report: report)
    case .channel(let destination):
      let message = ChannelMessage(
        idempotencyKey: notification.id, address: destination.address, body: notification.payload,
        attempt: notification.attempts, isPossibleRepeat: notification.isPossibleRepeat)
      channels.deliver(message, on: destination.channel, isLife: notification.alertClass == .life) { failure in
        report(failure.map { .failed(isRetryable: $0.isRetryable) } ?? .delivered)
      }
    }
  }
}
