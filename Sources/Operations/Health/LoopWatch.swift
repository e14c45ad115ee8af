import NIOCore
import Synchronization

/// Asks every loop of the daemon for an answer, again and again; one that owes its answer for too long is stuck.
///
/// Local progress only: it never asks a database or a channel.
package final class LoopWatch: Sendable {
  /// Something that has to go on.
  package struct Loop: Sendable {
    /// Its name in answers and metrics.
    package var name: String
    /// Has it call back as soon as its turn comes.
    package var ask: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void

    /// A loop.
    package init(name: String, ask: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
      self.name = name
      self.ask = ask
    }

    /// An event loop.
    package static func eventLoop(_ name: String, _ loop: any EventLoop) -> Loop {
      Loop(name: name) { answer in loop.execute(answer) }
    }

    /// The threads that run tasks.
    package static let tasks = Loop(name: "tasks") { answer in Task { answer() } }
  }

  /// A loop that owes its answer for longer is stuck.
  package static let bound = Swift.Duration.seconds(10)

  private final class Debt: Sendable {
    /// When it was asked, in nanoseconds of the clock; 0 = it has answered.
    let since = Atomic<Int64>(0)
  }

  private let loops: [(loop: Loop, debt: Debt)]
  private let bound: Int64
  private let now: @Sendable () -> Int64

  /// A watch over these loops.
  /// - Parameter now: nanoseconds of a monotonic clock, more than 0.
  package init(_ loops: [Loop], bound: Swift.Duration = bound, now: @escaping @Sendable () -> Int64) {
    self.loops = loops.map { ($0, Debt()) }
    self.bound = Int64(bound / .nanoseconds(1))
    self.now = now
  }

  /// Asks every loop that owes nothing.
  package func ask() {
    for (loop, debt) in loops {
      let now = max(1, now())
      guard debt.since.compareExchange(expected: 0, desired: now, ordering: .relaxed).exchanged else { continue }
      loop.ask { debt.since.store(0, ordering: .relaxed) }
    }
  }

  /// How long each loop owes its answer, in seconds; 0 = it owes none.
  package var delays: [(name: String, seconds: Double)] {
    loops.map { ($0.loop.name, Double(delay(of: $0.debt)) / 1e9) }
  }

  /// The loops that are stuck.
  package var complaints: [Complaint] {
    loops.filter { delay(of: $0.debt) > bound }.map { loop, debt in
      Complaint(loop.name, "has not moved for \(delay(of: debt) / 1_000_000_000) s.")
    }
  }

  private func delay(of debt: Debt) -> Int64 {
    let since = debt.since.load(ordering: .relaxed)
    return since == 0 ? 0 : max(0, now() - since)
  }
}
