import AsyncHTTPClient
import NIOCore
import NotificationChannel

/// How what can go wrong is classified; no description says where it went.
enum WebhookFailure {
  /// The failure behind an answer's status; nil when the message was taken.
  static func status(_ code: UInt) -> DeliveryFailure? {
    switch code {
    case 200..<300: nil
    case 408, 425, 429, 500...: DeliveryFailure(isRetryable: true, description: "HTTP \(code)")
    default: DeliveryFailure(isRetryable: false, description: "HTTP \(code)")
    }
  }

  /// The failure behind an error of the client.
  static func error(_ error: any Error) -> DeliveryFailure {
    guard let error = error as? HTTPClientError else {
      return DeliveryFailure(isRetryable: true, description: "cannot connect")
    }
    let timeouts: [HTTPClientError] = [
      .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
      .getConnectionFromPoolTimeout,
    ]
    if timeouts.contains(error) { return DeliveryFailure(isRetryable: true, description: "timed out") }
    if [HTTPClientError.invalidURL, .emptyHost, .emptyScheme].contains(error) { return notAnAddress }
    return DeliveryFailure(isRetryable: true, description: "connection lost")
  }

  /// What is not an address that can be posted to.
  static let notAnAddress = DeliveryFailure(isRetryable: false, description: "not an http or https address")
}
