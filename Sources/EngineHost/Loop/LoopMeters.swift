import AlertEngine
import CareModel
import CoreMetrics
import DequeModule
import NIOCore
import Synchronization

/// What the engine's loop notes about itself as it goes; written by the loop only, read from anywhere.
final class LoopMeters: Sendable {
  /// Most handovers that are remembered one by one; later ones are added to the newest.
  static let maximumHandovers = 65_536

  private struct Handover {
    var last: Int64
    var at: Timestamp
  }

  private let metrics: EngineMetrics
  private let clock: WallClock
  /// Commits that the store was given and has not confirmed, in order.
  private let handovers = Mutex<Deque<Handover>>([])
  /// The time of the oldest input in hand, in microseconds; 0 = none.
  private let inHand = Atomic<Int64>(0)

  init(metrics: EngineMetrics, clock: WallClock) {
    self.metrics = metrics
    self.clock = clock
  }

  /// A turn begins with this mail.
  func turnBegins(_ mail: [EngineLoop.Mail]) {
    inHand.store(EngineLoop.Mail.oldest(of: mail)?.microseconds ?? 0, ordering: .relaxed)
    if !mail.isEmpty { metrics.inputs.increment(by: mail.count) }
  }

  /// A turn has ended.
  func turnEnds(deadlines: Int, unconfirmed: Int) {
    inHand.store(0, ordering: .relaxed)
    metrics.deadlines.set(deadlines)
    metrics.unconfirmed.set(unconfirmed)
  }

  /// A deadline fires.
  func fires(_ due: Timestamp, at now: Timestamp) { metrics.lateness.recordNanoseconds((now - due).nanoseconds) }

  /// Cases have to be read anew.
  func reloads() { metrics.reloads.increment() }

  /// The store was given commits, at least one; numbers that were refused before are given out again.
  func handedOver(_ commits: [Commit]) {
    guard let first = commits.first?.number, let last = commits.last?.number else { return }
    let now = clock.now()
    handovers.withLock { handovers in
      while let newest = handovers.last, newest.last >= first { handovers.removeLast() }
      if handovers.count < Self.maximumHandovers {
        handovers.append(Handover(last: last, at: now))
      } else {
        handovers[handovers.count - 1].last = last
      }
    }
  }

  /// The engine has stepped some news: what a confirmation lets out is published now.
  func stepped(_ news: Input) {
    switch news {
    case .committed(let number): confirmed(number)
    case .commitFailed(let number, _): confirmed(number - 1, isLastOfAll: true)
    default: break
    }
  }

  private func confirmed(_ number: Int64, isLastOfAll: Bool = false) {
    let now = clock.now()
    handovers.withLock { handovers in
      while let oldest = handovers.first, oldest.last <= number {
        metrics.publication.recordNanoseconds((now - oldest.at).nanoseconds)
        handovers.removeFirst()
      }
      if isLastOfAll { handovers.removeAll() }
    }
  }

  /// Age of the oldest commit that is not confirmed.
  func oldestHandover(at now: Timestamp) -> TimeSpan {
    handovers.withLock { $0.first }.map { max(.zero, now - $0.at) } ?? .zero
  }

  /// Age of the oldest input that waits or is in hand.
  func oldestMail(waiting: Timestamp?, at now: Timestamp) -> TimeSpan {
    let inHand = inHand.load(ordering: .relaxed)
    guard let oldest = inHand == 0 ? waiting : Timestamp(microseconds: inHand) else { return .zero }
    return max(.zero, now - oldest)
  }
}

extension EngineLoop.Mail {
  /// Pieces that are looked at for an input's time; news have none and are few.
  static let looked = 64

  /// The time of the first input.
  static func oldest(of mail: some Sequence<EngineLoop.Mail>) -> Timestamp? {
    for item in mail.prefix(looked) { if case .input(_, let at, _) = item { return at } }
    return nil
  }
}

extension EngineLoop {
  /// What waits, and since when; never waits for a turn.
  var waiting: (depth: Int, oldest: Timestamp?) { mailbox.withLock { ($0.count, Mail.oldest(of: $0)) } }

  /// Answers in the loop's next turn; not before one that is under way has ended.
  func ask(_ answer: @escaping @Sendable () -> Void) { eventLoop.execute(answer) }
}
