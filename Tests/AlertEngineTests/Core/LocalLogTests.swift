import AlertEngine
import CareModel
import Testing

/// What rests on the local log (architecture page, section 2): the table of both copies, row by row.
@Suite("The local log")
struct LocalLogTests {
  private let key = RepeatKey.message(id: "m1", window: .hours(24))

  private func bench(_ policy: AckPolicy = .strict, hasLog: Bool = true) -> Bench {
    var settings = EngineSettings()
    settings.ackPolicy = policy
    var bench = Bench(settings: settings)
    bench.confirms = false
    if hasLog { bench.step(.logReady) }
    return bench
  }

  @Test("both copies are there: nothing goes out before both hold it, whichever is first", arguments: [false, true])
  func both(logIsFirst: Bool) {
    var bench = bench()
    let decided = bench.signal(.fall)
    #expect(decided.logged.map(\.number) == [1] && decided.commits.count == 1 && decided.count == 2)
    let first = bench.step(logIsFirst ? .logged(1, lineage: 0) : .committed(1))
    #expect(first.isEmpty)
    let second = bench.step(logIsFirst ? .committed(1) : .logged(1, lineage: 0))
    #expect(second.acknowledgements.count == 1 && !second.notifications.isEmpty && !second.published.isEmpty)
    #expect(bench.core.unconfirmedCount == 0)
  }

  @Test("without a log nothing is logged and the store alone counts")
  func storeAlone() {
    var bench = bench(hasLog: false)
    #expect(bench.signal().logged.isEmpty)
    #expect(bench.step(.committed(1)).acknowledgements.count == 1)
  }

  @Test("store away, strict: the sender hears nothing positive, staff and desk are told by the log")
  func awayStrict() {
    var bench = bench()
    bench.step(.storeLost)
    let decided = bench.signal(.fall, key: key)
    #expect(decided.acknowledgements == [.unavailable] && decided.notifications.isEmpty)
    let released = bench.step(.logged(1, lineage: 0))
    #expect(released.acknowledgements.isEmpty)
    #expect(!released.notifications.isEmpty && !released.provisional.isEmpty && released.published.isEmpty)
    bench.step(.storeBack)
    let written = bench.step(.committed(1))
    #expect(written.notifications.isEmpty && written.published.count == released.provisional.count)
    #expect(bench.signal(.fall, key: key).acknowledgements.map(\.isRepeat) == [true])
  }

  @Test("store away, available: the log is enough for an answer, but not for a hospital's message")
  func awayAvailable() {
    var bench = bench(.available)
    bench.step(.storeLost)
    #expect(bench.signal(.fall, key: key).acknowledgements.isEmpty)
    let copies = bench.signal(.fall, key: key)
    #expect(copies.isEmpty)
    #expect(bench.step(.logged(1, lineage: 0)).acknowledgements.map(\.isRepeat) == [false, true])
    #expect(bench.signal(.fall, key: key).acknowledgements.map(\.isRepeat) == [true])
    let hospital = Signal(source: SignalSource(feed: .mllp, sender: "H1"), kind: .admit)
    #expect(bench.step(.signalReceived(bench.nextInput(), hospital)).acknowledgements == [.unavailable])
  }

  @Test("the store goes away with commits under way: what the log has goes out, the rest when it has it",
    arguments: [AckPolicy.strict, .available])
  func lostUnderWay(policy: AckPolicy) {
    var bench = bench(policy)
    bench.signal(.fall)
    bench.signal(.smoke, from: "other")
    bench.step(.logged(1, lineage: 0))
    let lost = bench.step(.storeLost)
    #expect(!lost.provisional.isEmpty && !lost.notifications.isEmpty)
    let unavailable = lost.acknowledgements.filter { $0 == .unavailable }
    #expect(unavailable.count == (policy == .strict ? 2 : 0))
    #expect(lost.acknowledgements.count == (policy == .strict ? 2 : 1))
    let rest = bench.step(.logged(2, lineage: 0))
    #expect(!rest.provisional.isEmpty && rest.acknowledgements.count == (policy == .strict ? 0 : 1))
  }

