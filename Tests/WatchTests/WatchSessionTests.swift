import CareModel
import FeedConformance
import FeedSession
import Testing
import Watch

@Suite("Watch sessions")
struct WatchSessionTests {
  private static let table: [(String, String, String?)] = [
    ("LK", "heartbeat", "0002*LK"), ("LK,50,0,100", "heartbeat", "0002*LK"),
    (Watcher.report("UD", "00000000"), "position", nil), (Watcher.report("UD2", "00000000"), "position", nil),
    (Watcher.report("UD3", "00000000"), "position", nil), (Watcher.report("WT", "00000000"), "position", nil),
    (Watcher.report("UD_LTE", "00000000"), "position", nil),
    (Watcher.report("UD_WCDMA", "00200000"), "fall", nil),
    (Watcher.report("AL", "00010000"), "panic", "0002*AL"),
    (Watcher.report("AL_LTE", "00010000"), "panic", "0002*AL"),
    (Watcher.report("AL_WCDMA", "00010000"), "panic", "0002*AL"),
    (Watcher.report("AL", "00000000"), "unknown", "0002*AL"), ("AL", "unknown", "0002*AL"),
    ("TKQ", "", "0003*TKQ"), ("TKQ2", "", "0004*TKQ2"), ("INIT,1,2", "", "0006*INIT,1"), ("TK,1", "", nil),
    ("PULSE,72", "measurement", nil), ("heart,71", "measurement", nil),
    ("BLOOD,120,80", "measurement measurement", nil),
    ("bphrt,120,80,71,170,1,80,60", "measurement measurement measurement", nil), ("TEMP,36.5", "measurement", nil),
    ("btemp2,1,36.5", "measurement", nil), ("oxygen,0,97", "measurement", nil),
    ("WAD,CH", "unknown", nil), ("", "unknown", nil),
  ]

  @Test("what is sent, what is delivered, what is answered once it is settled", arguments: table)
  func conversation(content: String, kinds: String, answer: String?) {
    for (vendor, index) in [("3G", nil), ("SG", nil), ("ZJ", "00A3")] as [(String, String?)] {
      var driver = SessionDriver.watch()
      driver.send(Watcher.frame(content, vendor: vendor, index: index))
      let head = "[\(vendor)*\(Watcher.id)*" + (index.map { $0 + "*" } ?? "")
      let answers = answer.map { [head + $0 + "]"] } ?? []
      #expect(driver.kinds.map(\.rawValue).joined(separator: " ") == kinds)
      #expect(driver.answers == (kinds.isEmpty ? answers : []))
      driver.settleAll()
      #expect(driver.answers == answers && driver.closed == nil)
    }
  }

  @Test("an alarm says who, when and what came")
  func signal() {
    let frame = Watcher.frame(Watcher.report("AL", "00010000"))
    var driver = SessionDriver.watch()
    driver.send(frame)
    let signal = driver.signals[0]
    #expect(signal.source == SignalSource(feed: .watch, sender: Watcher.id, serial: Watcher.id))
    #expect(signal.occurredAt == Timestamp(rfc3339: "2026-11-22T21:41:18Z") && signal.batteryPercent == 78)
    #expect(signal.raw == frame && signal.oddities == [] && signal.value == nil)
    var local = SessionDriver.watch(WatchConfiguration(clockOffsetMinutes: 480))
    local.send(frame)
    #expect(local.signals[0].occurredAt == Timestamp(rfc3339: "2026-11-22T21:41:18+08:00"))
  }

  private static let statusTable: [(String, String)] = [
    ("00010000", "panic"), ("00200000", "fall"), ("00400000", "fall"), ("00600000", "fall"),
    ("00040000", "wandering"), ("00080000", "wandering"), ("00020000", "batteryLow"), ("00100000", "tamper"),
    ("00000001", "batteryLow"), ("00000002", "wandering"), ("00000004", "unknown"), ("00000000", "unknown"),
    ("00010001", "panic batteryLow"), ("00020001", "batteryLow"),
    ("ffffffff", "panic fall wandering batteryLow tamper"),
    ("0001000", "unknown"), ("000100000", "unknown"), ("+0010000", "unknown"), ("0001000g", "unknown"), ("", "unknown"),
  ]

