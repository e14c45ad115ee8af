import AlertEngine
import CareModel
import EngineHost
import Foundation
import InputJournals
import InputLog
import Logging
import Synchronization
import Testing

@Suite("The engine's inputs in the log")
struct FileJournalTests {
  private final class Heard: Sendable {
    let events = Mutex<[JournalEvent]>([])
  }

  private func input(_ number: Int64) -> LoggedInput {
    LoggedInput(
      number: number, lineage: 3, at: Timestamp(microseconds: 1_800_000_000_000_000 + number),
      input: .deadlineReached(InputID(high: 1, low: UInt64(number))))
  }

  @Test("what one run logs the next replays; a full queue is a gap that is told and ends")
  func journal() async throws {
    let folder = NSTemporaryDirectory() + "silverbell-journal-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = InputLogSettings()
    settings.maximumQueuedRecords = 4
    let heard = Heard()
    let journal = try FileJournal(
      folder: folder, settings: settings, environment: .system, driver: .caller, logger: Logger(label: "test"))
    journal.open { event in heard.events.withLock { $0.append(event) } }
    journal.append([input(1), input(2)])
    journal.append([input(3), input(4)])
    journal.append([input(5)])
    while journal.turn() == .worked {}
    journal.append([input(6)])
    while journal.turn() == .worked {}
    #expect(heard.events.withLock { $0 } == [.ready, .lost, .ready, .logged(6, lineage: 3)])
    async let closed: Void = journal.close()
    while journal.turn() != .finished { await Task.yield() }
    await closed
    let next = try FileJournal(
      folder: folder, settings: settings, environment: .system, driver: .caller, logger: Logger(label: "test"))
    let replayed = Mutex<[LoggedInput]>([])
    try await next.replay { portion in replayed.withLock { $0 += portion } }
    #expect(replayed.withLock { $0 }.map(\.input) == [1, 2, 3, 4, 6].map { input($0).input })
    #expect(replayed.withLock { $0 }.map(\.at) == [1, 2, 3, 4, 6].map { input($0).at })
  }
}
