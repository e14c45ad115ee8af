import CareModel

/// Whether the steps of a policy can keep what it promises.
enum TargetCheck {
  static func problems(_ policy: Policy, _ path: String) -> [RuleProblem] {
    guard let targets = policy.targets else { return [] }
    var problems = ranges(targets, path + ".targets")
    if let answer = targets.answer, let desk = timeToDesk(policy), desk > answer {
      problems.append(
        RuleProblem(
          path: path + ".targets.answer", reason: .exceedsTarget,
          message: "the desk is asked after \(desk.wholeSeconds) s at the latest, the target is "
            + "\(answer.wholeSeconds) s: ask it sooner or promise less."))
    }
    for (index, track) in policy.tracks.enumerated() {
      guard let arrive = targets.arrive, let length = length(of: track.steps), length > arrive else { continue }
      problems.append(
        RuleProblem(
          path: "\(path).tracks[\(index)].steps", reason: .exceedsTarget,
          message: "these steps take \(length.wholeSeconds) s together, somebody is to be at the door within "
            + "\(arrive.wholeSeconds) s: shorten them or promise less."))
    }
    return problems
  }

  private static func ranges(_ targets: Policy.Targets, _ path: String) -> [RuleProblem] {
    let all = [
      ("answer", targets.answer), ("firstOffer", targets.firstOffer), ("accept", targets.accept),
      ("arrive", targets.arrive),
    ]
    return all.compactMap { name, span in
      guard let span, span <= .zero || span > RuleLimits.longestSpan else { return nil }
      return RuleProblem(
        path: "\(path).\(name)", reason: .outOfRange, message: "a target is longer than 0 s and at most 24 h.")
    }
  }

  /// When the desk, the shift leader or the duty chief is surely asked; nil when no track is sure to ask them, which
  /// is a problem of its own. Steps that may be skipped count with their time, but not as an ask.
  private static func timeToDesk(_ policy: Policy) -> TimeSpan? {
    policy.tracks.compactMap { track -> TimeSpan? in
      guard let start = track.start.after else { return nil }
      let first = track.steps.firstIndex { $0.ask.isDesk && $0.skipIf == nil && $0.terms?.when == nil }
      guard first != nil || track.finally.ask.isDesk else { return nil }
      let before = length(of: Array(track.steps[..<(first ?? track.steps.count)]))
      return before.map { TimeSpan(microseconds: start.microseconds + $0.microseconds) }
    }.min()
  }

  /// All steps with their repetitions; nil when a step is out of range, which has been reported.
  private static func length(of steps: [Policy.Step]) -> TimeSpan? {
    var total = TimeSpan.zero
    for step in steps {
      guard step.timeout <= RuleLimits.longestSpan, step.repeatCount <= RuleLimits.repetitions else { return nil }
      total = TimeSpan(microseconds: total.microseconds + step.timeout.microseconds * Int64(step.repeatCount))
    }
    return total
  }
}
