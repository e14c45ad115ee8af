import EngineHost

/// Every address of the console.
struct ConsoleRoutes {
  let table: RouteTable
  let authenticator: Authenticator

  init(_ settings: ConsoleSettings, _ ports: ConsolePorts) {
    let authenticator = Authenticator(ports: ports)
    let desk = Desk(ports: ports)
    let views = Views(openWork: ports.openWork)
    let feed = EventFeed(
      ports: ports, authenticator: authenticator, keepAliveInterval: settings.keepAliveInterval,
      slots: StreamSlots(limit: settings.maximumStreams))
    var routes = SignalRoutes(ports: ports).routes
    routes += AlertRoutes(ports: ports, desk: desk, views: views).routes
    routes += AlertActionRoutes(desk: desk).routes
    routes += TaskRoutes(ports: ports, desk: desk, views: views).routes
    routes += OfferRoutes(ports: ports, desk: desk, views: views).routes
    routes += StayRoutes(ports: ports, desk: desk, views: views).routes
    routes += SuspensionRoutes(ports: ports, desk: desk, views: views).routes
    routes += RegisterRoutes(ports: ports, desk: desk).routes
    routes += RuleRoutes(ports: ports, desk: desk).routes
    routes += SessionRoutes(ports: ports, settings: settings, authenticator: authenticator).routes
    routes.append(
      .get(
        "/api/v1/events", .watchers + [.staff],
        RouteDescription(
          operation: "watchEvents",
          summary: "Server-sent events: what changes, as it changes; resumes after Last-Event-ID.",
          query: [.init("lastEventId", .string)], answer: .string, answerType: "text/event-stream"), feed.open))
    let document = OpenAPIDocument.json(of: routes)
    routes.append(.get("/api/openapi.json", nil, nil) { _ async throws(Problem) in .json(document) })
    routes += FHIRRoutes(ports: ports).routes
    routes += PushRoutes(ports: ports).routes
    routes += PageRoutes(language: settings.language).routes
    table = RouteTable(routes)
    self.authenticator = authenticator
  }
}
