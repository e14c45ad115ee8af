import FeedSession
import JSONText

/// What is answered to a request.
package struct FHIRResponse: Sendable, Equatable {
  /// The HTTP status.
  package let status: Int
  /// The `Content-Type`.
  package let contentType: String
  /// The body: a FHIR resource in JSON.
  package let body: [UInt8]
  /// The `Retry-After` header in seconds; nil when there is none.
  package let retryAfterSeconds: Int?
  /// The `Allow` header; nil when there is none.
  package let allow: String?

  /// How long a sender is asked to wait while nothing can be made durable.
  package static let unavailableRetrySeconds = 5
  /// The `Content-Type` of every answer.
  package static let contentType = "application/fhir+json"

  init(status: Int, body: [UInt8], retryAfterSeconds: Int? = nil, allow: String? = nil) {
    self.status = status
    contentType = Self.contentType
    self.body = body
    self.retryAfterSeconds = retryAfterSeconds
    self.allow = allow
  }
}

/// The form of the answer to a request that was taken.
package enum FHIRAnswer: Sendable, Equatable {
  /// An OperationOutcome.
  case outcome
  /// A Bundle with one response for each entry of a transaction or batch (FHIR R4, section 3.1.0.11.2).
  case bundle(type: String, entries: Int)
}

extension FHIRIntake {
  /// The answer once every signal of a request is settled: 200 when all are durable, else 503.
  ///
  /// After a 503 the sender sends all of them again; those that were durable already are recognised as repeats.
  package static func encode(outcomes: [DeliveryOutcome], answer: FHIRAnswer = .outcome) -> FHIRResponse {
    guard !outcomes.isEmpty, outcomes.allSatisfy({ $0 == .accepted }) else {
      let text = "Nothing can be made durable now; send the request again."
      return FHIRResponse(
        status: 503, body: outcome("error", "transient", text),
        retryAfterSeconds: FHIRResponse.unavailableRetrySeconds)
    }
    switch answer {
    case .outcome:
      return FHIRResponse(status: 200, body: outcome("information", "informational", "Received and stored."))
    case .bundle(let type, let entries): return FHIRResponse(status: 200, body: responses(type: type, count: entries))
    }
  }

  /// The answer to a request that was refused.
  package static func encode(refusal: FHIRRefusal) -> FHIRResponse {
    FHIRResponse(
      status: refusal.status, body: outcome("error", refusal.issue, refusal.text), allow: refusal.allow)
  }

  private static func outcome(_ severity: String, _ issue: String, _ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.member("resourceType", "OperationOutcome")
      object.arrayMember("issue") { issues in
        issues.object {
          $0.member("severity", severity)
          $0.member("code", issue)
          $0.objectMember("details") { $0.member("text", text) }
        }
      }
    }
    return writer.bytes
  }

  private static func responses(type: String, count: Int) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { object in
      object.member("resourceType", "Bundle")
      object.member("type", type + "-response")
      guard count > 0 else { return }
      object.arrayMember("entry") { entries in
        for _ in 0..<count {
          entries.object { $0.objectMember("response") { $0.member("status", "200 OK") } }
        }
      }
    }
    return writer.bytes
  }
}
