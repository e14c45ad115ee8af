import CareModel
import Crypto
import EngineHost
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// From request to answer: finds the route, the caller and the body, and turns every problem into its answer.
struct ConsoleResponder: HTTPResponder {
  /// What a request comes with, and the connection that it came on.
  struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
      coreContext = CoreRequestContextStorage(source: source)
      channel = source.channel
    }
  }

  let table: RouteTable
  let authenticator: Authenticator
  let idempotency = IdempotencyMemory()
  let now: @Sendable () -> Timestamp
  let metrics: ConsoleMetrics
  let logger: Logger

  func respond(to request: Request, context: Context) async throws -> Response {
    let isHead = request.method == .head
    let response: APIResponse
    do throws(Problem) {
      response = try await answer(request, context.channel)
    } catch {
      response = .problem(error)
    }
    metrics.answered(response.status)
    if response.status >= 500 {
      logger.warning("request failed", metadata: ["status": "\(response.status)"])
    }
    return response.hummingbird(isHead: isHead)
  }

  private func answer(_ request: Request, _ channel: any Channel) async throws(Problem) -> APIResponse {
    let path = request.uri.path
    let route: Route
    let parameters: [String: String]
    switch table.match(request.method, path) {
    case .found(let found, let placeholders): (route, parameters) = (found, placeholders)
    case .none: throw Problem.notFound
    case .otherMethods(let methods):
      var response = APIResponse.problem(.methodNotAllowed)
      response.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
      return response
    }
    do throws(Problem) {
      let caller = try await caller(request, route)
      let query = request.uri.query ?? ""
      let apiRequest = APIRequest(
        parameters: parameters, query: queryFields(query[...]), rawQuery: query, isLoopback: channel.isFromThisMachine,
        headers: request.headers, body: try await body(of: request), caller: caller,
        closeConnection: { channel.close(mode: .all, promise: nil) })
      return try await once(apiRequest, route, path)
    } catch {
      if let told = route.tell?(error) { return told }
      throw error
    }
  }

  private func caller(_ request: Request, _ route: Route) async throws(Problem) -> Account? {
    if request.method != .get, request.method != .head, !Session.isSameSite(request.headers) {
      throw Problem.crossSite
    }
    guard let roles = route.roles else { return nil }
    guard let account = try await authenticator.account(of: request.headers) else { throw Problem.signInNeeded }
    guard roles.contains(account.role) else { throw Problem.roleNotAllowed }
    return account
  }

  private func body(of request: Request) async throws(Problem) -> [UInt8] {
    guard request.method != .get, request.method != .head else { return [] }
    if let length = request.headers[.contentLength].flatMap(Int.init), length > ConsoleSettings.maximumBodyBytes {
      throw Problem.tooLarge
    }
    do {
      let buffer = try await request.body.collect(upTo: ConsoleSettings.maximumBodyBytes)
      return Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem.tooLarge
    } catch {
      throw Problem(400, "bodyCut", "The body did not arrive whole.")
    }
  }

  /// Does a request, unless it is the repeat of one that was done under the same Idempotency-Key.
  private func once(_ request: APIRequest, _ route: Route, _ path: String) async throws(Problem) -> APIResponse {
    guard route.method == .post, let account = request.caller, let key = request.headers[.idempotencyKey] else {
      return try await route.handle(request)
    }
    var hash = SHA256()
    hash.update(data: Array(path.utf8) + [0])
    hash.update(data: request.body)
    let fingerprint = Array(hash.finalize())
    switch idempotency.begin(account.name, key, fingerprint: fingerprint, now: now()) {
    case .replay(let response): return response
    case .refuse(let problem): throw problem
    case .go: break
    }
    let response: APIResponse
    do throws(Problem) {
      let id = RequestIdentity.input(account: account.name, key: key, fingerprint: fingerprint)
      response = try await RequestIdentity.act(as: id) { () async throws(Problem) in try await route.handle(request) }
    } catch {
      response = .problem(error)
    }
    idempotency.finish(account.name, key, response, isReplayable: route.isReplayable, now: now())
    return response
  }
}

extension Channel {
  /// The other end is this machine.
  fileprivate var isFromThisMachine: Bool {
    guard let address = remoteAddress?.ipAddress else { return false }
    return address.hasPrefix("127.") || address == "::1"
  }
}
