import CareJSON
import CareModel
import EngineHost
import Hummingbird
import HummingbirdCore
import NIOCore

/// One reader's stream of events, from where it starts until somebody ends it through its ``handover``.
struct EventStream: Sendable {
  let ports: ConsolePorts
  let filter: Filter
  /// Finished, the stream ends.
  let handover = Handover()
  /// Knows how long a write has been under way.
  let watch = WriteWatch()

  /// Entries read from the record at once when a reader was away for long.
  static let replayRows = 500

  /// Which entries a reader may see.
  typealias Filter = @Sendable (StoredEvent) -> Bool

  /// How the stream goes on after an id.
  enum Step: Sendable {
    /// Everything after `position` comes as it happens.
    case live(AsyncStream<PublishedEvent>, position: EventID)
    /// These, then a further step.
    case replay([StoredEvent], last: EventID)
    /// Nobody knows the id.
    case unknown
  }

  /// Writes until the hub cuts this reader, the reader goes, or the stream is ended; nil starts at the newest entry.
  func run(_ first: Step?, _ writer: inout any ResponseBodyWriter) async throws {
    guard var step = first else { return try await begin(.ready, &writer) }
    while !handover.isFinished {
      switch step {
      case .unknown: return try await begin(.reset, &writer)
      case .live(let live, let position):
        try await write(.ready(position), &writer)
        return try await pump(live, after: position, &writer)
      case .replay(let entries, let last):
        for entry in entries where filter(entry) {
          guard !handover.isFinished else { return }
          try await write(.entry(entry), &writer)
        }
        step = try await self.step(after: last)
      }
    }
  }

  /// How to go on after an id. When memory does not reach back to it and the record has nothing later, the stream
  /// goes on after what was newest before the record was asked: after a restart that is past the id.
  func step(after id: EventID) async throws(Problem) -> Step {
    if let live = ports.openWork.subscribe(after: id) { return .live(live, position: id) }
    let newest = ports.openWork.newestEvent
    guard id.shard == newest.shard else { return .unknown }
    do throws(StoreProblem) {
      guard let entries = try await ports.history.events(after: id, limit: Self.replayRows, now: ports.now()) else {
        return .unknown
      }
      if let last = entries.last { return .replay(entries, last: last.id) }
    } catch {
      throw Problem(error)
    }
    guard let live = ports.openWork.subscribe(after: newest) else { return .unknown }
    return .live(live, position: max(id, newest))
  }

  private enum Beginning { case ready, reset }

  /// Starts at the newest entry. It may move on between asking for it and subscribing, so a few tries are made.
  private func begin(_ beginning: Beginning, _ writer: inout any ResponseBodyWriter) async throws {
    for _ in 0..<8 {
      let newest = ports.openWork.newestEvent
      guard let live = ports.openWork.subscribe(after: newest) else { continue }
      try await write(beginning == .ready ? .ready(newest) : .reset(newest), &writer)
      return try await pump(live, after: newest, &writer)
    }
  }

  /// Passes entries on; what the record was faster to tell than the hub is not told again.
  private func pump(
    _ live: AsyncStream<PublishedEvent>, after position: EventID, _ writer: inout any ResponseBodyWriter
  ) async throws {
    let reading = Task {
      for await published in live {
        if let id = published.id, id <= position { continue }
        guard await handover.give(EventFrame(published, position)) else { return }
      }
      handover.finish()
    }
    defer {
      reading.cancel()
      handover.finish()
    }
    while let frame = await handover.take() {
      if let event = frame.event, !filter(event) { continue }
      try await write(frame, &writer)
    }
  }

  private func write(_ frame: EventFrame, _ writer: inout any ResponseBodyWriter) async throws {
    watch.begin()
    defer { watch.end() }
    try await writer.write(ByteBuffer(string: frame.text))
  }
}

extension EventFrame {
  /// An entry as it is stored, or will be.
  init(_ published: PublishedEvent, _ position: EventID) {
    let event = published.event
    let stored = StoredEvent(
      id: published.id ?? position, district: event.district, type: event.kind.rawValue, json: event.jsonText)
    self = published.id == nil ? .provisional(stored) : .entry(stored)
  }
}
