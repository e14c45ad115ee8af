import AlertRules
import CareModel
import Dispatching

/// `who` and `order` of a step: on top of the search for those who are free and near.
extension EngineCore {
  /// Everybody who can be asked, filtered and ordered by the step's own terms; of equals whoever the search prefers.
  /// Those with another offer open come after those without, as ever.
  mutating func choose(_ step: Policy.Step, for task: WorkTask, limit: Int) -> Ranking {
    guard let terms = step.terms, case .candidates(let all) = rank(step.ask, for: task, limit: .max) else {
      return rank(step.ask, for: task, limit: limit)
    }
    let choice = StaffChoice(
      terms, alert: task.alert.flatMap { book.alerts[$0] }, resident: task.resident.flatMap { register.residents[$0] },
      now: draft.now)
    var chosen: [(candidate: Candidate, rank: Double, place: Int)] = []
    for (place, candidate) in all.enumerated() {
      guard let member = register.staff(candidate.staff) else { continue }
      let facts = StaffFacts(
        member: member, distanceMetres: candidate.distanceMetres, hasOpenOffer: candidate.hasOpenOffer)
      if choice.isWanted(facts) { chosen.append((candidate, choice.rank(facts), place)) }
    }
    chosen.sort { left, right in
      if left.candidate.hasOpenOffer != right.candidate.hasOpenOffer { return right.candidate.hasOpenOffer }
      return (left.rank, left.place) < (right.rank, right.place)
    }
    return chosen.isEmpty ? .nobody(.skillMissing) : .candidates(chosen.prefix(limit).map(\.candidate))
  }
}

extension Policy.Step {
  /// It has terms of its own for whom to ask.
  var isChoosing: Bool { terms.map { $0.who != nil || $0.order != nil } ?? false }
}

extension RegisterBook {
  /// People on duty in whatever role who are meant by a word and serve a district.
  func team(_ ask: Ask, district: DistrictID, at now: Timestamp) -> DutyTeam {
    DutyTeam(onDuty: roster.onDuty(at: now).filter { ask.includes($0) }, district: district)
  }
}
