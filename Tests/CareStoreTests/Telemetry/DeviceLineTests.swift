import AlertEngine
import CareModel
import CareStore
import EngineHost
import Testing

@Suite("Lines to devices", .timeLimit(.minutes(1)))
struct DeviceLineTests {
  private func commit(_ number: Int64, _ lines: [DeviceLine]) -> Commit {
    var commit = Commit(number: number, lineage: 0, input: Sample.input(number), at: Sample.time(number), district: 3)
    commit.lines = lines
    return commit
  }

  @Test("a restart knows when each device was heard and how its line stood last")
  func restart() async throws {
    let world = try await StoreWorld()
    let telemetry = world.telemetry()
    telemetry.heard([("A", Sample.time(1), nil), ("B", Sample.time(2), 60), ("Z", Sample.time(3), nil)])
    telemetry.finish()
    await telemetry.run()

    func line(_ serial: String, _ state: DeviceLine.State, _ time: Int64) -> DeviceLine {
      DeviceLine(serial: serial, state: state, since: Sample.time(time))
    }
    let log = EventLog()
    let store = world.store()
    _ = try await store.open(now: Sample.start, events: log.add)
    store.write([
      commit(1, [line("B", .down, 10), line("C", .lost, 10)]),
      commit(2, [line("B", .lost, 20), line("D", .inFault, 20), line("B", .present, 21)]),
    ])
    await log.waitForCommit(2)
    store.write([commit(3, [line("B", .lost, 30), line("D", .present, 30)])])
    await log.waitForCommit(3)
    await store.close(deadline: .seconds(5))

    let next = world.store(owner: 2)
    let state = try await next.open(now: Sample.start) { _ in }
    await next.close(deadline: .seconds(5))
    #expect(
      state.snapshot.lines == [
        KnownLine(serial: "A", heardAt: Sample.time(1)),
        KnownLine(serial: "B", heardAt: Sample.time(2), line: line("B", .lost, 30)),
        KnownLine(serial: "C", heardAt: nil, line: line("C", .lost, 10)),
        KnownLine(serial: "D", heardAt: nil, line: line("D", .present, 30)),
        KnownLine(serial: "Z", heardAt: Sample.time(3)),
      ])
  }
}
