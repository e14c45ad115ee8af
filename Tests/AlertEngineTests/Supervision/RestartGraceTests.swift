import AlertEngine
import CareModel
import Testing

@Suite("Grace after our own downtime")
struct RestartGraceTests {
  private func restarted(_ lines: [KnownLine], beat: Int, worst: [DistrictID: Int] = [:]) -> Watch {
    var watch = Watch()
    for number in 0..<10 { watch.put(number, beat: beat) }
    watch.table.load(lines, worst: worst, at: watch.now)
    return watch
  }

  @Test("After a restart a device has its whole allowance again, and at least the time to reconnect", arguments: [
    (60, 900), (3_600, 7_200), (90_000, 93_600),
  ])
  func grace(beat: Int, seconds: Int) {
    let heard = Watch.start - .seconds(1)
    let watch = restarted([KnownLine(serial: "D0", heardAt: heard)], beat: beat)
    let allowance = SupervisionSettings().allowance(beat: beat)
    #expect(watch.table.nextDue == max(heard + allowance, Watch.start + .seconds(seconds)))
  }

  @Test("A device that was overdue while we could hear has only the time to reconnect: a daily restart hides nobody")
  func overdue() {
    let last = Watch.start - .hours(1)
    var watch = restarted(
      [
        KnownLine(serial: "D0", heardAt: last - .hours(26)), KnownLine(serial: "D1", heardAt: last),
        KnownLine(serial: "D2", heardAt: last - .hours(26) + .seconds(1)),
      ], beat: 90_000)
    #expect(watch.wait(.minutes(15)).lost == ["D0"])
    #expect(watch.wait(.hours(26)).lost == ["D1", "D2"])
  }

  @Test("Who was lost before stays lost without being told again, and is told when heard; an unknown serial is nobody")
  func stillLost() {
    let since = Watch.start - .hours(3)
    let line = DeviceLine(serial: "D0", state: .lost, since: since)
    var watch = restarted(
      [
        KnownLine(serial: "D0", heardAt: since - .hours(1), line: line), KnownLine(serial: "X", heardAt: since),
        KnownLine(serial: "D1", heardAt: nil),
      ], beat: 60)
    #expect(watch.wait(.hours(2)).isEmpty)
    watch.hear(0)
    #expect(watch.turns().map(\.news) == [.back(serial: "D0", lostSince: since)])
  }

  @Test("Who was lost, and heard after that before the restart, is told as back")
  func heardSince() {
    let since = Watch.start - .hours(3)
    let line = DeviceLine(serial: "D0", state: .lost, since: since)
    var watch = restarted([KnownLine(serial: "D0", heardAt: since + .seconds(1), line: line)], beat: 60)
    #expect(watch.turns().back == ["D0"])
  }

  @Test("Who was heard before the record is read is not lost by it, and is told as back")
  func heardFirst() {
    var watch = Watch()
    watch.add(0..<2)
    let line = DeviceLine(serial: "D0", state: .lost, since: Watch.start - .hours(3))
    watch.table.load(
      [KnownLine(serial: "D0", heardAt: nil, line: line), KnownLine(serial: "D1", heardAt: Watch.start - .hours(1))],
      worst: [:], at: watch.now)
    #expect(watch.turns().back == ["D0"])
    #expect(watch.wait(.minutes(20)).lost == ["D0", "D1"])
  }

  @Test("A network fault goes on after a restart, with the number at its worst")
  func fault() {
    let since = Watch.start - .hours(1)
    let lines = (0..<10).map { number in
      KnownLine(
        serial: "D\(number)", heardAt: since - .minutes(5),
        line: DeviceLine(serial: "D\(number)", state: .inFault, since: since))
    }
    var watch = restarted(lines, beat: 60, worst: [1: 40])
    #expect(watch.wait(.minutes(10)).lost.isEmpty)
    watch.hear(0)
    #expect(watch.turns().ended.isEmpty)
    watch.hear(1)
    watch.hear(2)
    let turns = watch.turns()
    #expect(turns.ended.map(\.lost) == [7] && turns.ended.map(\.worst) == [40])
    #expect(turns.lost.sorted() == (3..<10).map { "D\($0)" })
  }

  @Test("A deadline that is looked at too late shows that we were away; at the bound it counts", arguments: [
    (60_000_000, ["D0"]), (60_000_001, []),
  ])
  func frozen(lateMicroseconds: Int, lost: [String]) {
    var watch = Watch()
    watch.add(0..<1)
    watch.now = Watch.start + .seconds(180) + TimeSpan(microseconds: Int64(lateMicroseconds))
    #expect(watch.turns().lost == lost)
    if lost.isEmpty { #expect(watch.table.nextDue == watch.now + .minutes(15)) }
  }
}
