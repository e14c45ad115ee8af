import CareJSON
import CareModel
import EngineHost
import JSONText

/// What the desk reads of alerts.
struct AlertRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk
  let views: Views

  /// Most timeline entries in an answer.
  static let maximumTimelineEntries = 500

  var routes: [Route] {
    [
      .get(
        "/api/v1/alerts", .watchers,
        RouteDescription(
          operation: "listAlerts", summary: "Open alerts, oldest first; with `resolved=true` resolved, newest first.",
          query: [.init("resolved", .boolean), .limit, .cursor], answer: .page(of: "Alert")), list),
      .get(
        "/api/v1/alerts/{id}", .watchers,
        RouteDescription(
          operation: "readAlert", summary: "One alert with its timeline, oldest entry first.",
          answer: .reference("AlertWithTimeline")), read),
    ]
  }

  @Sendable private func list(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    switch request.query["resolved"] {
    case "true":
      let limit = try request.limit()
      let page = try await desk.stored { () async throws(StoreProblem) in
        try await ports.history.alerts(resolved: true, after: request.query["cursor"], limit: limit)
      }
      return .page(page.rows.compactMap { views.recorded($0, for: account) }, next: page.next)
    case nil, "false":
      let alerts = ports.openWork.openAlerts().filter { account.sees($0.district) }
      let page = try MemoryPage(of: alerts, by: { ($0.openedAt, $0.id) }, request)
      return .page(page.rows.map { views.alert($0) }, next: page.next)
    default: throw Problem(400, "badQuery", "`resolved` is true or false.", field: "resolved")
    }
  }

  /// What is no longer in memory comes from the record.
  @Sendable private func read(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let id = try request.id(Alert.self)
    if let alert = ports.openWork.alert(id) {
      guard account.sees(alert.district) else { throw Problem.notFound }
      let timeline = await timeline(of: alert.caseKey, since: alert.openedAt)
      return .json(views.alert(alert) { write(timeline, behind: alert.affected, to: &$0) })
    }
    let recorded = try await desk.stored { () async throws(StoreProblem) in
      try await ports.history.recordedAlert(id)
    }
    guard let recorded, account.sees(recorded.district) else { throw Problem.notFound }
    let timeline = await timeline(of: recorded.caseKey, since: recorded.openedAt)
    guard let json = views.recorded(recorded.json, for: account, { write(timeline, behind: nil, to: &$0) }) else {
      throw Problem.notFound
    }
    return .json(json)
  }

  private func write(_ timeline: [String]?, behind fault: AffectedPeople?, to object: inout JSONWriter) {
    object.member("timelineAvailable", timeline != nil)
    object.arrayMember("timeline") { array in
      for entry in timeline ?? [] { array.raw(entry.utf8) }
    }
    views.writePeople(in: timeline ?? [], behind: fault, to: &object)
  }

  /// Nil while the database is away: the alert itself is shown all the same.
  private func timeline(of caseKey: CaseKey, since: Timestamp) async -> [String]? {
    do throws(StoreProblem) {
      return try await ports.history.timeline(caseKey, since: since, limit: Self.maximumTimelineEntries)
    } catch {
      return nil
    }
  }
}
