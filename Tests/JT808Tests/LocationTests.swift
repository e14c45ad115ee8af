import CareModel
import FeedConformance
import FeedSession
import JT808
import Testing

@Suite("JT/T 808 location reports")
struct LocationTests {
  private static let alarmTable: [(Int, Bool, String)] = [
    (0, false, "position"), (0, true, "position"), (1, false, "panic"), (1 << 20, false, "wandering"),
    (1 << 7, false, "batteryLow"), (1 << 8, false, "mainsLost"), (0x70, false, "deviceFault"),
    (1 << 17, false, "tamper"), (1 << 17, true, "position"), (0x4000_0006, false, "position"),
    (0x12_0081, false, "panic wandering batteryLow tamper"),
    (0xFFFF_FFFF, false, "panic wandering batteryLow mainsLost deviceFault tamper"),
  ]

  @Test("alarm bits and what they raise", arguments: Self.alarmTable)
  func alarmBits(alarm: Int, is2019: Bool, kinds: String) {
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0200, Terminal.location(alarm: alarm), is2019: is2019))
    #expect(driver.kinds.map(\.rawValue).joined(separator: " ") == kinds)
    #expect(Set(driver.repeatIDs).count == driver.kinds.count)
  }

  @Test("one panic a rising edge; a resend means the same again")
  func edges() {
    func report(_ serial: Int, _ alarm: Int) -> [UInt8] {
      Terminal.frame(0x0200, Terminal.location(alarm: alarm, time: "2611231000\(10 + serial)"), serial: serial)
    }
    var driver = SessionDriver.terminal(settlement: .atOnce)
    driver.send(report(1, 0), report(2, 1), report(3, 1), report(2, 1), report(4, 1), report(5, 0), report(6, 1))
    #expect(driver.kinds == [.position, .panic, .position, .panic, .position, .position, .panic])
    #expect(driver.repeatIDs[1] == "2:261123100012" && driver.repeatIDs[3] == driver.repeatIDs[1])
    #expect(driver.repeatIDs[6] == "6:261123100016" && driver.repeatIDs[2] == "3:261123100013:position")
    var again = SessionDriver.terminal(settlement: .atOnce)
    again.send(report(2, 1))
    #expect(again.signals == [driver.signals[1]])
  }

  @Test("another condition rises beside one that holds; another terminal's conditions are its own")
  func otherConditions() {
    var driver = SessionDriver.terminal(settlement: .atOnce)
    driver.send(
      Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 1),
      Terminal.frame(0x0200, Terminal.location(alarm: 0x81), serial: 2),
      Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 3, phone: "77"))
    #expect(driver.kinds == [.panic, .batteryLow, .panic])
  }

  private static let clockTable: [(String, String?)] = [
    ("261123100000", "2026-11-23T02:00:00Z"), ("240229000000", "2024-02-28T16:00:00Z"), ("250229000000", nil),
    ("000000000000", nil), ("ffffffffffff", nil), ("26112310000a", nil), ("100101000000", nil),
    ("110101000000", "2010-12-31T16:00:00Z"), ("991231235959", "2099-12-31T15:59:59Z"),
  ]

  @Test(
    "the time is GMT+8; digits that are none and clocks before the protocol are an oddity", arguments: Self.clockTable)
  func clock(digits: String, moment: String?) {
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0200, Terminal.location(alarm: 1, time: digits)))
    let signal = driver.signals[0]
    #expect(signal.kind == .panic && signal.occurredAt == moment.flatMap { Timestamp(rfc3339: $0) })
    #expect(signal.oddities == (moment == nil ? [.wrongClock] : []))
    if moment == nil {
      guard case .whileUnacknowledged = signal.repeatKey else {
        Issue.record("a lasting key")
        return
      }
    }
  }

  private static let batteryTable: [([UInt8], Int?)] = [
    ([0xD4, 1, 64], 64), ([0xFE, 1, 69], 69), ([0xFE, 2, 0, 69], nil), ([0xE4, 2, 1, 99], 99),
    ([0x56, 2, 9, 0], 90), ([0x56, 2, 11, 0], nil), ([0xEB, 5, 0, 3, 0, 0xA8, 92], 92),
    ([0xEB, 11, 0, 4, 0, 0x2D, 1, 2, 0, 3, 0, 0xE1, 100], 100), ([0xEB, 5, 0xFF, 3, 0, 0xA8, 92], nil),
    ([0xD4, 1, 101], nil), ([0xD4, 1, 101, 0xE4, 2, 0, 50], 50), ([0xD4, 9, 1], nil), ([0xD4], nil), ([], nil),
  ]

  @Test("battery charge from the makers' items", arguments: Self.batteryTable)
  func battery(items: [UInt8], percent: Int?) {
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0200, Terminal.location(items: items)))
    #expect(driver.signals.map(\.batteryPercent) == [percent])
  }

  @Test("a maker's own bit is what the configuration says")
  func vendorConditions() {
    let fall = VendorCondition(item: 0xF1, byte: 1, mask: 0x04, kind: .fall)
    let configuration = JT808Configuration(vendorConditions: [fall])
    for (items, kinds) in [
      ([0xF1, 2, 0, 0x0C], [.fall]), ([0xF1, 2, 4, 0x08], [.position]), ([0xF1, 1, 4], [.position]),
    ] as [([UInt8], [SignalKind])] {
      var driver = SessionDriver.terminal(nil, configuration)
      driver.send(Terminal.frame(0x0200, Terminal.location(items: items)))
      #expect(driver.kinds == kinds)
    }
    let mostAllowed = JT808Configuration.maximumVendorConditions
    let full = JT808Configuration(vendorConditions: Array(repeating: fall, count: mostAllowed))
    #expect(full.vendorConditions.count == 32)
  }

  @Test("a report that is cut off still calls for help")
  func cutOff() {
    var driver = SessionDriver.terminal()
    driver.send(
      Terminal.frame(0x0200, Array(Terminal.location(alarm: 1).prefix(27)), serial: 1),
      Terminal.frame(0x0200, [0, 0, 0, 1], serial: 2), Terminal.frame(0x0200, [0, 0, 1], serial: 3),
      Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 4))
    #expect(driver.kinds == [.panic, .unknown, .unknown, .panic])
    #expect(driver.signals.map { $0.oddities.contains(.missingField) } == [true, true, true, false])
  }

  @Test(
    "latitude and longitude with their hemispheres",
    arguments: [
      (0, 39_904_211, 116_407_395), (4, -39_904_211, 116_407_395), (8, 39_904_211, -116_407_395),
      (12, -39_904_211, -116_407_395),
    ])
  func hemispheres(status: Int, latitude: Int, longitude: Int) throws {
    let report = try LocationReport(Terminal.location(status: status)[...])
    #expect(report.latitudeMicrodegrees == latitude && report.longitudeMicrodegrees == longitude)
    #expect(report.altitudeMetres == 44 && report.speedTenthsKmh == 12 && report.directionDegrees == 90)
  }

  @Test("a batch: each report by itself, edges among them; a supplement's past says nothing about now")
  func batch() {
    let quiet = Terminal.location(time: "261123100000")
    let alarm = Terminal.location(alarm: 1, time: "261123100100")
    let still = Terminal.location(alarm: 1, time: "261123100200")
    var driver = SessionDriver.terminal()
    driver.send(Terminal.frame(0x0704, Terminal.batch([quiet, alarm, still]), serial: 9))
    #expect(driver.kinds == [.position, .panic, .position])
    #expect(driver.repeatIDs[1] == "9.1:261123100100")
    #expect(driver.signals.map(\.raw) == [quiet, alarm, still])
    driver.settle(driver.unsettled[2])
    driver.settle(driver.unsettled[0])
    #expect(driver.answers == ["102 0 0"])
    driver.settleAll()
    #expect(driver.answers == ["102 0 0", "704 9 0"])
    driver.send(Terminal.frame(0x0704, Terminal.batch(type: 1, [alarm, quiet]), serial: 10))
    driver.send(Terminal.frame(0x0200, Terminal.location(alarm: 1), serial: 11))
    #expect(driver.kinds.dropFirst(3) == [.panic, .position, .position])
  }

  @Test("a batch's reports are bounded; what is beyond, or cannot be taken apart, is one signal with everything")
  func batchBound() {
    let configuration = JT808Configuration(maximumBatchReports: 3)
    for count in [3, 4] {
      let frame = Terminal.frame(0x0704, Terminal.batch(Array(repeating: Terminal.location(), count: count)))
      var driver = SessionDriver.terminal(nil, configuration)
      driver.send(frame)
      #expect(driver.kinds == [.position, .position, .position] + (count == 3 ? [] : [.unknown]))
      if count == 4 { #expect(driver.signals[3].raw == frame && driver.signals[3].oddities.contains(.tooLarge)) }
    }
    var driver = SessionDriver.terminal()
    let torn = Terminal.batch([Terminal.location()]) + [0, 99, 1]
    driver.send(Terminal.frame(0x0704, torn), Terminal.frame(0x0704, [0, 0, 0]))
    #expect(driver.kinds == [.position, .unknown, .unknown])
    #expect(driver.signals[1].oddities == [.missingField])
  }
}
