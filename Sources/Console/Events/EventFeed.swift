import CareJSON
import CareModel
import EngineHost
import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// `GET /api/v1/events`: what happens, as it happens, and what was missed since an id.
struct EventFeed: Sendable {
  let ports: ConsolePorts
  let keepAliveInterval: Swift.Duration
  let slots: StreamSlots

  /// Entries read from the record at once when a reader was away for long.
  static let replayRows = 500

  /// Which entries a reader may see.
  typealias Filter = @Sendable (StoredEvent) -> Bool

  /// How the stream goes on after an id.
  private enum Step: Sendable {
    case live(AsyncStream<PublishedEvent>)
    case replay([StoredEvent])
    case unknown
  }

  func open(_ request: APIRequest) async throws(Problem) -> APIResponse {
    let filter = try Self.filter(for: request.account())
    guard let slot = slots.take() else { throw Problem.tooManyStreams }
    let given = request.headers[.lastEventID] ?? request.query["lastEventId"]
    let first: Step?
    let start: EventID
    if let given, !given.isEmpty {
      let id = EventID(given)
      start = id ?? ports.openWork.newestEvent
      first = try await id.asyncMap(step) ?? .unknown
    } else {
      start = ports.openWork.newestEvent
      first = nil
    }
    return APIResponse(
      status: 200, headers: [.contentType: "text/event-stream"],
      body: .stream { writer in
        try await withExtendedSlot(slot) {
          try await run(from: start, first: first, filter, &writer)
        }
        try await writer.finish(nil)
      })
  }

  private func run(
    from start: EventID, first: Step?, _ filter: Filter, _ writer: inout any ResponseBodyWriter
  ) async throws {
    guard let first else { return try await begin(.ready, filter, &writer) }
    var position = start
    var step = first
    while true {
      switch step {
      case .unknown: return try await begin(.reset, filter, &writer)
      case .live(let live):
        try await writer.write(ByteBuffer(string: EventFrame.ready(position).text))
        return try await pump(live, filter, &writer)
      case .replay(let entries):
        for entry in entries where filter(entry) {
          try await writer.write(ByteBuffer(string: EventFrame.entry(entry).text))
        }
        position = entries.last?.id ?? position
      }
      step = try await self.step(after: position)
    }
  }

  private func step(after id: EventID) async throws(Problem) -> Step {
    if let live = ports.openWork.subscribe(after: id) { return .live(live) }
    do throws(StoreProblem) {
      let entries = try await ports.history.events(after: id, limit: Self.replayRows, now: ports.now())
      guard let entries, !entries.isEmpty else { return .unknown }
      return .replay(entries)
    } catch {
      throw Problem(error)
    }
  }

  private enum Beginning { case ready, reset }

  /// Starts at the newest entry. It may move on between asking for it and subscribing, so a few tries are made.
  private func begin(
    _ beginning: Beginning, _ filter: Filter, _ writer: inout any ResponseBodyWriter
  ) async throws {
    for _ in 0..<8 {
      let newest = ports.openWork.newestEvent
      guard let live = ports.openWork.subscribe(after: newest) else { continue }
      let frame: EventFrame = beginning == .ready ? .ready(newest) : .reset(newest)
      try await writer.write(ByteBuffer(string: frame.text))
      return try await pump(live, filter, &writer)
    }
  }

  /// Passes entries on until the hub cuts this reader, the reader goes, or the daemon stops.
  private func pump(
    _ live: AsyncStream<PublishedEvent>, _ filter: Filter, _ writer: inout any ResponseBodyWriter
  ) async throws {
    let handover = Handover()
    let reading = Task {
      for await published in live {
        guard await handover.give(.entry(StoredEvent(published))) else { return }
      }
      handover.finish()
    }
    let ticking = Task {
      while (try? await Task.sleep(for: keepAliveInterval)) != nil { handover.giveIfIdle(.keepAlive) }
    }
    defer {
      reading.cancel()
      ticking.cancel()
      handover.finish()
    }
    try await withGracefulShutdownHandler {
      while let frame = await handover.take() {
        if case .entry(let event) = frame, !filter(event) { continue }
        try await writer.write(ByteBuffer(string: frame.text))
      }
    } onGracefulShutdown: {
      handover.finish()
    }
  }

  /// A watcher sees the districts of the account; staff see what they are asked to do and what they have.
  private static func filter(for account: Account) throws(Problem) -> Filter {
    guard account.role == .staff else { return { account.sees($0.district) } }
    guard let staff = account.staff else { throw Problem.noStaff }
    let mark = "\"\(staff)\""
    return { event in
      (event.type.hasPrefix("offer.") || event.type.hasPrefix("task.")) && event.json.contains(mark)
    }
  }
}

extension StoredEvent {
  /// The entry as it is stored.
  init(_ published: PublishedEvent) {
    let event = published.event
    self.init(id: published.id, district: event.district, type: event.kind.rawValue, json: event.jsonText)
  }
}

extension Optional {
  fileprivate func asyncMap<Value>(
    _ transform: (Wrapped) async throws(Problem) -> Value
  ) async throws(Problem) -> Value? {
    guard let self else { return nil }
    return try await transform(self)
  }
}

/// Keeps a stream's place until its work is done.
private func withExtendedSlot(_ slot: StreamSlots.Slot, _ work: () async throws -> Void) async throws {
  defer { withExtendedLifetime(slot) {} }
  try await work()
}
