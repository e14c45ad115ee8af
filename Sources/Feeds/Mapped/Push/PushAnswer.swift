import JSONText

/// What is answered to a request.
package struct PushAnswer: Sendable, Equatable {
  /// The HTTP status.
  package let status: Int
  /// The `Content-Type`; nil when there is no body.
  package let contentType: String?
  /// The body.
  package let body: [UInt8]
  /// The `Retry-After` header in seconds; nil when there is none.
  package let retryAfterSeconds: Int?

  /// How long a platform is asked to wait while nothing can be made durable.
  package static let unavailableRetrySeconds = 5

  init(status: Int, contentType: String? = nil, body: [UInt8] = [], retryAfterSeconds: Int? = nil) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// A problem detail (RFC 9457).
  static func problem(status: Int, title: String, detail: String, retryAfterSeconds: Int? = nil) -> Self {
    var writer = JSONWriter()
    writer.object { object in
      object.member("type", "about:blank")
      object.member("title", title)
      object.member("status", status)
      object.member("detail", detail)
    }
    return Self(
      status: status, contentType: "application/problem+json", body: writer.bytes,
      retryAfterSeconds: retryAfterSeconds)
  }
}

/// Why a push is refused; nothing of it is delivered. What an authenticated platform sends is never refused for what
/// it says.
package enum PushRefusal: String, Sendable, CaseIterable {
  /// Not the platform's: no secret, a wrong one, or a wrong signature.
  case notAuthenticated
  /// The verification of the address is not signed with our token.
  case notVerified
  /// The mapping lets in only what comes from this machine.
  case notLoopback
  /// Neither POST nor, where the mapping has a verification, GET.
  case methodNotAllowed
  /// More than ``MappedLimits/maximumBodyBytes``.
  case tooLarge

  var answer: PushAnswer {
    switch self {
    case .notAuthenticated:
      .problem(status: 401, title: "Not authenticated", detail: "The secret or the signature is missing or wrong.")
    case .notVerified:
      .problem(status: 403, title: "Not verified", detail: "The signature does not fit the token.")
    case .notLoopback:
      .problem(status: 403, title: "Not allowed", detail: "This mapping has no authentication: loopback only.")
    case .methodNotAllowed:
      .problem(status: 405, title: "Method not allowed", detail: "Messages are pushed with POST.")
    case .tooLarge:
      .problem(
        status: 413, title: "Body too large", detail: "At most \(MappedLimits.maximumBodyBytes) bytes a request.")
    }
  }
}
