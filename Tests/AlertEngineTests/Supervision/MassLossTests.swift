import AlertEngine
import CareModel
import Testing

@Suite("Loss of many devices in one district")
struct MassLossTests {
  /// So many devices, of which all but the first few go on calling.
  private func city(_ count: Int, silent: Int, settings: SupervisionSettings = SupervisionSettings()) -> Watch {
    var watch = Watch(settings: settings)
    watch.add(0..<count)
    watch.now = watch.now + .seconds(170)
    for number in silent..<max(silent, count) { watch.hear(number) }
    watch.now = Watch.start + .seconds(180)
    return watch
  }

  @Test("20 devices and 2 % of the district are a network fault; one fewer are single losses", arguments: [
    (100, 20), (1_000, 20), (1_001, 21), (2_000, 40),
  ])
  func threshold(devices: Int, needed: Int) {
    var below = city(devices, silent: needed - 1)
    let singles = below.turns()
    #expect(singles.lost.count == needed - 1 && singles.began.isEmpty)

    var at = city(devices, silent: needed)
    let turns = at.turns()
    #expect(turns.lost.count == needed - 1 && turns.began.count == 1)
    #expect(turns.began.first?.supervised == devices)
    #expect(Set(turns.joined) == Set(turns.lost))
    #expect(turns.lines.filter { $0.state == .inFault }.count == needed)
  }

  @Test("Only losses within the window count together", arguments: [(3_600_000_000, 1), (3_600_000_001, 0)])
  func window(microseconds: Int64, faults: Int) {
    var watch = Watch()
    watch.add(0..<19)
    watch.put(19, beat: 60)
    let lostAt = Watch.start + .seconds(180)
    // The last one falls silent so that it is lost exactly so much later.
    var all = watch.wait(.seconds(200))
    watch.now = lostAt + TimeSpan(microseconds: Int64(microseconds)) - .seconds(180)
    watch.hear(19)
    all += watch.wait(.minutes(4))
    #expect(all.lost.count == 20 - faults && all.began.count == faults)
  }

  @Test("Districts are apart: 19 in each of two are no fault")
  func districts() {
    var watch = Watch()
    watch.add(0..<19, district: 1)
    watch.add(19..<38, district: 2)
    let turns = watch.wait(.minutes(4))
    #expect(turns.lost.count == 38 && turns.began.isEmpty)
  }

  @Test("Who is back before being joined is not joined, and does not count")
  func backBefore() {
    var watch = city(100, silent: 20)
    var all: [SupervisionTurn] = []
    while all.began.isEmpty { all.append(watch.turn()) }
    watch.hear(0)
    all += watch.turns()
    #expect(all.back == ["D0"] && all.joined.count == 18 && !all.joined.contains("D0"))
  }

  @Test("Who is lost during the fault has no alert of its own; most back, it ends, and those left get theirs")
  func recovery() {
    var watch = city(100, silent: 50)
    let turns = watch.turns()
    #expect(turns.lost.count == 19 && turns.joined.count == 19)
    #expect(turns.lines.filter { $0.state == .inFault }.count == 50)
    for number in 0..<39 { watch.hear(number) }
    #expect(watch.turns().ended.isEmpty)
    watch.hear(39)
    let end = watch.turns()
    #expect(end.ended.map(\.worst) == [50] && end.ended.map(\.lost) == [10])
    #expect(end.back.isEmpty)
    #expect(end.lost.sorted() == (40..<50).map { "D\($0)" })
    watch.hear(45)
    #expect(watch.turns().back == ["D45"])
    // Those left are no new fault, and the next real one is seen.
    for number in 0..<100 { watch.hear(number) }
    _ = watch.turns()
    #expect(watch.wait(.minutes(4)).began.count == 1)
  }

  @Test("People are listed by risk, so many and no more; the total is told", arguments: [(6, 6), (5, 5)])
  func list(limit: Int, listed: Int) {
    var settings = SupervisionSettings()
    settings.maximumListed = limit
    var watch = city(25, silent: 25, settings: settings)
    for number in 0..<25 { watch.risks["D\(number)"] = number == 7 ? 5 : number == 20 ? 4 : number % 3 }
    var all = watch.turns()
    #expect(all.changed.isEmpty)
    all += watch.wait(.seconds(30))
    let told = all.changed.last
    #expect(all.changed.count == 1 && told?.lost == 25 && told?.listed.count == listed)
    #expect(told?.listed.prefix(2) == ["D7", "D20"])
    let rest = told?.listed.dropFirst(2).compactMap { watch.risks[$0] } ?? []
    #expect(rest.allSatisfy { $0 == 2 })
  }

  @Test("A list that is all there has nobody behind it")
  func wholeList() {
    var watch = city(25, silent: 25)
    _ = watch.turns()
    #expect(watch.wait(.seconds(30)).changed.last?.listed.count == 25)
    #expect(watch.wait(.minutes(10)).changed.isEmpty)
  }

  @Test("15,000 lost at once are looked at in bounded steps")
  func bounded() {
    var watch = city(15_000, silent: 15_000)
    let turns = watch.turns()
    #expect(turns.lost.count == 299 && turns.began.count == 1)
    #expect(turns.allSatisfy { $0.lines.count <= SupervisionSettings().maximumPerStep })
    #expect(Set(turns.lines.filter { $0.state == .inFault }.map(\.serial)).count == 15_000)
  }

  @Test("A device that moves to another district during a fault gets an alert of its own there")
  func moves() {
    var watch = city(30, silent: 30)
    _ = watch.turns()
    watch.put(3, district: 2)
    #expect(watch.turns().lost == ["D3"])
    #expect(watch.wait(.seconds(30)).changed.last?.lost == 29)
  }
}
