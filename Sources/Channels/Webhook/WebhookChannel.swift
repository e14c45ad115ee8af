import AsyncHTTPClient
import CareModel
import NIOCore
import NIOHTTP1
import NIOPosix
import NotificationChannel

/// Posts messages to an HTTP address.
///
/// Any 2xx means taken. 408, 425, 429, 5xx and everything that goes wrong on the way are worth another try; other
/// answers are not, redirects among them, which are never followed.
package struct WebhookChannel: NotificationChannel {
  /// `webhook`, with its secret and its time limit.
  package static let descriptor = ChannelDescriptor(
    name: "webhook",
    settings: [
      .init(
        key: "secret", help: "请求签名密钥，至少 16 字节。 / The key that requests are signed with, at least 16 bytes.",
        isSecret: true, isRequired: true),
      .init(key: "timeoutSeconds", help: "单次发送的时限（秒），默认 10。 / Seconds that one try may take, 10 by default."),
    ])

  private let settings: WebhookSettings
  private let client: HTTPClient
  private let now: @Sendable () -> Timestamp

  /// A channel with connections of its own; call ``shutDown()`` when it is no longer needed.
  ///
  /// - Parameters:
  ///   - settings: the secret and the bounds.
  ///   - group: the event loops of its connections.
  ///   - now: the time of day that requests are stamped with.
  package init(
    settings: WebhookSettings, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.settings = settings
    self.now = now
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .microseconds(settings.connectTimeout.microseconds)))
    // The engine decides about retries; a try that cannot connect says so at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
  }

  /// Closes its connections; what is under way fails.
  package func shutDown() async {
    try? await client.shutdown()
  }

  /// One try, see ``NotificationChannel``; 2xx means delivered.
  package func deliver(_ message: ChannelMessage) async throws(DeliveryFailure) {
    guard Self.isPostable(message.address) else { throw WebhookFailure.notAnAddress }
    let status: UInt
    do {
      let response = try await client.execute(
        request(for: message), timeout: .microseconds(settings.timeout.microseconds))
      status = response.status.code
      await drain(response.body)
    } catch {
      throw WebhookFailure.error(error)
    }
    if let failure = WebhookFailure.status(status) { throw failure }
  }

  private func request(for message: ChannelMessage) -> HTTPClientRequest {
    let signature = WebhookSignature(body: message.body, at: now(), secret: settings.secret)
    var request = HTTPClientRequest(url: message.address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json; charset=utf-8")
    request.headers.add(name: "Idempotency-Key", value: "\(message.idempotencyKey)")
    request.headers.add(name: "Silverbell-Attempt", value: "\(message.attempt)")
    if message.isPossibleRepeat { request.headers.add(name: "Silverbell-Possible-Repeat", value: "true") }
    request.headers.add(name: "Silverbell-Timestamp", value: signature.timestamp)
    request.headers.add(name: "Silverbell-Signature", value: signature.text)
    request.body = .bytes(ByteBuffer(bytes: message.body))
    return request
  }

  /// Reads a short answer to its end, so that the connection can be used again. Whatever happens here, the status has
  /// said what became of the message.
  private func drain(_ body: HTTPClientResponse.Body) async {
    let maximumBytes = settings.maximumAnswerBytes
    await withTaskGroup { group in
      group.addTask {
        var count = 0
        do {
          for try await part in body {
            count += part.readableBytes
            if count > maximumBytes { return }
          }
        } catch {
          return
        }
      }
      group.addTask { try? await Task.sleep(for: .microseconds(settings.answerTimeout.microseconds)) }
      await group.next()
      group.cancelAll()
    }
  }

  private static func isPostable(_ address: String) -> Bool {
    ["http://", "https://"].contains { scheme in
      address.utf8.count > scheme.utf8.count && address.prefix(scheme.count).lowercased() == scheme
    }
  }
}
