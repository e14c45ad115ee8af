import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSONText
import NIOCore

/// What a handler answers.
struct APIResponse: Sendable {
  /// The HTTP status.
  var status: Int
  /// Header fields besides those that every answer has.
  var headers: HTTPFields = [:]
  /// The body.
  var body: Body

  enum Body: Sendable {
    case bytes([UInt8])
    case stream(@Sendable (inout any ResponseBodyWriter) async throws -> Void)
  }

  init(status: Int, headers: HTTPFields = [:], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// JSON text.
  static func json(_ bytes: [UInt8], status: Int = 200) -> APIResponse {
    APIResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(bytes))
  }

  /// A JSON object.
  static func object(status: Int = 200, _ body: (inout JSONWriter) -> Void) -> APIResponse {
    var writer = JSONWriter()
    writer.object(body)
    return .json(writer.bytes, status: status)
  }

  /// A page of JSON values that are text already, and where the next page starts.
  static func page(_ rows: [[UInt8]], next: String?) -> APIResponse {
    object { object in
      object.arrayMember("items") { array in
        for row in rows { array.raw(row) }
      }
      object.member("next", next)
    }
  }

  /// A problem.
  static func problem(_ problem: Problem) -> APIResponse {
    var headers: HTTPFields = [.contentType: "application/problem+json"]
    if let seconds = problem.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
    if problem.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
    return APIResponse(status: problem.status, headers: headers, body: .bytes(problem.json))
  }

  /// As the server sends it.
  func hummingbird(isHead: Bool) -> Response {
    var headers = self.headers
    for (name, value) in Self.everyAnswer where headers[name] == nil { headers[name] = value }
    let status = HTTPResponse.Status(code: status)
    switch body {
    case .bytes(let bytes):
      headers[.contentLength] = String(bytes.count)
      let body = isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
      return Response(status: status, headers: headers, body: body)
    case .stream(let write):
      return Response(status: status, headers: headers, body: isHead ? ResponseBody() : ResponseBody(write))
    }
  }

  private static let everyAnswer: [(HTTPField.Name, String)] = [
    (.cacheControl, "no-store"), (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "no-referrer"),
    (.contentSecurityPolicy, contentSecurityPolicy),
  ]

  private static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

extension HTTPField.Name {
  static let referrerPolicy = Self(verified: "Referrer-Policy")
  static let idempotencyKey = Self(verified: "Idempotency-Key")
  static let idempotencyReplayed = Self(verified: "Idempotency-Replayed")
  static let lastEventID = Self(verified: "Last-Event-ID")
  static let secFetchSite = Self(verified: "Sec-Fetch-Site")

  /// A name that is known to be one.
  private init(verified name: String) {
    guard let name = Self(name) else { preconditionFailure("a header name of our own is well formed") }
    self = name
  }
}
