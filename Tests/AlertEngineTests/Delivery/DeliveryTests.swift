import AlertEngine
import CareModel
import Testing

@Suite("Deliveries")
struct DeliveryTests {
  /// A reminder to the unit, which has nothing else to be told.
  private func reminded() -> (Bench, Notification) {
    var bench = Bench()
    let hospital = HospitalMessage(
      hospitalCode: "H1", eventCode: "A01", visitNumber: "V1", patient: PatientIdentity(identifiers: [Bench.patient]),
      patientClass: .inpatient, eventAt: bench.now)
    let outputs = bench.step(
      .signalReceived(
        bench.nextInput(),
        Signal(source: SignalSource(feed: .mllp, sender: "H1"), kind: .admit, hospital: hospital)))
    return (bench, outputs.notifications[0])
  }

  private func tries(_ bench: Bench, _ id: NotificationID) -> [Notification] {
    bench.outputs.notifications.filter { $0.id == id }
  }

  @Test("A failed try is made again after a wait that doubles up to its limit, and says that it may be a repeat")
  func backoff() {
    var (bench, notification) = reminded()
    var waits: [TimeSpan] = []
    for _ in 1...12 {
      bench.step(.deliveryReported(bench.nextInput(), notification.id, .failed(isRetryable: true)))
      let (start, count) = (bench.now, tries(bench, notification.id).count)
      while tries(bench, notification.id).count == count, let due = bench.core.nextDeadline {
        bench.wait(due - bench.now)
      }
      waits.append(bench.now - start)
    }
    for (index, wait) in waits.enumerated() {
      let full = min(Int64(1) << Int64(index), 300) * 1_000_000
      #expect(wait.microseconds >= full / 2 && wait.microseconds <= full, "try \(index + 2)")
    }
    let all = tries(bench, notification.id)
    #expect(all.map(\.isPossibleRepeat) == [false] + Array(repeating: true, count: 12))
    #expect(all.map(\.attempts) == Array(1...13))
  }

  @Test("A try of which nothing is heard is made again after the watch")
  func watch() {
    var (bench, notification) = reminded()
    bench.wait(.seconds(59))
    #expect(tries(bench, notification.id).count == 1)
    bench.wait(.seconds(1))
    #expect(tries(bench, notification.id).count == 2)
  }

  @Test("What was delivered, or cannot be, is marked and not sent again", arguments: [
    (DeliveryReport.delivered, OutboxMark.Fate.delivered), (.failed(isRetryable: false), .failed),
  ])
  func ends(report: DeliveryReport, fate: OutboxMark.Fate) {
    var (bench, notification) = reminded()
    bench.step(.deliveryReported(bench.nextInput(), notification.id, report))
    #expect(bench.commits.last?.outboxMarks.map(\.fate) == [fate])
    bench.wait(.hours(1))
    #expect(tries(bench, notification.id).count == 1)
  }

  @Test("What is of no use any more is given up")
  func expiry() {
    var bench = Bench()
    bench.signal(.fall)
    let offer = bench.offers[0]
    let ids = bench.outputs.notifications.filter { if case .offer = $0.content { true } else { false } }.map(\.id)
    bench.answer(offer, .decline)
    #expect(bench.commits.last?.outboxMarks.filter { ids.contains($0.notification) }.map(\.fate) == [.superseded])
    bench.signal(.requestHelp, from: "stranger")
    bench.wait(.minutes(3))
    #expect(bench.commits.flatMap(\.outboxMarks).contains { $0.fate == .expired })
  }

  @Test("A newer status of an alert supersedes the older one that still waits")
  func status() {
    var bench = Bench()
    bench.signal(.requestHelp)
    bench.act(.hold(bench.alert.id))
    let taken = bench.outputs.notifications.filter { $0.content == .deviceStatus(bench.alert.id, .taken) }
    #expect(taken.count == 1)
    bench.act(.resolve(bench.alert.id, cause: .test, action: .none, closedBy: .notNeeded, note: nil))
    #expect(bench.commits.last?.outboxMarks.map(\.notification) == taken.map(\.id))
    #expect(bench.commits.last?.outboxMarks.map(\.fate) == [.superseded])
  }

  @Test("Somebody who can be reached again hears at once what waits, but nothing that is not durable")
  func recipientOnline() {
    var bench = Bench()
    bench.signal(.fall)
    let offer = bench.offers[0]
    #expect(bench.step(.recipientOnline(.staffPhone(offer.staff))).notifications.count == 1)
    #expect(bench.step(.recipientOnline(.staffPhone(Bench.carer))).isEmpty)
    bench.confirms = false
    bench.answer(offer, .decline)
    let next = bench.offers.first { $0.staff != offer.staff }
    #expect(next.map { bench.step(.recipientOnline(.staffPhone($0.staff))).isEmpty } == true)
    bench.step(.commitFailed(bench.commits.last?.number ?? 0, CommitFailure(code: "22021")))
    #expect(next.map { bench.step(.recipientOnline(.staffPhone($0.staff))).isEmpty } == true)
  }

  @Test("What was overtaken while its commit waited is not sent when it is durable")
  func overtaken() {
    var bench = Bench()
    bench.confirms = false
    bench.signal(.fall)
    bench.answer(bench.offers[0], .decline)
    let released = bench.step(.committed(2)).notifications
    let offered = released.compactMap { if case .offer(let content) = $0.content { content.offer } else { nil } }
    #expect(offered == bench.offers.map(\.id))
  }
}
