import FeedSession
import JSONText

/// What is answered to a request.
package struct PushResponse: Sendable, Equatable {
  /// The HTTP status.
  package let status: Int
  /// The `Content-Type`.
  package let contentType: String
  /// The body, JSON.
  package let body: [UInt8]
  /// The `Retry-After` header in seconds; nil when there is none.
  package let retryAfterSeconds: Int?

  /// How long a sender is asked to wait while nothing can be made durable.
  package static let unavailableRetrySeconds = 5
}

extension SignalPush {
  /// The answer once every signal of a request is settled: 202 when all are durable, else 503.
  ///
  /// After a 503 the sender sends all of them again; those that were durable already are recognised by their `id`.
  package static func encode(outcomes: [DeliveryOutcome]) -> PushResponse {
    guard outcomes.allSatisfy({ $0 == .accepted }) else {
      return problem(
        status: 503, title: "Not stored", detail: "Nothing can be made durable now; send the request again.",
        retryAfterSeconds: PushResponse.unavailableRetrySeconds)
    }
    var writer = JSONWriter()
    writer.object { $0.member("accepted", outcomes.count) }
    return PushResponse(
      status: 202, contentType: "application/json", body: writer.bytes, retryAfterSeconds: nil)
  }

  /// The answer to a request that was refused.
  package static func encode(refusal: Refusal) -> PushResponse {
    problem(status: refusal.status, title: refusal.title, detail: refusal.detail, retryAfterSeconds: nil)
  }

  private static func problem(
    status: Int, title: String, detail: String, retryAfterSeconds: Int?
  ) -> PushResponse {
    var writer = JSONWriter()
    writer.object { object in
      object.member("type", "about:blank")
      object.member("title", title)
      object.member("status", status)
      object.member("detail", detail)
    }
    return PushResponse(
      status: status, contentType: "application/problem+json", body: writer.bytes, retryAfterSeconds: retryAfterSeconds)
  }
}
