import CareModel

/// What has happened to an instance, its conditions already evaluated.
package enum CorrelationEvent: Sendable, Equatable {
  /// `hold`: the condition is true or false for a signal.
  case holds(Bool)
  /// `sequence`: a signal meets `a`.
  case first(RecordedSignal)
  /// `sequence`: a signal meets `b`.
  case second
  /// `absent`: a signal meets `after`, `of` or both; `span` is its `for`.
  case seen(after: Bool, of: Bool, span: TimeSpan)
  /// `count`: a signal counts.
  case counted(distinct: UInt64?)
  /// `pair`: a signal meets `start`.
  case starts
  /// `pair`: a signal meets `stop`.
  case stops
  /// The deadline is reached; `isStill` is `while` of `absent`, true without one.
  case deadline(isStill: Bool)
}

/// What a step made of an instance.
package struct CorrelationStep: Sendable, Equatable {
  /// Where it stands now; nil = there is none any more.
  package var state: CorrelationState?
  /// What it says.
  package var emission: CorrelationEmission?

  /// The outcome of a step.
  package init(_ state: CorrelationState?, _ emission: CorrelationEmission? = nil) {
    self.state = state
    self.emission = emission
  }
}

/// The five operators as state machines: no expressions, no clock. A window ends just before its last moment: the
/// deadline comes before a signal of the same time.
package struct CorrelationMachine: Sendable, Equatable {
  /// The operator with its figures.
  package enum Plan: Sendable, Equatable {
    case hold(span: TimeSpan)
    case sequence(within: TimeSpan)
    case absent(isArmedByAfter: Bool)
    case count(atLeast: Int, within: TimeSpan)
    case pair
  }

  /// What it waits for.
  package let plan: Plan
  /// How long it is quiet after an emission; of `pair`: the longest interval.
  package let keep: TimeSpan?

  /// A machine.
  package init(_ plan: Plan, keep: TimeSpan? = nil) {
    self.plan = plan
    self.keep = keep
  }

  /// The operator.
  package var operation: CorrelationOperator {
    switch plan {
    case .hold: .hold
    case .sequence: .sequence
    case .absent: .absent
    case .count: .count
    case .pair: .pair
    }
  }

  /// The instance after an event; pure.
  package func step(_ state: CorrelationState?, _ event: CorrelationEvent, at now: Timestamp) -> CorrelationStep {
    if case .deadline(let isStill) = event { return due(state, isStill: isStill, at: now) }
    return switch (plan, event) {
    case (.hold(let span), .holds(let isTrue)): hold(state, isTrue, span, at: now)
    case (.sequence(let within), .first(let signal)): first(state, signal, within, at: now)
    case (.sequence, .second): second(state, at: now)
    case (.absent(let isArmedByAfter), .seen(let after, let of, let span)):
      isArmedByAfter
        ? seen(state, after: after, of: of, span, at: now) : seen(state, of: of, span, at: now)
    case (.count(let atLeast, let within), .counted(let distinct)):
      count(state, CountedSignal(at: now, distinct: distinct), atLeast, within)
    case (.pair, .starts):
      CorrelationStep(state ?? CorrelationState(.open(since: now), until: now + (keep ?? RuleLimits.longestInterval)))
    case (.pair, .stops): stop(state, at: now)
    default: CorrelationStep(state)
    }
  }

  // MARK: operators

  /// What goes on holding changes nothing; once told it stays told until it ends or is not heard of for `keep`.
  private func hold(
    _ state: CorrelationState?, _ isTrue: Bool, _ span: TimeSpan, at now: Timestamp
  ) -> CorrelationStep {
    guard isTrue else { return CorrelationStep(nil) }
    guard let state else { return CorrelationStep(CorrelationState(.holding, until: now + span)) }
    guard state.phase == .quiet else { return CorrelationStep(state) }
    return CorrelationStep(CorrelationState(.quiet, until: now + (keep ?? span)))
  }

  private func first(
    _ state: CorrelationState?, _ signal: RecordedSignal, _ within: TimeSpan, at now: Timestamp
  ) -> CorrelationStep {
    var firsts: [RecordedSignal] = []
    switch state?.phase {
    case .quiet: return CorrelationStep(state)
    case .awaiting(let earlier): firsts = earlier.filter { $0.at + within > now }
    default: break
    }
    firsts = firsts.suffix(RuleLimits.sequenceFirsts - 1) + [signal]
    return CorrelationStep(CorrelationState(.awaiting(firsts), until: now + within))
  }

  private func second(_ state: CorrelationState?, at now: Timestamp) -> CorrelationStep {
    guard case .awaiting = state?.phase else { return CorrelationStep(state) }
    return told(CorrelationEmission(at: now))
  }

  /// Armed by `after`, disarmed by `of`; a second `after` does not put the deadline off.
  private func seen(
    _ state: CorrelationState?, after: Bool, of: Bool, _ span: TimeSpan, at now: Timestamp
  ) -> CorrelationStep {
    let armed = CorrelationState(.armed(span: span), until: now + span)
    guard let state else { return CorrelationStep(after ? armed : nil) }
    guard case .armed = state.phase, of else { return CorrelationStep(state) }
    return CorrelationStep(after ? armed : nil)
  }

  /// Every sign arms anew.
  private func seen(_ state: CorrelationState?, of: Bool, _ span: TimeSpan, at now: Timestamp) -> CorrelationStep {
    CorrelationStep(of ? CorrelationState(.armed(span: span), until: now + span) : state)
  }

  private func count(
    _ state: CorrelationState?, _ signal: CountedSignal, _ atLeast: Int, _ within: TimeSpan
  ) -> CorrelationStep {
    var counted: [CountedSignal] = []
    switch state?.phase {
    case .quiet: return CorrelationStep(state)
    case .counting(let earlier): counted = earlier.filter { $0.at + within > signal.at }
    default: break
    }
    if let distinct = signal.distinct { counted.removeAll { $0.distinct == distinct } }
    counted.append(signal)
    guard counted.count < atLeast else {
      return told(CorrelationEmission(at: signal.at, value: Double(counted.count)))
    }
    return CorrelationStep(CorrelationState(.counting(counted), until: signal.at + within))
  }

  private func stop(_ state: CorrelationState?, at now: Timestamp) -> CorrelationStep {
    guard case .open(let since) = state?.phase else { return CorrelationStep(state) }
    let seconds = Double((now - since).microseconds) / 1_000_000
    return CorrelationStep(nil, CorrelationEmission(at: now, value: seconds))
  }

  private func told(_ emission: CorrelationEmission) -> CorrelationStep {
    CorrelationStep(keep.map { CorrelationState(.quiet, until: emission.at + $0) }, emission)
  }

  // MARK: deadlines

  private func due(_ state: CorrelationState?, isStill: Bool, at now: Timestamp) -> CorrelationStep {
    guard let state, state.deadline <= now else { return CorrelationStep(state) }
    switch (plan, state.phase) {
    case (.hold(let span), .holding):
      let quiet = CorrelationState(.quiet, until: state.deadline + (keep ?? span))
      return CorrelationStep(quiet, CorrelationEmission(at: state.deadline))
    case (.absent(let isArmedByAfter), .armed(let span)):
      if isStill { return told(CorrelationEmission(at: state.deadline)) }
      // Nobody to miss now: who is watched all the time is looked at again, what followed something is over.
      guard !isArmedByAfter else { return CorrelationStep(nil) }
      let next = state.deadline + span
      return CorrelationStep(CorrelationState(.armed(span: span), until: next > now ? next : now + span))
    default: return CorrelationStep(nil)
    }
  }
}