  @Test("a copy of what neither the store nor the log holds is not acknowledged by what came later",
    arguments: [false, true])
  func copyOfUnlogged(isAwayFirst: Bool) {
    var bench = bench(.available)
    if isAwayFirst { bench.step(.storeLost) }
    bench.signal(.fall, key: key)
    bench.step(.logLost)
    bench.step(.logReady)
    bench.signal(.smoke, from: "other")
    bench.step(.logged(2, lineage: 0))
    if !isAwayFirst {
      // Here the copy comes while the store is still there, and waits with the newest commit.
      #expect(bench.signal(.fall, key: key).isEmpty)
      let lost = bench.step(.storeLost).acknowledgements
      #expect(lost.filter { $0.isRepeat == true }.isEmpty && lost.contains(.unavailable))
    }
    #expect(bench.signal(.fall, key: key).acknowledgements == [.unavailable])
    bench.step(.storeBack)
    bench.step(.committed(2))
    #expect(bench.signal(.fall, key: key).acknowledgements.map(\.isRepeat) == [true])
  }

  @Test("the log fails, the store is there: that batch is refused, the next rests on the store alone")
  func logFails() {
    var bench = bench()
    bench.signal(key: key)
    bench.step(.committed(1))
    #expect(bench.step(.logLost).acknowledgements == [.unavailable])
    let next = bench.signal(.fall, from: "other")
    #expect(next.logged.isEmpty)
    #expect(bench.step(.committed(2)).acknowledgements.count == 1)
    bench.step(.logReady)
    #expect(bench.signal(.smoke, from: "third").logged.count == 1)
    #expect(bench.step(.committed(3)).isEmpty)
    #expect(bench.step(.logged(3, lineage: 0)).acknowledgements.count == 1)
  }

  @Test("both are gone: nothing goes out, and nothing is lost from memory", arguments: [AckPolicy.strict, .available])
  func bothGone(policy: AckPolicy) {
    var bench = bench(policy)
    bench.step(.storeLost)
    bench.step(.logLost)
    let decided = bench.signal(.fall, key: key)
    #expect(decided.acknowledgements == [.unavailable] && decided.notifications.isEmpty)
    bench.step(.storeBack)
    let written = bench.step(.committed(1))
    #expect(!written.notifications.isEmpty && !written.published.isEmpty)
  }

  @Test("a life notification goes out by the log 500 ms after its decision when the commit is unanswered")
  func slowStore() {
    var bench = bench()
    bench.signal(.fall)
    #expect(bench.step(.logged(1, lineage: 0)).isEmpty)
    #expect(bench.core.nextDeadline == bench.now + .milliseconds(500))
    bench.wait(.milliseconds(499))
    #expect(bench.outputs.notifications.isEmpty)
    bench.wait(.milliseconds(1))
    let sent = bench.outputs.notifications
    #expect(!sent.isEmpty && sent.allSatisfy { $0.alertClass == .life })
    #expect(bench.outputs.acknowledgements.isEmpty && bench.outputs.published.isEmpty)
    let committed = bench.step(.committed(1))
    #expect(committed.notifications.allSatisfy { $0.alertClass != .life } && committed.acknowledgements.count == 1)
  }

  @Test("without the log nothing goes out on time alone")
  func slowBoth() {
    var bench = bench()
    bench.signal(.fall)
    bench.wait(.seconds(2))
    #expect(bench.outputs.notifications.isEmpty)
    #expect(!bench.step(.logged(1, lineage: 0)).isEmpty || bench.core.nextDeadline.map { $0 <= bench.now } == true)
    bench.wait(.zero)
    #expect(!bench.outputs.notifications.isEmpty)
  }

  @Test("after a refused commit the log's word about the old numbers counts for nothing")
  func refused() {
    var bench = bench()
    bench.signal(.fall, key: key)
    let keys = bench.step(.commitFailed(1, CommitFailure(code: "22021"))).reloads.first
    let again = bench.step(.casesLoaded(CaseSnapshot(caseKeys: keys, commitNumber: 0)))
    #expect(again.logged.map(\.lineage) == [1])
    bench.step(.committed(1))
    #expect(bench.step(.logged(1, lineage: 0)).acknowledgements.isEmpty)
    #expect(bench.step(.logged(1, lineage: 1)).acknowledgements.count == 1)
  }

  @Test("an input of an earlier run is decided at its own time, with the ids that it had")
  func replay() throws {
    var first = bench()
    let input = first.nextInput()
    let signal = Signal(source: SignalSource(feed: .mqtt, sender: "K1", serial: "K1"), kind: .panic, repeatKey: key)
    let before = first.step(.signalReceived(input, signal)).commits
    var second = bench()
    second.now = second.now + .minutes(10)
    second.step(.recipientOnline(.device(serial: "K1")))
    let again = second.core.replay(.signalReceived(input, signal), at: first.now)
    #expect(again.commits.map(\.alerts) == before.map(\.alerts))
    #expect(again.commits.first?.at == first.now)
    #expect(again.logged.count == 1)
    #expect(second.core.nextDeadline.map { $0 <= second.now } == true)
  }
}
