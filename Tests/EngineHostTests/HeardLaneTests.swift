import AlertEngine
import CareModel
import EngineHost
import Testing

@Suite("The lane of heartbeats")
struct HeardLaneTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  private func sign(_ number: Int, after seconds: Int = 0, battery: Int? = nil) -> HeardDevice {
    HeardDevice(serial: "D\(number)", at: now + .seconds(seconds), batteryPercent: battery)
  }

  @Test("signs of one device are one, with the newest moment and the last charge; the first plans the hand-over")
  func coalesced() {
    var lane = HeardLane()
    #expect(lane.note(sign(1, after: 5, battery: 40)) == .afterInterval)
    #expect(lane.note(sign(1, after: 3)) == .planned)
    #expect(lane.note(sign(2)) == .planned)
    let taken = lane.take()
    #expect(taken.batch == [sign(1, after: 5, battery: 40), sign(2)] && !taken.isMore)
    #expect(lane.count == 0 && lane.take().batch.isEmpty)
    #expect(lane.note(sign(1)) == .afterInterval)
  }

  @Test("a full batch is handed over at once, and what is beyond it with the next")
  func full() {
    var lane = HeardLane()
    let wakes = (0..<HeardLane.maximumBatch + 1).map { lane.note(sign($0)) }
    #expect(wakes.first == .afterInterval && wakes[HeardLane.maximumBatch - 2] == .planned)
    #expect(wakes[HeardLane.maximumBatch - 1] == .now && wakes.last == .planned)
    let first = lane.take()
    #expect(first.batch.count == HeardLane.maximumBatch && first.isMore)
    // One that was taken may wait again; its new sign is not lost.
    #expect(lane.note(sign(0, after: 9)) == .planned)
    #expect(lane.take().batch == [sign(HeardLane.maximumBatch), sign(0, after: 9)])
  }

  @Test("so many devices wait, and the next is left out", arguments: [(3, 3), (4, 3)])
  func bound(count: Int, kept: Int) {
    var lane = HeardLane(limit: 3)
    for number in 0..<count { _ = lane.note(sign(number)) }
    #expect(lane.count == kept)
  }

  @Test("a heartbeat reaches the engine: the line that was lost before the restart is back")
  func reachesEngine() async throws {
    let lost = DeviceLine(serial: "D1", state: .lost, since: WallClock.system.now() - .hours(1))
    let world = try await HostWorld(lines: [KnownLine(serial: "D1", heardAt: nil, line: lost)])
    #expect(await world.press(kind: .heartbeat).first() == true)
    await world.store.received(1)
    let commit = try #require(world.store.commits.first)
    #expect(commit.signal?.signal.kind == .lineRestored && commit.lines.map(\.state) == [.present])
    #expect(world.telemetry.heard == 1)
  }

  @Test("telemetry and alarms are signs of life too", arguments: [SignalKind.motion, .test, .panic])
  func signs(kind: SignalKind) async throws {
    let lost = DeviceLine(serial: "D1", state: .lost, since: WallClock.system.now() - .hours(1))
    let world = try await HostWorld(lines: [KnownLine(serial: "D1", heardAt: nil, line: lost)])
    world.store.confirmsAtOnce = true
    #expect(await world.press(kind: kind).first() == true)
    await world.store.received(kind == .panic ? 2 : 1)
    #expect(world.store.commits.flatMap(\.lines).map(\.state) == [.present])
    #expect(world.telemetry.heard == 1)
  }
}
