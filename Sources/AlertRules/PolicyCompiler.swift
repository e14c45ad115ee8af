import CEL
import CareModel

/// Compiles policies and checks that none can end in silence.
struct PolicyCompiler {
  var schedules = ScheduleBook.empty
  private(set) var problems: [RuleProblem] = []
  /// Where steps choose among staff, for warnings.
  private(set) var choices: [CompiledRules.Choice] = []

  mutating func compile(_ definitions: [PolicyDefinition]) -> [String: Policy] {
    var ids: Set<String> = []
    var policies: [String: Policy] = [:]
    for (index, definition) in definitions.enumerated() {
      let path = "policies[\(index)]"
      if let message = RuleID.refusal(definition.id, &ids) { report(path + ".id", .badID, message) }
      let policy = Policy(
        id: definition.id, tracks: compile(definition.tracks, path + ".tracks"), targets: definition.targets)
      problems += TargetCheck.problems(policy, path)
      if Self.isForTasks(policy.id) {
        checkTaskPolicy(policy, path)
      } else {
        checkDeadline(policy, definition, path)
      }
      policies[policy.id] = policy
    }
    if !ids.contains("task") {
      report(
        "policies", .missing, "there is no policy 'task': add it, it finds people for tasks of any kind.")
    }
    return policies
  }

  // MARK: tracks and steps

  private mutating func compile(_ tracks: [TrackDefinition], _ path: String) -> [Policy.Track] {
    if tracks.count > RuleLimits.tracks {
      report(path, .tooMany, "there are \(tracks.count) tracks; the limit is \(RuleLimits.tracks).")
    }
    var ids: Set<String> = []
    var compiled: [Policy.Track] = []
    for (index, track) in tracks.prefix(RuleLimits.tracks).enumerated() {
      let place = "\(path)[\(index)]"
      if let message = RuleID.refusal(track.id, &ids) { report(place + ".id", .badID, message) }
      let start = compile(startOf: track, place + ".start")
      let steps = compile(track.steps, place + ".steps")
      guard let last = track.finally else {
        report(
          place + ".finally", .endsInSilence,
          "the track can end in silence: add finally: with who is asked again and again.")
        continue
      }
      let finally = compile(last, place + ".finally")
      let result = Policy.Track(
        id: track.id, start: start, steps: steps, finally: finally, taskKind: track.taskKind)
      compiled.append(result)
    }
    return compiled
  }

  private mutating func compile(startOf track: TrackDefinition, _ path: String) -> Policy.Start {
    if track.after == nil, track.on == nil {
      report(path, .missing, "the track never starts: use now, {after: 60s} or {on: a condition}.")
    }
    if let after = track.after, after < .zero || after > RuleLimits.longestSpan {
      report(path + ".after", .outOfRange, "a start is at most 24 h after the alert.")
    }
    return Policy.Start(after: track.after, on: condition(track.on, path + ".on"))
  }

  private mutating func compile(_ steps: [StepDefinition], _ path: String) -> [Policy.Step] {
    if steps.count > RuleLimits.steps {
      report(path, .tooMany, "there are \(steps.count) steps; the limit is \(RuleLimits.steps).")
    }
    var compiled: [Policy.Step] = []
    for (index, step) in steps.prefix(RuleLimits.steps).enumerated() {
      compiled.append(compile(step, "\(path)[\(index)]"))
    }
    return compiled
  }

  private mutating func compile(_ step: StepDefinition, _ path: String) -> Policy.Step {
    if step.timeout <= .zero || step.timeout > RuleLimits.longestSpan {
      report(path + ".timeout", .outOfRange, "a timeout must be longer than 0 s and at most 24 h.")
    }
    if !(1...RuleLimits.repetitions).contains(step.repeatCount) {
      report(path + ".repeat", .outOfRange, "repeat must be 1 to \(RuleLimits.repetitions).")
    }
    if case .nearest(let count) = step.mode, !(1...WorkTask.maximumOffersAtOnce).contains(count) {
      report(
        path + ".mode", .outOfRange, "1 to \(WorkTask.maximumOffersAtOnce) people can be asked at once.")
    }
    if path.hasSuffix(".finally") { checkFinally(step, path) }
    return Policy.Step(
      ask: step.ask, mode: step.mode, timeout: step.timeout, repeatCount: step.repeatCount,
      skipIf: condition(step.skipIf, path + ".skipIf"), terms: terms(step, path))
  }

