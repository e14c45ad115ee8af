import AlertEngine
import CareModel
import Testing

@Suite("Deadlines of devices")
struct SupervisionTableTests {
  private static let microsecond = TimeSpan(microseconds: 1)

  @Test("A device may miss two beats, and at most an hour; beats are held between a minute and 25 hours", arguments: [
    (1, 180), (60, 180), (61, 183), (1_800, 5_400), (3_600, 7_200), (90_000, 93_600), (90_001, 93_600),
    (Int.max, 93_600), (-5, 180),
  ])
  func allowance(beat: Int, seconds: Int) {
    #expect(SupervisionSettings().allowance(beat: beat) == .seconds(seconds))
  }

  @Test("A device is lost at its deadline and not a microsecond before", arguments: [60, 3_600, 90_000])
  func deadline(beat: Int) {
    var watch = Watch()
    watch.add(0..<1, beat: beat)
    let due = watch.now + SupervisionSettings().allowance(beat: beat)
    #expect(watch.table.nextDue == due)
    watch.now = due - Self.microsecond
    #expect(watch.turn().isEmpty)
    watch.now = due
    let turn = watch.turn()
    #expect(turn.news == .lost(serial: "D0", heardAt: Watch.start))
    #expect(turn.lines == [DeviceLine(serial: "D0", state: .lost, since: due)])
    #expect(watch.turns().isEmpty && watch.table.nextDue == nil)
  }

  @Test("A sign of life writes a moment; the deadline that comes up is armed again from it")
  func rearm() {
    var watch = Watch()
    watch.add(0..<1)
    for _ in 1...170 {
      watch.now = watch.now + .seconds(1)
      watch.hear(0)
    }
    #expect(watch.table.storedDeadlines == 1 && watch.table.nextDue == Watch.start + .seconds(180))
    watch.now = Watch.start + .seconds(180)
    #expect(watch.turns().isEmpty)
    #expect(watch.table.storedDeadlines == 1 && watch.table.nextDue == Watch.start + .seconds(170 + 180))
    #expect(watch.wait(.hours(1)).lost == ["D0"])
  }

  @Test("Heard again, a lost device is told once, and its deadline runs anew")
  func back() {
    var watch = Watch()
    watch.add(0..<1)
    #expect(watch.wait(.minutes(5)).lost == ["D0"])
    watch.hear(0)
    watch.hear(0)
    let turns = watch.turns()
    #expect(turns.back == ["D0"])
    #expect(turns.lines == [DeviceLine(serial: "D0", state: .present, since: watch.now)])
    #expect(watch.wait(.minutes(4)).lost == ["D0"])
  }

  @Test("A device that was never heard, and one that serves nobody, is not supervised")
  func unsupervised() {
    var watch = Watch()
    watch.put(0)
    watch.put(1, isAssigned: false)
    watch.hear(1)
    watch.hear(7)
    #expect(watch.table.nextDue == nil)
    watch.put(1)
    watch.hear(1)
    #expect(watch.table.nextDue != nil)
    watch.put(1, isAssigned: false)
    #expect(watch.wait(.hours(30)).isEmpty)
  }

  @Test("A removed device is forgotten, and its place serves another")
  func removed() {
    var watch = Watch()
    watch.add(0..<3)
    watch.table.remove("D1")
    watch.put(9, beat: 3_600)
    watch.hear(9)
    #expect(watch.table.count == 3)
    #expect(watch.wait(.minutes(4)).lost == ["D0", "D2"])
    #expect(watch.wait(.hours(2)).lost == ["D9"])
  }

  @Test("A shorter beat makes an earlier deadline; stale deadlines do not pile up")
  func shorterBeat() {
    var watch = Watch()
    watch.add(0..<1, beat: 90_000)
    for _ in 1...3_000 {
      watch.put(0, beat: 60)
      watch.hear(0)
      watch.put(0, beat: 90_000)
      watch.now = watch.now + .seconds(200)
      _ = watch.turns()
      watch.hear(0)
      _ = watch.turns()
    }
    #expect(watch.table.storedDeadlines <= 2 * watch.table.count + 1024 + 1)
    watch.put(0, beat: 60)
    #expect(watch.wait(.minutes(4)).lost == ["D0"])
  }

  @Test("A will marks the line as down and calls nobody; its deadline runs on, and a sign before it clears the mark")
  func will() {
    var watch = Watch()
    watch.add(0..<2)
    watch.now = watch.now + .seconds(10)
    let down = DeviceLine(serial: "D0", state: .down, since: watch.now)
    #expect(watch.table.lineDown("D0", at: watch.now) == down)
    #expect(watch.table.lineDown("D0", at: watch.now) == nil)
    #expect(watch.table.lineDown("nobody", at: watch.now) == nil)
    #expect(watch.turns().isEmpty && watch.table.nextDue == Watch.start + .seconds(180))
    watch.hear(0)
    let turns = watch.turns()
    #expect(turns.back.isEmpty && turns.lines == [DeviceLine(serial: "D0", state: .present, since: watch.now)])
    _ = watch.table.lineDown("D1", at: watch.now)
    #expect(watch.wait(.seconds(170)).lost == ["D1"])
  }

  @Test("A charge below 15 % is told once, and again only after it was 30 % or more")
  func battery() {
    var watch = Watch()
    watch.add(0..<1)
    func told(_ charges: [Int?]) -> [Int] {
      for charge in charges { watch.hear(0, battery: charge) }
      return watch.turns().compactMap {
        if case .batteryLow("D0", let percent) = $0.news { percent } else { nil }
      }
    }
    #expect(told([15, nil]) == [])
    #expect(told([14, 3, 29, 10]) == [14])
    #expect(told([30, 14]) == [14])
  }

  @Test("A device's record and deadline take at most 64 bytes")
  func memory() { #expect(SupervisionTable.bytesPerDevice <= 64) }
}
