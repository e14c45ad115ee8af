import AlertEngine
import CareModel
import Testing

@Suite("Offers and what people make of them")
struct OfferTests {
  /// A fall: somebody is asked at once.
  private func fallen() -> Bench {
    var bench = Bench()
    bench.signal(.fall)
    return bench
  }

  /// A fall that the first responder asked has accepted.
  private func accepted() -> (Bench, Offer) {
    var bench = fallen()
    let offer = bench.offers[0]
    bench.answer(offer, .accept)
    return (bench, offer)
  }

  @Test("The field is asked at once for a fall, and after 60 s without a holder for a press", arguments: [
    (SignalKind.fall, 0, 1), (.panic, 59, 0), (.panic, 60, 1),
  ])
  func start(kind: SignalKind, seconds: Int, tasks: Int) {
    var bench = Bench()
    bench.signal(kind)
    bench.wait(.seconds(seconds))
    #expect(bench.tasks.count == tasks)
  }

  @Test("Whoever follows the stream sees every task, alert and offer as it was written in the end")
  func finalStates() {
    let (bench, _) = accepted()
    for commit in bench.commits {
      for task in commit.tasks {
        let shown = commit.events.last { if case .task(task) = $0.subject { true } else { false } }
        #expect(shown != nil, "commit \(commit.number)")
      }
      for alert in commit.alerts {
        let shown = commit.events.last { if case .alert(alert) = $0.subject { true } else { false } }
        #expect(shown != nil, "commit \(commit.number)")
      }
    }
    let tasks = bench.events.compactMap { if case .task(let task) = $0.subject { task } else { nil } }
    #expect(tasks.last?.state == .accepted && tasks.last?.slots[0].duty?.awaited == .enRoute)
  }

  @Test("A second press finds somebody at once when nobody is left to wait for")
  func pressAgain() {
    var bench = fallen()
    while let offer = bench.offers.first { bench.answer(offer, .decline) }
    #expect(bench.offers.isEmpty)
    bench.signal(.panic)
    #expect(!bench.offers.isEmpty)
  }

  @Test("While somebody holds the alert nobody is sent by time, but at once when help is needed")
  func startByVerdict() {
    var bench = Bench()
    bench.signal()
    bench.act(.hold(bench.alert.id))
    bench.wait(.minutes(4))
    #expect(bench.tasks.isEmpty)
    bench.act(.verify(bench.alert.id, spokeTo: "", isIdentityConfirmed: false, verdict: .nobodyAnswers))
    #expect(bench.tasks.count == 1)
  }

  @Test("A declined offer moves on at once, an expired one when its time is up")
  func movesOn() {
    var bench = fallen()
    let first = bench.offers[0]
    bench.answer(first, .decline)
    #expect(bench.offers.count == 2 && !bench.offers.contains { $0.staff == first.staff })
    bench.wait(.seconds(60))
    #expect(bench.events.contains { if case .offer(let offer) = $0.subject { offer.state == .expired } else { false } })
    #expect(!bench.offers.isEmpty)
  }

  @Test("The last step repeats for ever, but asks nobody twice in the same round")
  func lastStep() {
    var bench = fallen()
    var declined = 0
    while let offer = bench.offers.first, declined < 100 {
      bench.answer(offer, .decline)
      declined += 1
    }
    #expect(declined == 2 * Bench.responders.count)
    #expect(bench.tasks[0].nextDeadline != nil)
    bench.wait(.seconds(61))
    #expect(!bench.offers.isEmpty)
  }

  @Test("Of two who accept one slot the second is told that it is settled")
  func race() {
    var bench = fallen()
    bench.wait(.seconds(60))
    let (first, second) = (bench.offers[0], bench.offers[1])
    #expect(bench.answer(first, .accept).isAccepted)
    #expect([.alreadyTaken, .offerClosed].contains(bench.answer(second, .accept).refusal))
    #expect(bench.answer(first, .accept).isAccepted)
    #expect(bench.tasks[0].acceptedOffers.map(\.id) == [first.id])
  }