  @Test("status bits of an alarm", arguments: statusTable)
  func status(status: String, kinds: String) {
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(Watcher.report("AL", status)))
    #expect(driver.kinds.map(\.rawValue).joined(separator: " ") == kinds)
    #expect(Set(driver.signals.map(\.repeatKey)).count == driver.kinds.count)
    #expect(driver.signals[0].oddities.contains(.missingField) == (kinds == "unknown" && !status.hasPrefix("0000000")))
    #expect(driver.signals[0].oddities.contains(.unknownKind) == (kinds == "unknown"))
    let tokens = driver.unsettled
    for token in tokens.dropFirst() { driver.settle(token) }
    #expect(tokens.count == 1 || driver.replied == [])
    driver.settle(tokens[0])
    #expect(driver.answers.count == 1)
  }

  @Test("a value left out or added before the status bits moves the battery charge with them")
  func movedStatus() {
    let usual = Watcher.report("AL", "00010000").split(separator: ",", omittingEmptySubsequences: false)
    for (moved, isRead) in [
      (Array(usual[..<10] + usual[11...]), true), (Array(usual[..<10] + ["0"] + usual[10...]), true),
      (Array(usual[..<7] + usual[10...]), false),
    ] {
      var driver = SessionDriver.watch()
      driver.send(Watcher.frame(moved.joined(separator: ",")))
      #expect(driver.kinds == [isRead ? .panic : .unknown])
      if isRead { #expect(driver.signals[0].batteryPercent == 78) }
    }
  }

  @Test("a position raises what the one before did not have; an alarm raises what has just happened, always")
  func edges() {
    func report(_ command: String, _ status: String, _ second: Int) -> [UInt8] {
      Watcher.frame(Watcher.report(command, status, time: "2141\(10 + second)"))
    }
    var driver = SessionDriver.watch()
    driver.send(
      report("UD", "00000001", 0), report("UD", "00000001", 1), report("AL", "00010001", 2),
      report("UD", "00010001", 3),
      report("AL", "00010001", 4), report("UD", "00000000", 5), report("UD", "00010000", 6))
    #expect(driver.kinds == [.batteryLow, .position, .panic, .position, .panic, .position, .panic])
    driver.send(Watcher.frame(Watcher.report("UD", "00010000"), id: "77"))
    #expect(driver.kinds.last == .panic && driver.signals.last?.source.sender == "77")
  }

  @Test("a resend is recognised by its content and time, whatever its index; without a time it is in doubt new")
  func repeats() {
    let alarm = Watcher.report("AL", "00010000")
    var driver = SessionDriver.watch()
    driver.send(
      Watcher.frame(alarm, vendor: "ZJ", index: "0001"), Watcher.frame(alarm, vendor: "ZJ", index: "0002"),
      Watcher.frame(Watcher.report("AL", "00010000", time: "214119"), vendor: "ZJ", index: "0003"))
    let keys = driver.signals.map(\.repeatKey)
    #expect(keys[0] == keys[1] && keys[0] != keys[2])
    guard case .message(let id, .minutes(10)) = keys[0] else {
      Issue.record("no lasting key")
      return
    }
    #expect(id.hasPrefix("221126214118:") && id.hasSuffix(":panic"))
    for (date, time) in [
      ("010100", "000000"), ("320126", "000000"), ("", ""), ("2211a6", "214118"), ("221126", "246060"),
    ] {
      driver.send(Watcher.frame(Watcher.report("AL", "00010000", date: date, time: time)))
      guard case .whileUnacknowledged = driver.signals.last?.repeatKey else {
        Issue.record("\(date)")
        continue
      }
      #expect(driver.signals.last?.oddities == [.wrongClock] && driver.kinds.last == .panic)
    }
  }

  private static let values: [(String, [Double?])] = [
    ("PULSE,72", [72]), ("heart,0", [0]), ("HEART", [nil]), ("heart,nan", [nil]), ("heart,0x10", [nil]),
    ("TEMP,36.5", [36.5]),
    ("TEMP,-1.5", [-1.5]), ("btemp2,1,36.5", [36.5]), ("BTEMP2,36.5", [36.5]), ("oxygen,0,97", [97]),
    ("oxygen,97", [97]), ("BLOOD,120,80", [120, 80]), ("BLOOD,120", [120, nil]),
    ("bphrt,120,80,71,170", [120, 80, 71]),
    ("heart,11111111111111111", [nil]), ("heart,1-1", [nil]),
  ]

  @Test("body values", arguments: values)
  func measurements(content: String, values: [Double?]) {
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(content))
    #expect(driver.signals.map(\.value) == values && driver.kinds.allSatisfy { $0 == .measurement })
    #expect(driver.signals.map { $0.oddities == [.missingField] } == values.map { $0 == nil })
    #expect(Set(driver.signals.map(\.repeatKey)).count == values.count)
  }

  @Test(
    "battery charge", arguments: [("78", 78), ("0", 0), ("100", 100), ("101", nil), ("-1", nil), ("x", nil), ("", nil)])
  func battery(text: String, percent: Int?) {
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(Watcher.report("UD", "00000000", battery: text)), Watcher.frame("LK,1,2,\(text)"))
    #expect(driver.signals.map(\.batteryPercent) == [percent, percent])
  }

  @Test("answers wait for those before them, and nothing is answered twice")
  func order() {
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(Watcher.report("AL", "00010001")) + Watcher.frame("TKQ") + Watcher.frame("LK"))
    let tokens = driver.unsettled
    #expect(tokens.count == 3)
    for token in [tokens[2], tokens[1], tokens[1]] { driver.settle(token) }
    #expect(driver.replied == [])
    driver.settle(tokens[0])
    #expect(driver.answers.map { $0.suffix(4) } == ["*AL]", "TKQ]", "*LK]"])
    driver.settle(tokens[0], .unavailable)
    #expect(driver.closed == nil)
  }

  @Test("what cannot be made durable closes without an answer")
  func unavailable() {
    var driver = SessionDriver.watch()
    driver.send(Watcher.frame(Watcher.report("AL", "00010001")))
    let tokens = driver.unsettled
    driver.settle(tokens[0])
    driver.settle(tokens[1], .unavailable)
    #expect(driver.replied == [] && driver.closed == .unavailable)
    driver.send(Watcher.frame("LK"))
    #expect(driver.kinds.count == 2)
  }

  @Test("a message for the watch is reported as not delivered; a stop closes; no question is asked")
  func otherEvents() {
    var driver = SessionDriver.watch()
    let token = DownlinkToken(number: 1)
    driver.handle(.downlink(Downlink(purpose: .deviceStatus(serial: "d"), payload: [], token: token)))
    #expect(driver.reports == [.downlinkReported(token, isDelivered: false)])
    driver.send(Watcher.frame("LK"))
    #expect(!driver.actions.contains { if case .authenticate = $0 { true } else { false } })
    driver.handle(.shutdown)
    #expect(driver.closed == .shutdown)
  }
}