  /// What is asked again and again until somebody accepts must be asked, and of people on duty.
  private mutating func checkFinally(_ step: StepDefinition, _ path: String) {
    for (word, text) in [("skipIf", step.skipIf), ("when", step.when), ("until", step.until)] where text != nil {
      report(
        "\(path).\(word)", .endsInSilence,
        "finally cannot be skipped: that would end in silence. Remove \(word).")
    }
    if case .outside(let group) = step.ask {
      report(
        path + ".ask", .endsInSilence,
        "\(group.rawValue) may not exist or not answer, so the track could end in silence: ask desk, shiftLeader or "
          + "dutyChief last.")
    }
  }

  private mutating func terms(_ step: StepDefinition, _ path: String) -> StepTerms? {
    let who = expression(step.who, .bool, path + ".who")
    let order = expression(step.order, .double, path + ".order")
    let isOfStaff = !step.ask.isDesk && step.ask.isField
    if step.who != nil || step.order != nil, !isOfStaff {
      report(
        path + (step.who != nil ? ".who" : ".order"), .outOfRange,
        "who and order choose among people who go; \(step.ask.word) is asked as a whole: remove them.")
    }
    if let who {
      choices.append(.init(path: path + ".who", ask: step.ask, who: who))
    } else if !step.ask.isDesk {
      choices.append(.init(path: path + ".ask", ask: step.ask, who: nil))
    }
    if step.channels.count > RuleLimits.channels {
      report(
        path + ".channels", .tooMany, "there are \(step.channels.count) entries; the limit is \(RuleLimits.channels).")
    }
    for (index, channel) in step.channels.enumerated() {
      var seen = Set(step.channels.prefix(index))
      if let message = RuleID.refusal(channel, &seen) { report("\(path).channels[\(index)]", .badID, message) }
    }
    let when = condition(step.when, path + ".when")
    let until = condition(step.until, path + ".until")
    guard who != nil || order != nil || when != nil || until != nil || !step.channels.isEmpty else { return nil }
    return StepTerms(who: who, order: order, when: when, until: until, channels: step.channels)
  }

  private mutating func expression(_ text: String?, _ type: CELType, _ path: String) -> StaffExpression? {
    guard let text else { return nil }
    do throws(CELCompileError) {
      let expression = try StaffExpression(text, expecting: type, schedules: schedules)
      problems += expression.problems(path: path)
      return expression
    } catch {
      problems.append(RuleProblem(path: path, error))
      return nil
    }
  }

  private mutating func condition(_ text: String?, _ path: String) -> CaseCondition? {
    guard let text else { return nil }
    do throws(CELCompileError) {
      let condition = try CaseCondition(text, schedules: schedules)
      problems += condition.problems(path: path)
      return condition
    } catch {
      problems.append(RuleProblem(path: path, error))
      return nil
    }
  }

  // MARK: what the engine relies on

  /// Every unresolved alert has a deadline only if some track starts by time and ends at the desk.
  private mutating func checkDeadline(_ policy: Policy, _ definition: PolicyDefinition, _ path: String) {
    let isSafe = policy.tracks.contains { $0.start.after != nil && $0.finally.ask.isDesk }
    // A missing finally has been reported; this would only repeat it.
    let isReported = definition.tracks.contains { $0.finally == nil }
    if !isSafe, !isReported {
      report(
        path + ".tracks", .noDeadline,
        "no track is sure to reach the desk: add one with start: now or {after: …} whose finally asks desk, "
          + "shiftLeader or dutyChief.")
    }
  }

  /// Whether the id names a policy for tasks.
  static func isForTasks(_ id: String) -> Bool { id == "task" || id.hasPrefix("task.") }

  private mutating func checkTaskPolicy(_ policy: Policy, _ path: String) {
    if policy.id != "task", WorkTask.Kind(rawValue: String(policy.id.dropFirst("task.".count))) == nil {
      report(
        path + ".id", .badID,
        "'\(policy.id)' names no kind of task: use task. and one of "
          + WorkTask.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    let isRight =
      policy.tracks.count == 1
      && policy.tracks.allSatisfy { $0.isTask && $0.start.after == .zero && $0.start.on == nil }
    if !isRight {
      report(
        path + ".tracks", .taskPolicy,
        "a policy for tasks is one track with start: now whose steps ask people in the field.")
    }
  }

  private mutating func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
    problems.append(RuleProblem(path: path, reason: reason, message: message))
  }
}
