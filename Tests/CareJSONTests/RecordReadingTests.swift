import CareJSON
import CareModel
import Testing

/// The database's records are read without a tree of values; what comes out is what the tree gives.
@Suite("Records read in one pass")
struct RecordReadingTests {
  private struct Dice {
    var seed: UInt64

    mutating func next(_ bound: Int) -> Int {
      seed = fixedMix(seed)
      return Int(seed >> 33) % bound
    }

    mutating func text() -> String {
      let pieces = ["", "a", "银铃", "\"", "\\", "\n", "\u{0}", "\u{1F514}", "\u{7F}", "/", "é", "{}", "\\u0041"]
      return (0..<next(5)).map { _ in pieces[next(pieces.count)] }.joined()
    }

    mutating func time() -> Timestamp {
      switch next(8) {
      case 0: .distantPast
      case 1: .distantFuture
      case 2: Timestamp(microseconds: Int64(next(1000)) - 500)
      // The last days of months, leap days among them.
      case 3: Timestamp(seconds: Int64(next(60_000)) * 86_400 - 1)
      default: Timestamp(microseconds: Int64(next(1 << 30)) * 3_000_000 + Int64(next(1_000_000)))
      }
    }

    mutating func id<Entity>() -> Identifier<Entity> {
      Identifier(high: fixedMix(UInt64(next(1 << 30))), low: fixedMix(UInt64(next(1 << 30))))
    }

    mutating func maybe<Value>(_ value: Value) -> Value? { next(2) == 0 ? nil : value }
  }

  private func alert(_ dice: inout Dice) -> Alert {
    var alert = Samples.alert
    alert.id = dice.id()
    alert.caseKey = .device(serial: dice.text())
    alert.key = dice.text()
    alert.severity = dice.next(11) - 5
    alert.kind = SignalKind.allCases[dice.next(SignalKind.allCases.count)]
    let resident: ResidentID = dice.id()
    alert.resident = dice.maybe(resident)
    alert.serial = dice.maybe(dice.text())
    alert.openedAt = dice.time()
    alert.window = TimeSpan(microseconds: Int64(dice.next(1 << 30)) - 1000)
    alert.reason = dice.text()
    alert.tracks = (0..<dice.next(4)).map { _ in
      TrackProgress(
        track: dice.text(), state: TrackProgress.State.allCases[dice.next(4)], step: dice.next(5), round: -dice.next(9),
        deadline: dice.maybe(dice.time()))
    }
    alert.oddities = (0..<dice.next(4)).map { SignalOddity.allCases[$0] }
    alert.hospitalSince = dice.maybe(dice.time())
    return alert
  }

  @Test("alerts made at random come back equal, and as the tree gives them")
  func alerts() throws {
    var dice = Dice(seed: 7)
    for _ in 0..<2_000 {
      let alert = alert(&dice)
      let text = alert.recordText
      #expect(try Alert(recordUTF8: Array(text.utf8)) == alert)
      #expect(try Alert(jsonText: text) == alert)
    }
  }

  @Test("tasks and notifications made at random come back equal, and as the tree gives them")
  func others() throws {
    var dice = Dice(seed: 8)
    for _ in 0..<1_000 {
      var task = Samples.task
      task.id = dice.id()
      task.createdAt = dice.time()
      task.startsAt = dice.maybe(dice.time())
      task.note = dice.maybe(dice.text())
      task.passedOver = (0..<dice.next(4)).map { _ in dice.id() }
      #expect(try WorkTask(recordUTF8: Array(task.recordText.utf8)) == task)
      #expect(try WorkTask(jsonText: task.recordText) == task)
      var notification = Notification(
        id: dice.id(), district: Int32(dice.next(9)), caseKey: .source(dice.text()),
        content: Samples.contents[dice.next(Samples.contents.count)],
        route: Samples.routes[dice.next(Samples.routes.count)], alertClass: .urgent, createdAt: dice.time(),
        expiresAt: dice.time())
      notification.retryAt = dice.maybe(dice.time())
      #expect(try Notification(recordUTF8: Array(notification.recordText.utf8)) == notification)
      #expect(try Notification(jsonText: notification.recordText) == notification)
    }
  }

  @Test("a record that is none names what is wrong, never a value")
  func errors() throws {
    #expect(throws: CareJSONError(field: "", .notJSON)) { try Alert(recordUTF8: Array("{".utf8)) }
    #expect(throws: CareJSONError(field: "", .wrongType)) { try Alert(recordUTF8: Array("[]".utf8)) }
    #expect(throws: CareJSONError(field: "slots", .outOfRange)) { try WorkTask(recordUTF8: Array("{}".utf8)) }
    #expect(throws: CareJSONError(field: "progress.deadline", .notATime)) {
      try TrackProgress(recordLike: #"{"track":"a","state":"asking","step":1,"round":1,"deadline":"soon"}"#)
    }
  }
}

extension TrackProgress {
  /// Reads the track out of a task's record that has it as its progress.
  fileprivate init(recordLike text: String) throws {
    let whole = Samples.task.recordText
    let start = try #require(whole.range(of: "\"progress\":{"))
    let end = try #require(whole[start.upperBound...].firstIndex(of: "}"))
    let changed = whole[..<start.lowerBound] + "\"progress\":" + text + whole[whole.index(after: end)...]
    self = try WorkTask(recordUTF8: Array(changed.utf8)).progress
  }
}

extension String {
  /// Where a text begins and ends.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }
}
