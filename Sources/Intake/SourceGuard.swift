import CareModel
import NIOCore
import Synchronization

/// Keeps one source from taking what is there for all; receivers may share one, so that what a source did at one
/// listener counts at the others.
///
/// It refuses new connections and holds back answers to failed sign-ins. It never touches an open connection.
package final class SourceGuard: Sendable {
  private let limits: SourceLimits
  private let state: Mutex<State>

  /// A guard that knows nobody yet.
  package init(limits: SourceLimits = SourceLimits()) {
    self.limits = limits
    state = Mutex(State(limits))
  }

  /// The source of a peer, for the calls below; nil for one that is trusted or has no IP address: no limits.
  package func source(of address: SocketAddress?) -> SourceAddress? {
    guard let address, !limits.trusted.contains(where: { $0.contains(address) }) else { return nil }
    return SourceAddress(address)
  }

  /// Counts a new connection in, or says why not.
  package func admit(_ source: SourceAddress, at now: Timestamp) -> RefusalReason? {
    state.withLock { $0.admit(source, at: now) }
  }

  /// Notes that a connection has signed in or delivered something; once a connection.
  package func proved(_ source: SourceAddress) { state.withLock { $0.proved(source) } }

  /// Counts a connection out that was admitted.
  package func release(_ source: SourceAddress, wasProven: Bool, at now: Timestamp) {
    state.withLock { $0.release(source, wasProven: wasProven, at: now) }
  }

  /// Counts a failed sign-in, and says how long its answer is to be held back.
  package func signInFailed(_ source: SourceAddress, at now: Timestamp) -> TimeSpan {
    state.withLock { $0.signInFailed(source, at: now) }
  }

  /// How many sources are remembered: with open connections or resting, and for failed sign-ins.
  package var remembered: (sources: Int, offenders: Int) { state.withLock { ($0.traffic.count, $0.offences.count) } }
}

extension SourceGuard {
  /// Open connections of a source, and how fast they came.
  fileprivate struct Traffic {
    var open: Int32 = 0
    var proven: Int32 = 0
    var pace = Pace()
    /// Set while none is open.
    var resting: ArrivalList<SourceAddress>.Place?
  }

  /// Failed sign-ins of a source.
  fileprivate struct Offence {
    var failures: Int32 = 0
    var since: Timestamp
    var closedUntil = Timestamp.distantPast
    var isPunished = false
    var place: ArrivalList<SourceAddress>.Place
  }

  fileprivate struct State {
    private let limits: SourceLimits
    private let allowance: Pace.Allowance
    private(set) var traffic: [SourceAddress: Traffic] = [:]
    private var resting = ArrivalList<SourceAddress>()
    private(set) var offences: [SourceAddress: Offence] = [:]
    /// Offenders that are forgotten first where there is no room.
    private var mild = ArrivalList<SourceAddress>()
    /// Offenders whose answers are held back or who are closed: never forgotten before their time, so that a flood of
    /// other sources frees none of them.
    private var punished = ArrivalList<SourceAddress>()

    init(_ limits: SourceLimits) {
      self.limits = limits
      allowance = Pace.Allowance(perSecond: limits.connectionsPerSecond, burst: limits.connectionsAtOnce)
    }
  }
}

/// Connections.
extension SourceGuard.State {
  mutating func admit(_ source: SourceAddress, at now: Timestamp) -> RefusalReason? {
    tidy(at: now)
    if let offence = offences[source], offence.closedUntil > now { return .failedSignIns }
    var entry = traffic[source] ?? SourceGuard.Traffic()
    guard entry.open < limits.maximumConnections else { return .sourceConnections }
    guard entry.pace.take(of: allowance, at: now) else { return .sourceRate }
    if let place = entry.resting { resting.remove(place) }
    entry.resting = nil
    entry.open += 1
    traffic[source] = entry
    return nil
  }

  mutating func proved(_ source: SourceAddress) { traffic[source]?.proven += 1 }

  mutating func release(_ source: SourceAddress, wasProven: Bool, at now: Timestamp) {
    guard var entry = traffic[source], entry.open > 0 else { return }
    entry.open -= 1
    if wasProven { entry.proven -= 1 }
    if entry.open == 0 {
      guard !entry.pace.isRested(at: now) else {
        traffic[source] = nil
        return
      }
      if resting.count >= limits.maximumResting, let oldest = resting.removeOldest() { traffic[oldest] = nil }
      entry.resting = resting.append(source)
    }
    traffic[source] = entry
  }

  /// Forgets a few whose time is over; called often enough that nothing piles up.
  private mutating func tidy(at now: Timestamp) {
    for _ in 0..<2 {
      if let source = resting.oldest, traffic[source]?.pace.isRested(at: now) != false {
        _ = resting.removeOldest()
        traffic[source] = nil
      }
      if let source = mild.oldest { forgetIfOver(source, at: now) }
      if let source = punished.oldest { forgetIfOver(source, at: now) }
    }
  }
}

/// Failed sign-ins.
extension SourceGuard.State {
  mutating func signInFailed(_ source: SourceAddress, at now: Timestamp) -> TimeSpan {
    tidy(at: now)
    forgetIfOver(source, at: now)
    let rules = limits.failedSignIns
    guard var offence = offences[source] ?? newOffence(source, at: now) else { return rules.delay }
    offence.failures = min(offence.failures + 1, .max - 1)
    let isPunished = offence.failures > rules.delayAfter
    if isPunished, !offence.isPunished {
      mild.remove(offence.place)
      offence.place = punished.append(source)
      offence.isPunished = true
    }
    if offence.failures > rules.closeAfter, offence.failures > traffic[source]?.proven ?? 0 {
      offence.closedUntil = now + rules.closedFor
      punished.remove(offence.place)
      offence.place = punished.append(source)
    }
    offences[source] = offence
    return isPunished ? rules.delay : .zero
  }

  /// Nil where all that are remembered are being punished: then every failure counts as one too many.
  private mutating func newOffence(_ source: SourceAddress, at now: Timestamp) -> SourceGuard.Offence? {
    if offences.count >= limits.maximumOffenders {
      guard let oldest = mild.removeOldest() else { return nil }
      offences[oldest] = nil
    }
    return SourceGuard.Offence(since: now, place: mild.append(source))
  }

  private mutating func forgetIfOver(_ source: SourceAddress, at now: Timestamp) {
    guard let offence = offences[source], offence.closedUntil <= now,
      now - offence.since >= limits.failedSignIns.window
    else { return }
    if offence.isPunished { punished.remove(offence.place) } else { mild.remove(offence.place) }
    offences[source] = nil
  }
}
