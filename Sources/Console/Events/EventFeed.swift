import CareModel
import EngineHost
import Hummingbird
import HummingbirdCore
import ServiceLifecycle

/// `GET /api/v1/events`: what happens, as it happens, and what was missed since an id.
struct EventFeed: Sendable {
  let ports: ConsolePorts
  let authenticator: Authenticator
  let keepAliveInterval: Swift.Duration
  let slots: StreamSlots

  func open(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let account = try request.account()
    let stream = EventStream(ports: ports, filter: try Self.filter(for: account))
    guard let slot = slots.take(account.name, stream.handover) else { throw Problem.tooManyStreams }
    let given = request.headers[.lastEventID] ?? request.query["lastEventId"]
    let first: EventStream.Step?
    if let given, !given.isEmpty {
      first = if let id = EventID(given) { try await stream.step(after: id) } else { .unknown }
    } else {
      first = nil
    }
    return APIResponse(
      status: 200, headers: [.contentType: "text/event-stream"],
      body: .stream { writer in
        defer { withExtendedLifetime(slot) {} }
        let ticking = Task { await tick(stream, request.closeConnection) }
        let checking = Task { await check(stream, account, request) }
        defer {
          ticking.cancel()
          checking.cancel()
          stream.handover.finish()
        }
        try await withGracefulShutdownHandler {
          try await stream.run(first, &writer)
        } onGracefulShutdown: {
          stream.handover.finish()
        }
        try await writer.finish(nil)
      })
  }

  /// Shows a quiet reader that the stream lives, and closes the connection of one who takes nothing any more.
  private func tick(_ stream: EventStream, _ closeConnection: @Sendable () -> Void) async {
    while (try? await Task.sleep(for: keepAliveInterval)) != nil {
      guard stream.watch.tick() else {
        stream.handover.finish()
        return closeConnection()
      }
      stream.handover.giveIfIdle(.keepAlive)
    }
  }

  /// Ends the stream once whoever opened it may not, or no longer as the same account.
  private func check(_ stream: EventStream, _ account: Account, _ request: APIRequest) async {
    while (try? await Task.sleep(for: keepAliveInterval)) != nil {
      let now: Account?
      do throws(Problem) { now = try await authenticator.account(of: request.headers) } catch { now = nil }
      guard now == account else { return stream.handover.finish() }
    }
  }

  /// A watcher sees the districts of the account; staff see what they are asked to do and what they have.
  private static func filter(for account: Account) throws(Problem) -> EventStream.Filter {
    guard account.role == .staff else { return { account.sees($0.district) } }
    guard let staff = account.staff else { throw Problem.noStaff }
    let mark = "\"\(staff)\""
    return { event in
      (event.type.hasPrefix("offer.") || event.type.hasPrefix("task.")) && event.json.contains(mark)
    }
  }
}
