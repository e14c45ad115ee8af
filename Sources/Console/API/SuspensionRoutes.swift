import CareJSON
import CareModel
import EngineHost

/// Suspensions: who is not watched over now, on whose word and until when; started, extended and ended.
struct SuspensionRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk
  let views: Views

  /// Who may start, extend and end them.
  static let roles: [Account.Role] = [.dispatcher, .supervisor, .administrator]

  var routes: [Route] {
    [
      .get(
        "/api/v1/suspensions", .watchers,
        RouteDescription(
          operation: "listSuspensions",
          summary: "Suspensions that have not ended, of all or of one resident; with `ended=true` all of the resident.",
          query: [.init("resident", .id), .init("ended", .boolean), .limit, .cursor],
          answer: .page(of: "Suspension")), list),
      .get(
        "/api/v1/suspensions/{id}", .watchers,
        RouteDescription(
          operation: "readSuspension", summary: "One suspension in any state.", answer: .reference("Suspension")),
        read),
      .post(
        "/api/v1/suspensions", Self.roles,
        RouteDescription(
          operation: "startSuspension",
          summary: "Pauses what is watched over for a person, at most 180 days; a life signal is never held.",
          body: .reference("NewSuspension"), status: 201, answer: .reference("Receipt")), start),
      .post(
        "/api/v1/suspensions/{id}/extend", Self.roles,
        RouteDescription(
          operation: "extendSuspension", summary: "Moves its end further away; at most 180 days after its start.",
          body: .reference("ExtendSuspension"), answer: .reference("Receipt")), extend),
      .post(
        "/api/v1/suspensions/{id}/end", Self.roles,
        RouteDescription(
          operation: "endSuspension", summary: "Ends it now; everything is watched over again.",
          answer: .reference("Receipt")), end),
    ]
  }

  @Sendable private func list(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    var resident: ResidentID?
    if let text = request.query["resident"] {
      guard let id = ResidentID(text) else {
        throw Problem(400, "badQuery", "`resident` is an id.", field: "resident")
      }
      resident = id
    }
    switch request.query["ended"] {
    case "true":
      guard let resident else {
        throw Problem(400, "badQuery", "Ended ones are listed for one `resident`.", field: "resident")
      }
      return try await history(of: resident, request)
    case nil, "false": break
    default: throw Problem(400, "badQuery", "`ended` is true or false.", field: "ended")
    }
    let running = ports.openWork.unfinishedSuspensions().filter {
      account.sees($0.district) && (resident == nil || $0.resident == resident)
    }
    let page = try MemoryPage(of: running, by: { ($0.from, $0.id) }, request)
    return .page(page.rows.map(views.suspension), next: page.next)
  }

  private func history(of resident: ResidentID, _ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let limit = try request.limit()
    let page = try await desk.stored { () async throws(StoreProblem) in
      try await ports.history.suspensions(of: resident, after: request.query["cursor"], limit: limit)
    }
    let rows = page.rows.compactMap { try? Suspension(recordText: $0) }.filter { account.sees($0.district) }
    return .page(rows.map(views.suspension), next: page.next)
  }

  @Sendable private func read(_ request: APIRequest) async throws(Problem) -> APIResponse {
    .json(views.suspension(try await suspension(request)))
  }

  @Sendable private func start(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let caller = try request.staff()
    let new = try request.read { body throws(CareJSONError) in
      OperatorAction.NewSuspension(
        resident: try body.id("resident"), holds: try body.word("holds"),
        reason: try body.text("reason", maximumBytes: Suspension.maximumReasonBytes),
        owner: try body.idOrNil("owner") ?? caller, from: try body.timeOrNil("from"), until: try body.time("until"))
    }
    try await desk.check(new.resident, for: request.account())
    do throws(Problem) {
      return try await desk.act(.suspend(new), by: caller, status: 201)
    } catch {
      throw error.code == ActionRefusal.unknownStaff.rawValue
        ? Problem(422, error.code, "The owner is no active member of staff: name another.", field: "owner") : error
    }
  }

  @Sendable private func extend(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let suspension = try await unfinished(request)
    let until = try request.read { body throws(CareJSONError) in try body.time("until") }
    return try await desk.act(.extendSuspension(suspension.id, until: until), by: request.staff())
  }

  @Sendable private func end(_ request: APIRequest) async throws(Problem) -> APIResponse {
    try await desk.act(.endSuspension(try await unfinished(request).id), by: request.staff())
  }

  /// The suspension in the path, which the caller may see; what memory no longer holds comes from the record.
  private func suspension(_ request: APIRequest) async throws(Problem) -> Suspension {
    let account = try request.account()
    let id = try request.id(Suspension.self)
    var found = ports.openWork.suspension(id)
    if found == nil {
      found = try await desk.stored { () async throws(StoreProblem) in try await ports.history.recordedSuspension(id) }
    }
    guard let found, account.sees(found.district) else { throw Problem.notFound }
    return found
  }

  private func unfinished(_ request: APIRequest) async throws(Problem) -> Suspension {
    let suspension = try await suspension(request)
    guard suspension.state != .ended else { throw Problem(.alreadyEnded) }
    return suspension
  }
}
