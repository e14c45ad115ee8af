import AlertEngine
import CareModel
import CareStore
import EngineHost
import PQ
import Synchronization

/// Answers of telemetry by number of the signal, with a way to wait for them.
final class AnswerLog: Sendable {
  private struct State {
    var answers: [Int: [Bool]] = [:]
    var count = 0
    var waiter: (count: Int, resume: CheckedContinuation<Void, Never>)?
  }

  private let state = Mutex(State())

  /// Every answer that a signal got.
  var answers: [Int: [Bool]] { state.withLock { $0.answers } }

  func add(_ number: Int, _ answer: Bool) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.answers[number, default: []].append(answer)
      state.count += 1
      guard let waiter = state.waiter, state.count >= waiter.count else { return nil }
      state.waiter = nil
      return waiter.resume
    }
    waiter?.resume()
  }

  func wait(for count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        guard state.count < count else { return true }
        state.waiter = (count, continuation)
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

extension PostgresTelemetry {
  /// Writes a signal that nobody thinks is a repeat.
  func write(_ signal: StoredSignal, answer: @escaping @Sendable (Bool) -> Void) {
    write(signal, isPossibleRepeat: false, answer: answer)
  }

  /// Writes signals of motion with these numbers.
  func write(_ numbers: some Sequence<Int>, _ log: AnswerLog) {
    for number in numbers {
      write(telemetrySample(number)) { log.add(number, $0) }
    }
  }
}

func telemetrySample(_ number: Int) -> StoredSignal {
  let signal = Signal(
    source: SignalSource(feed: .mqtt, sender: "SB-\(number % 10)", serial: "SB-\(number % 10)"), kind: .motion,
    zone: "hall", raw: [1])
  return StoredSignal(
    id: .derived(from: Sample.input(Int64(number)), .signal, ordinal: 0), district: 1,
    receivedAt: Sample.time(Int64(number)), signal: signal, ruleSetHash: "abc")
}

extension StoreWorld {
  func telemetry(
    _ settings: TelemetrySettings = TelemetrySettings(), report: @escaping @Sendable (StoreProblem) -> Void = { _ in }
  ) -> PostgresTelemetry {
    let hosts = hosts
    return PostgresTelemetry(settings: settings, report: report) { () async throws(PQError) in
      try await hosts.connect(applicationName: "telemetry", deadlineSeconds: 10)
    }
  }
}