  @Test("Nobody has two tasks: the other offer is withdrawn, and an assignment is refused")
  func bookedOnce() {
    var bench = Bench(onDuty: [.desk])
    bench.step(
      .referenceChanged([
        .shift(
          Shift(
            id: ShiftID(high: 6, low: 1), staff: Bench.responders[0], role: .responder, from: bench.now,
            until: bench.now + .hours(9)))
      ]))
    bench.signal(.fall)
    bench.signal(.fall, from: "stranger")
    #expect(bench.offers.count == 2)
    bench.answer(bench.offers[0], .accept)
    #expect(bench.offers.count == 1)
    let free = bench.tasks.first { $0.acceptedOffers.isEmpty }
    #expect(free.map { bench.act(.assignTask($0.id, Bench.responders[0])).refusal } == .some(.staffBusy))
  }

  @Test("Who accepts and is silent is asked first and then replaced")
  func silent() {
    var (bench, offer) = accepted()
    bench.wait(.minutes(3))
    #expect(bench.outputs.notifications.contains { if case .nudge = $0.content { true } else { false } })
    #expect(bench.tasks[0].acceptedOffers.map(\.id) == [offer.id])
    bench.wait(.seconds(60))
    #expect(bench.tasks[0].acceptedOffers.isEmpty)
    #expect(!bench.offers.isEmpty && !bench.offers.contains { $0.staff == offer.staff })
  }

  @Test("Who is on scene is asked again and again and never replaced, whatever late report comes in")
  func onScene() {
    var (bench, offer) = accepted()
    bench.answer(offer, .onScene)
    #expect(bench.answer(offer, .enRoute).refusal == .wrongState)
    bench.wait(.hours(5))
    #expect(bench.tasks[0].acceptedOffers.map(\.id) == [offer.id])
    #expect(bench.tasks[0].slots[0].duty?.asked ?? 0 > 10)
  }

  @Test("With the patient follows on scene, and the report ends the task")
  func reports() {
    var (bench, offer) = accepted()
    for (answer, state) in [
      (StaffAnswer.enRoute, WorkTask.State.enRoute), (.onScene, .onScene), (.onScene, .onScene),
      (.withPatient, .withPatient),
    ] {
      #expect(bench.answer(offer, answer).isAccepted)
      #expect(bench.tasks[0].state == state)
    }
    #expect(bench.answer(offer, .completed).isAccepted)
    #expect(bench.tasks.isEmpty)
  }

  @Test("The desk cannot put a task into a state that no report leads to",
    arguments: [WorkTask.State.pending, .offered, .accepted, .cancelled])
  func impossibleStates(state: WorkTask.State) {
    var (bench, offer) = accepted()
    #expect(bench.act(.setTaskState(offer.task, offer.staff, state)).refusal == .wrongState)
    #expect(bench.tasks[0].nextDeadline != nil)
  }

  @Test("Nobody is sent to an alert that was resolved: who is at the door finishes, and is not replaced")
  func resolvedMeanwhile() {
    var (bench, offer) = accepted()
    bench.answer(offer, .onScene)
    bench.act(.resolve(bench.alert.id, cause: .fall, action: .lifted, closedBy: .seenBy, note: nil))
    #expect(bench.tasks[0].acceptedOffers.map(\.id) == [offer.id])
    bench.answer(offer, .relinquish)
    #expect(bench.tasks.isEmpty)
  }

  @Test("A press after the task has ended sends somebody anew")
  func pressAfterTask() {
    var (bench, offer) = accepted()
    bench.answer(offer, .onScene)
    bench.answer(offer, .completed)
    #expect(bench.tasks.isEmpty)
    bench.signal(.fall)
    #expect(bench.tasks.count == 1 && !bench.offers.isEmpty)
  }
}
