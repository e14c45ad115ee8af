import CareJSON
import CareModel
import EngineHost

/// Offers: what a person is asked, and the answers.
struct OfferRoutes: Sendable {
  let ports: ConsolePorts
  let desk: Desk
  let views: Views

  var routes: [Route] {
    [
      .get(
        "/api/v1/offers", .watchers + [.staff],
        RouteDescription(
          operation: "listOffers", summary: "Open offers, oldest first; `staff=me` for one's own.",
          query: [.init("staff", .string), .limit, .cursor], answer: .page(of: "Offer")), list)
    ] + [
      answer(.accept, "Takes the task; 409 `alreadyTaken` when another was first."),
      answer(.decline, "Does not take it; the next one is asked."),
      answer(.relinquish, "Gives an accepted task back; another is asked."),
      answer(.distress, "The person who has the task needs help."),
    ]
  }

  private func answer(_ answer: StaffAnswer, _ summary: String) -> Route {
    .post(
      "/api/v1/offers/{id}/" + answer.rawValue, .field,
      RouteDescription(
        operation: answer.rawValue + "Offer", summary: summary, body: .reference("OfferAnswer"),
        answer: .reference("Receipt"))
    ) { request async throws(Problem) in try await self.answer(request, answer) }
  }

  @Sendable private func list(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let staff: StaffID?
    switch request.query["staff"] {
    case "me": staff = try request.staff()
    case nil: staff = account.role == .staff ? try request.staff() : nil
    case let text?:
      guard let id = StaffID(text) else { throw Problem(400, "badQuery", "`staff` is an id or `me`.", field: "staff") }
      if account.role == .staff, id != account.staff { throw Problem(.notYours) }
      staff = id
    }
    var offers = ports.openWork.openOffers(to: staff)
    if account.role != .staff { offers = offers.filter { account.sees($0.district) } }
    let page = try MemoryPage(of: offers, by: { ($0.sentAt, $0.id) }, request)
    return .page(page.rows.map(views.offer), next: page.next)
  }

  /// Staff answer for themselves; the desk answers for the person it has on the phone.
  private func answer(_ request: APIRequest, _ answer: StaffAnswer) async throws(Problem) -> APIResponse {
    let id = try request.id(Offer.self)
    let caller = try request.staff()
    try desk.check(id, for: request.account())
    let (reason, named) = try request.readIfAny { body throws(CareJSONError) in
      (
        try body.textOrNil("reason", maximumBytes: Signal.maximumTextBytes),
        try body.idOrNil("staff", StaffMember.self)
      )
    }
    if try request.account().role == .staff, let named, named != caller { throw Problem(.notYours) }
    return try await desk.act(.answerOffer(id, named ?? caller, answer, reason: reason), by: caller)
  }
}
