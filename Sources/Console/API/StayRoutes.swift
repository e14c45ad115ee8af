import CareModel
import EngineHost

/// Hospital stays and the reminders they cause.
struct StayRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk
  let views: Views

  var routes: [Route] {
    [
      .get(
        "/api/v1/stays", .watchers,
        RouteDescription(
          operation: "listStays", summary: "Open hospital stays, in the order in which they became known.",
          query: [.limit, .cursor], answer: .page(of: "Stay")), stays),
      .get(
        "/api/v1/reminders", .watchers,
        RouteDescription(
          operation: "listReminders", summary: "Reminders that wait for somebody's confirmation.",
          query: [.limit, .cursor], answer: .page(of: "Reminder")), reminders),
      .post(
        "/api/v1/reminders/{id}/confirm", .desk,
        RouteDescription(
          operation: "confirmReminder", summary: "Confirms a reminder.", answer: .reference("Receipt")), confirm),
    ]
  }

  @Sendable private func stays(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let stays = ports.openWork.openStays().filter { account.sees($0.district) }
    let page = try MemoryPage(of: stays, by: { ($0.knownAt, $0.id) }, request)
    return .page(page.rows.map(views.stay), next: page.next)
  }

  /// Ordered by id, which begins with the moment of the cause: a deadline moves, an id does not.
  @Sendable private func reminders(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let reminders = ports.openWork.dueReminders().filter { account.sees($0.district) }
    let page = try MemoryPage(of: reminders, by: { (Timestamp(microseconds: 0), $0.id) }, request)
    return .page(page.rows.map(views.reminder), next: page.next)
  }

  @Sendable private func confirm(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try request.id(Reminder.self)
    let account = try request.account()
    if !account.districts.isEmpty {
      let known = ports.openWork.dueReminders().first { $0.id == id }
      guard let known, account.sees(known.district) else { throw Problem.notFound }
    }
    return try await desk.act(.confirmReminder(id), by: request.staff())
  }
}
