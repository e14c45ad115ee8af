import CareModel
import Crypto
import NIOHTTP1
import NotificationChannel
import Testing
import Webhook

@Suite("the webhook channel", .timeLimit(.minutes(1)))
struct WebhookTests {
  static let secret = Array("0123456789abcdef".utf8)
  static let now = Timestamp(microseconds: 1_800_000_000_999_999)
  static let id = NotificationID(high: 1, low: 2)

  static func message(_ address: String, attempt: Int = 1, isPossibleRepeat: Bool = false) -> ChannelMessage {
    ChannelMessage(
      idempotencyKey: id, address: address, body: Array(#"{"text":"请去看看"}"#.utf8), attempt: attempt,
      isPossibleRepeat: isPossibleRepeat)
  }

  /// Delivers once; nil when the message was taken.
  static func deliver(
    _ message: ChannelMessage, timeout: TimeSpan = .seconds(20), maximumAnswerBytes: Int = 16_384
  ) async -> DeliveryFailure? {
    let settings = WebhookSettings(
      secret: secret, timeout: timeout, answerTimeout: .milliseconds(200), maximumAnswerBytes: maximumAnswerBytes)
    let channel = WebhookChannel(settings: settings, now: { now })
    var failure: DeliveryFailure?
    do throws(DeliveryFailure) { try await channel.deliver(message) } catch { failure = error }
    await channel.shutDown()
    return failure
  }

  @Test("a request carries body, key, attempt, and a signature that the receiver can recompute")
  func request() async throws {
    try await HTTPReceiver.run(.status(204)) { receiver in
      #expect(await Self.deliver(Self.message(receiver.address)) == nil)
      let request = try #require(receiver.requests.first)
      let headers = request.head.headers
      #expect(request.head.method == .POST && request.head.uri == "/hook?key=private")
      #expect(request.body == Self.message("").body)
      #expect(headers["Content-Type"] == ["application/json; charset=utf-8"])
      #expect(headers["Idempotency-Key"] == ["00000000-0000-0001-0000-000000000002"])
      #expect(headers["Silverbell-Attempt"] == ["1"])
      #expect(headers["Silverbell-Possible-Repeat"] == [])
      #expect(headers["Silverbell-Timestamp"] == ["1800000000"])
      let code = HMAC<SHA256>.authenticationCode(
        for: Array("1800000000.".utf8) + request.body, using: SymmetricKey(data: Self.secret))
      let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(headers["Silverbell-Signature"] == ["v1=" + hex])
    }
  }

  @Test("a possible repeat says so, and so does the number of the try")
  func possibleRepeat() async throws {
    try await HTTPReceiver.run(.status(200)) { receiver in
      #expect(await Self.deliver(Self.message(receiver.address, attempt: 3, isPossibleRepeat: true)) == nil)
      let headers = try #require(receiver.requests.first).head.headers
      #expect(headers["Silverbell-Attempt"] == ["3"])
      #expect(headers["Silverbell-Possible-Repeat"] == ["true"])
    }
  }

  @Test(
    "the status decides whether the message was taken and whether another try makes sense",
    arguments: [
      (200, nil), (202, nil), (299, nil), (300, false), (302, false), (400, false), (401, false), (404, false),
      (408, true), (410, false), (425, true), (429, true), (500, true), (502, true), (503, true), (599, true),
    ] as [(Int, Bool?)])
  func statuses(status: Int, isRetryable: Bool?) async throws {
    try await HTTPReceiver.run(.status(status, headers: [("Location", "/elsewhere")])) { receiver in
      let failure = await Self.deliver(Self.message(receiver.address))
      #expect(failure?.isRetryable == isRetryable)
      #expect(failure?.description == isRetryable.map { _ in "HTTP \(status)" })
      #expect(receiver.requests.count == 1)
    }
  }

  @Test("a receiver that never answers times out, and another try makes sense")
  func silence() async throws {
    try await HTTPReceiver.run(.silence) { receiver in
      let failure = await Self.deliver(Self.message(receiver.address), timeout: .milliseconds(200))
      #expect(failure == DeliveryFailure(isRetryable: true, description: "timed out"))
    }
  }

  @Test("an answer that never ends, and one that is too long, still say that the message was taken")
  func longAnswers() async throws {
    try await HTTPReceiver.run(.endless(200)) { receiver in
      #expect(await Self.deliver(Self.message(receiver.address)) == nil)
    }
    try await HTTPReceiver.run(.status(200, body: 4 << 20)) { receiver in
      #expect(await Self.deliver(Self.message(receiver.address), maximumAnswerBytes: 10) == nil)
    }
  }

  @Test("a connection that is lost or refused is worth another try")
  func network() async throws {
    var address = ""
    try await HTTPReceiver.run(.hangUp) { receiver in
      address = receiver.address
      let failure = await Self.deliver(Self.message(receiver.address))
      #expect(failure == DeliveryFailure(isRetryable: true, description: "connection lost"))
    }
    let failure = await Self.deliver(Self.message(address))
    #expect(failure == DeliveryFailure(isRetryable: true, description: "cannot connect"))
  }

  @Test(
    "what is not an http or https address is refused for good",
    arguments: ["", "http://", "ftp://127.0.0.1/", "http+unix://%2Ftmp%2Fx/", "127.0.0.1:80", "file:///etc/passwd"])
  func addresses(address: String) async {
    let failure = await Self.deliver(Self.message(address))
    #expect(failure == DeliveryFailure(isRetryable: false, description: "not an http or https address"))
  }

  @Test("the channel says what it is called and that its secret is one")
  func descriptor() {
    #expect(WebhookChannel.descriptor.name == "webhook")
    #expect(WebhookChannel.descriptor.settings.first { $0.key == "secret" }?.isSecret == true)
  }
}
