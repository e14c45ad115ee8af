import CareJSON
import CareModel
import EngineHost

/// Tasks: read, made by hand, assigned, called off, moved on.
struct TaskRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk
  let views: Views

  var routes: [Route] {
    [
      .get(
        "/api/v1/tasks", .watchers + [.staff],
        RouteDescription(
          operation: "listTasks", summary: "Unfinished tasks, oldest first; staff see their own.",
          query: [.init("alert", .id), .limit, .cursor], answer: .page(of: "Task")), list),
      .get(
        "/api/v1/tasks/{id}", .watchers + [.staff],
        RouteDescription(operation: "readTask", summary: "One task.", answer: .reference("Task")), read),
      .post(
        "/api/v1/tasks", .desk,
        RouteDescription(
          operation: "createTask", summary: "Makes a task by hand.", body: .reference("NewTask"), status: 201,
          answer: .reference("Receipt")), create),
      .post(
        "/api/v1/tasks/{id}/assign", .desk,
        RouteDescription(
          operation: "assignTask", summary: "Offers it to one person by name.", body: .reference("Assign"),
          answer: .reference("Receipt")), assign),
      .post(
        "/api/v1/tasks/{id}/cancel", .desk,
        RouteDescription(
          operation: "cancelTask", summary: "Calls it off.", body: .reference("Reason"),
          answer: .reference("Receipt")), cancel),
      .post(
        "/api/v1/tasks/{id}/status", .field,
        RouteDescription(
          operation: "moveTask", summary: "Says how far it has come; the desk may say it for the one who has it.",
          body: .reference("TaskStatus"), answer: .reference("Receipt")), move),
    ]
  }

  @Sendable private func list(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    var tasks = ports.openWork.openTasks().filter { desk.sees(account, $0) }
    if let text = request.query["alert"] {
      guard let alert = AlertID(text) else { throw Problem(400, "badQuery", "`alert` is an id.", field: "alert") }
      tasks.removeAll { $0.alert != alert }
    }
    let page = try MemoryPage(of: tasks, by: { ($0.createdAt, $0.id) }, request)
    return .page(page.rows.map(views.task), next: page.next)
  }

  @Sendable private func read(_ request: APIRequest) async throws(Problem) -> APIResponse {
    .json(views.task(try desk.task(request)))
  }

  @Sendable private func create(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let task = try request.read { body throws(CareJSONError) in
      OperatorAction.NewTask(
        kind: try body.word("kind"), resident: try body.idOrNil("resident"), dwelling: try body.idOrNil("dwelling"),
        alert: try body.idOrNil("alert"), slotCount: try body.intOrNil("slotCount", in: 1...WorkTask.maximumSlots) ?? 1,
        startsAt: try body.timeOrNil("startsAt"))
    }
    guard task.resident != nil || task.dwelling != nil || task.alert != nil else {
      throw Problem.invalid("resident", "A task is for a resident, a dwelling or an alert.")
    }
    let account = try request.account()
    if let alert = task.alert { try await desk.check(alert, for: account) }
    if let resident = task.resident { try await desk.check(resident, for: account) }
    if let dwelling = task.dwelling { try await desk.check(dwelling, for: account) }
    return try await desk.act(.createTask(task), by: request.staff(), status: 201)
  }

  @Sendable private func assign(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let task = try desk.task(request)
    let staff = try request.read { body throws(CareJSONError) in try body.id("staff", StaffMember.self) }
    return try await desk.act(.assignTask(task.id, staff), by: request.staff())
  }

  @Sendable private func cancel(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let task = try desk.task(request)
    let reason = try request.read { body throws(CareJSONError) in
      try body.text("reason", maximumBytes: APIRequest.maximumNoteBytes)
    }
    return try await desk.act(.cancelTask(task.id, reason: reason), by: request.staff())
  }

  /// Which states a person may say; the others follow from offers and from the desk's own actions.
  static let sayable: [WorkTask.State] = [.enRoute, .onScene, .withPatient, .completed, .failed]

  @Sendable private func move(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let task = try desk.task(request)
    let caller = try request.staff()
    let isStaff = try request.account().role == .staff
    let (state, named) = try request.read { body throws(CareJSONError) in
      (try body.word("state", WorkTask.State.self), try body.idOrNil("staff", StaffMember.self))
    }
    guard Self.sayable.contains(state) else { throw Problem.invalid("state", "The field state cannot be said.") }
    let crew = task.slots.compactMap { $0.accepted?.staff }
    let who = isStaff ? caller : named ?? (crew.count == 1 ? crew.first : nil)
    if isStaff, let named, named != caller { throw Problem(.notYours) }
    guard let who else { throw Problem.invalid("staff", "Say whose part of the task it is.") }
    return try await desk.act(.setTaskState(task.id, who, state), by: caller)
  }
}
