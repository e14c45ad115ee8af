import AlertEngine
import CareModel
import DequeModule
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one consumer of the engine: inputs are stepped in order on one event loop, so that no wait ever stands between
/// reading and changing engine state. Whoever puts the first input into an empty mailbox wakes the loop; it then takes
/// all that waits, which makes groups under load and adds no wait without.
final class EngineLoop: Sendable {
  /// What comes in.
  enum Mail: Sendable {
    case input(Input, at: Timestamp, answer: Answer?)
    case news(Input)
    /// An input of an earlier run that the store lacks.
    case replay(Input, at: Timestamp)
    case rules(@Sendable (inout EngineCore) -> Void)
  }

  /// Called once with the fate of an input.
  typealias Answer = @Sendable (Acknowledgement) -> Void

  /// What the loop hands out; called on the loop, must not block.
  struct Outlets: Sendable {
    var log: @Sendable ([LoggedInput]) -> Void
    var write: @Sendable ([Commit]) -> Void
    var notify: @Sendable (Notification) -> Void
    var publish: @Sendable (Int64, Int, [CareEvent]) -> Void
    var publishProvisionally: @Sendable ([CareEvent]) -> Void
    var reload: @Sendable ([CaseKey]) -> Void
  }

  /// Inputs that may wait for the loop; more are refused at once, which stops their senders.
  static let maximumWaiting = 100_000
  /// Inputs stepped before deadlines get their turn again.
  static let mailPerTurn = 1_000
  /// Commits handed to the store at the latest, so that the first of many does not wait for the last.
  static let commitsPerHandover = 256
  /// Deadlines fired before waiting inputs get their turn again.
  static let deadlinesPerTurn = 256

  let eventLoop: any EventLoop
  let meters: LoopMeters
  private let clock: WallClock
  private let ids: InputIDSource
  private let outlets: Outlets
  let mailbox = Mutex<Deque<Mail>>([])
  private let heardLane = Mutex(HeardLane())
  private let state: Mutex<State>

  private struct State {
    var core: EngineCore
    /// Several for an action that was sent again before it was answered.
    var answers: [InputID: [Answer]] = [:]
    var commits: [Commit] = []
    var logged: [LoggedInput] = []
    var timer: Scheduled<Void>?
    var timerAt: Timestamp?
  }

  init(
    core: EngineCore, eventLoop: any EventLoop, clock: WallClock, ids: InputIDSource, outlets: Outlets,
    meters: LoopMeters
  ) {
    self.eventLoop = eventLoop
    self.clock = clock
    self.ids = ids
    self.outlets = outlets
    self.meters = meters
    state = Mutex(State(core: core))
  }

  /// Puts something into the mailbox; false when it is full and the input was not taken.
  @discardableResult
  func post(_ mail: Mail) -> Bool {
    let (isTaken, isFirst) = mailbox.withLock { waiting -> (Bool, Bool) in
      if case .input = mail, waiting.count >= Self.maximumWaiting { return (false, false) }
      waiting.append(mail)
      return (true, waiting.count == 1)
    }
    if isFirst { eventLoop.execute { self.drain() } }
    return isTaken
  }

  /// Notes a sign of life on the lane of its own.
  func heard(_ sign: HeardDevice) {
    switch heardLane.withLock({ $0.note(sign) }) {
    case .planned: break
    case .now: eventLoop.execute { self.drainHeard() }
    case .afterInterval:
      eventLoop.scheduleTask(in: .milliseconds(HeardLane.intervalMilliseconds)) { self.drainHeard() }
    }
  }

  /// Hands one batch over; alarms that wait get their turn before the next.
  private func drainHeard() {
    let (batch, isMore) = heardLane.withLock { $0.take() }
    if isMore { eventLoop.execute { self.drainHeard() } }
    guard !batch.isEmpty else { return }
    state.withLock { state in
      step(.news(.heard(batch)), &state)
      flush(&state)
      arm(&state)
    }
  }

  /// Inputs that wait for the loop or for the store.
  var depth: Int {
    mailbox.withLock { $0.count } + state.withLock { $0.core.unconfirmedCount }
  }

  private func drain() {
    let (mail, isMore) = mailbox.withLock { waiting in
      let taken = Array(waiting.prefix(Self.mailPerTurn))
      waiting.removeFirst(taken.count)
      return (taken, !waiting.isEmpty)
    }
    if isMore { eventLoop.execute { self.drain() } }
    meters.turnBegins(mail)
    state.withLock { state in
      for item in mail { step(item, &state) }
      fireDeadlines(&state)
      flush(&state)
      arm(&state)
      meters.turnEnds(deadlines: state.core.deadlineCount, unconfirmed: state.core.unconfirmedCount)
    }
  }

  private func step(_ mail: Mail, _ state: inout State) {
    switch mail {
    case .input(let input, let at, let answer):
      if let answer, let id = input.id { state.answers[id, default: []].append(answer) }
      perform(state.core.step(input, at: at), &state)
    case .news(let input):
      perform(state.core.step(input, at: clock.now()), &state)
      meters.stepped(input)
    case .replay(let input, let at): perform(state.core.replay(input, at: at), &state)
    case .rules(let change): change(&state.core)
    }
  }

  private func fireDeadlines(_ state: inout State) {
    var fired = 0
    while let due = state.core.nextDeadline, due <= clock.now(), fired < Self.deadlinesPerTurn {
      let now = clock.now()
      meters.fires(due, at: now)
      perform(state.core.step(.deadlineReached(ids.next(at: now)), at: now), &state)
      fired += 1
    }
  }

  private func perform(_ outputs: [Output], _ state: inout State) {
    for output in outputs {
      switch output {
      case .log(let input): state.logged.append(input)
      case .commit(let commit):
        state.commits.append(commit)
        if state.commits.count >= Self.commitsPerHandover { flush(&state) }
      case .acknowledge(let id, let acknowledgement):
        for answer in state.answers.removeValue(forKey: id) ?? [] { answer(acknowledgement) }
      case .notify(let notification): outlets.notify(notification)
      case .publish(let number, let ordinal, let events): outlets.publish(number, ordinal, events)
      case .publishProvisionally(let events): outlets.publishProvisionally(events)
      case .reload(let cases):
        flush(&state)
        meters.reloads()
        outlets.reload(cases)
      }
    }
  }

  private func flush(_ state: inout State) {
    guard !state.commits.isEmpty else { return }
    // First the log: it is the quicker of the two, and they are written side by side.
    if !state.logged.isEmpty {
      outlets.log(state.logged)
      state.logged.removeAll(keepingCapacity: true)
    }
    meters.handedOver(state.commits)
    outlets.write(state.commits)
    state.commits = []
  }

  private func arm(_ state: inout State) {
    let due = state.core.nextDeadline
    guard due != state.timerAt else { return }
    state.timer?.cancel()
    state.timerAt = due
    state.timer = due.map { due in
      let wait = max(0, (due - clock.now()).microseconds)
      return eventLoop.scheduleTask(in: .microseconds(wait)) {
        self.state.withLock { $0.timerAt = nil }
        self.drain()
      }
    }
  }
}
