import CEL
import CareModel

extension CompiledRules.Route {
  /// The most policies that can run at once for one alert when this route matches: all below it that continue, up to
  /// the first that does not.
  var mostPolicies: Int {
    var continuing = 0
    var most = 1
    for route in routes {
      let own = min(route.mostPolicies, RuleLimits.routes)
      most = max(most, continuing + own)
      if route.continues { continuing = min(continuing + own, RuleLimits.routes) }
    }
    return most
  }
}

extension CompiledRules {
  /// The policy of an id; of several ids joined by `+` their tracks side by side, with the targets that are sooner.
  /// Tracks of the first keep their ids, those of others have their policy's before a `/`. Nil when none is known.
  func policy(_ id: String) -> Policy? {
    if let policy = policies[id] { return policy }
    guard id.utf8.contains(UInt8(ascii: "+")) else { return nil }
    var joined: Policy?
    for part in id.split(separator: "+").prefix(RuleLimits.policiesAtOnce) {
      guard let policy = policies[String(part)] else { continue }
      guard var sofar = joined else {
        joined = Policy(id: id, tracks: policy.tracks, targets: policy.targets)
        continue
      }
      for var track in policy.tracks {
        track.id = "\(policy.id)/\(track.id)"
        sofar.tracks.append(track)
      }
      sofar.targets = sofar.targets?.sooner(policy.targets) ?? policy.targets
      joined = sofar
    }
    return joined
  }
}

/// What is wrong with labels.
enum LabelCheck {
  static func problems(_ labels: [AlertLabel], path: String) -> [RuleProblem] {
    var problems: [RuleProblem] = []
    func report(_ path: String, _ reason: RuleProblem.Reason, _ message: String) {
      problems.append(RuleProblem(path: path, reason: reason, message: message))
    }
    if labels.count > RuleLimits.labelsOfRule {
      report(path, .tooMany, "there are \(labels.count) labels; the limit is \(RuleLimits.labelsOfRule).")
    }
    for label in labels {
      var seen: Set<String> = []
      if label.name.utf8.count > AlertLabel.maximumNameBytes || RuleID.refusal(label.name, &seen) != nil {
        report(
          path, .badID,
          "a label's name is 1 to \(AlertLabel.maximumNameBytes) letters, digits, '.', '_' or '-'.")
      }
      if label.value.isEmpty || label.value.utf8.count > AlertLabel.maximumValueBytes {
        report(
          "\(path).\(label.name)", .outOfRange, "a label says 1 to \(AlertLabel.maximumValueBytes) bytes: shorten it.")
      }
    }
    return problems
  }
}
