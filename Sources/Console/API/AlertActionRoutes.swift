import CareJSON
import CareModel
import EngineHost

/// What the desk does with alerts (domain page, section 2).
struct AlertActionRoutes: Sendable {
  let desk: Desk

  var routes: [Route] {
    [
      action("hold", "Takes an alert from the queue, or renews the lease.", nil, hold),
      action("release", "Gives it back to the queue.", nil, release),
      action("verify", "Says what was heard.", "Verify", verify),
      action("resolve", "Closes it.", "Resolve", resolve),
      action("reopen", "Opens a resolved alert again.", "Reason", reopen),
      action("notes", "Writes something down.", "Note", note, operation: "noteAlert"),
      action("settle", "Says whom it is about.", "Settle", settle),
      action("sendStaff", "Sends staff now.", nil, sendStaff, operation: "sendStaffToAlert"),
      action("calls", "Records a call that was made about it.", "CallOfAlert", call, operation: "recordCallOfAlert"),
      .post(
        "/api/v1/calls", .desk,
        RouteDescription(
          operation: "recordCall", summary: "Records a call that was made.", body: .reference("Call"),
          answer: .reference("Receipt")), callByBody),
    ]
  }

  private func action(
    _ name: String, _ summary: String, _ body: String?, _ handle: @escaping Route.Handler, operation: String? = nil
  ) -> Route {
    .post(
      "/api/v1/alerts/{id}/" + name, .desk,
      RouteDescription(
        operation: operation ?? name + "Alert", summary: summary, body: body.map(Schema.reference),
        answer: .reference("Receipt")), handle)
  }

  @Sendable private func hold(_ request: APIRequest) async throws(Problem) -> APIResponse {
    try await desk.act(.hold(desk.alertID(request)), by: request.staff())
  }

  @Sendable private func release(_ request: APIRequest) async throws(Problem) -> APIResponse {
    try await desk.act(.release(desk.alertID(request)), by: request.staff())
  }

  @Sendable private func verify(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    let action = try request.read { body throws(CareJSONError) in
      OperatorAction.verify(
        id, spokeTo: try body.textOrNil("spokeTo", maximumBytes: 256) ?? "",
        isIdentityConfirmed: try body.bool("identityConfirmed"), verdict: try body.word("verdict"))
    }
    return try await desk.act(action, by: request.staff())
  }

  @Sendable private func resolve(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    let action = try request.read { body throws(CareJSONError) in
      OperatorAction.resolve(
        id, cause: try body.word("cause"), action: try body.word("action"), closedBy: try body.word("closedBy"),
        note: try body.textOrNil("note", maximumBytes: APIRequest.maximumNoteBytes))
    }
    return try await desk.act(action, by: request.staff())
  }

  @Sendable private func reopen(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    let reason = try request.read { body throws(CareJSONError) in
      try body.text("reason", maximumBytes: APIRequest.maximumNoteBytes)
    }
    return try await desk.act(.reopen(id, reason: reason), by: request.staff())
  }

  @Sendable private func note(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    let text = try request.read { body throws(CareJSONError) in
      try body.text("text", maximumBytes: APIRequest.maximumNoteBytes)
    }
    return try await desk.act(.note(id, text: text), by: request.staff())
  }

  @Sendable private func settle(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let id = try await desk.alertID(request)
    let resident = try request.read { body throws(CareJSONError) in try body.id("resident", Resident.self) }
    try await desk.check(resident, for: request.account())
    return try await desk.act(.settleSubject(id, resident), by: request.staff())
  }

  @Sendable private func sendStaff(_ request: APIRequest) async throws(Problem) -> APIResponse {
    try await desk.act(.sendStaff(desk.alertID(request)), by: request.staff())
  }

  @Sendable private func call(_ request: APIRequest) async throws(Problem) -> APIResponse {
    try await record(request, alert: desk.alertID(request))
  }

  @Sendable private func callByBody(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let named = try request.read { body throws(CareJSONError) in try body.id("alert", Alert.self) }
    var request = request
    request.parameters["id"] = named.description
    return try await record(request, alert: desk.alertID(request))
  }

  private func record(_ request: APIRequest, alert: AlertID) async throws(Problem) -> APIResponse {
    let action = try request.read { body throws(CareJSONError) in
      OperatorAction.recordCall(
        alert, party: try body.text("party", maximumBytes: 128), outcome: try body.word("outcome"))
    }
    return try await desk.act(action, by: request.staff())
  }
}
