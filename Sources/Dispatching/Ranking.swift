import CareModel

/// What is asked of the people to choose from.
package struct CandidateRequest: Sendable {
  /// Where the home is.
  package var position: Position?
  /// The moment of asking.
  package var now: Timestamp
  /// A position older than this says nothing.
  package var positionMaximumAge: TimeSpan

  /// A request.
  package init(position: Position?, now: Timestamp, positionMaximumAge: TimeSpan = .minutes(30)) {
    self.position = position
    self.now = now
    self.positionMaximumAge = positionMaximumAge
  }
}

/// One person who can be asked, and why at this place of the list.
package struct Candidate: Sendable, Equatable {
  /// Who.
  package var staff: StaffID
  /// Metres to the home; nil when either position is unknown or stale.
  package var distanceMetres: Double?
  /// Has another open offer: asked after those who have none.
  package var hasOpenOffer: Bool

  /// In one line, for the record.
  package var reason: String {
    let distance =
      distanceMetres.map { metres in
        let hundreds = Int(min(metres / 100 + 0.5, 1_000_000))
        return "\(hundreds / 10).\(hundreds % 10) km away"
      } ?? "position unknown or stale"
    return hasOpenOffer ? distance + ", has another offer open" : distance
  }

  /// A candidate.
  package init(staff: StaffID, distanceMetres: Double?, hasOpenOffer: Bool) {
    self.staff = staff
    self.distanceMetres = distanceMetres
    self.hasOpenOffer = hasOpenOffer
  }
}

/// Why nobody can be asked (domain page, section 5); the raw value is shown at the desk.
package enum NobodyReason: String, Sendable, CaseIterable {
  case noneOnDuty, outsideDistrict, allBusy, allAsked, skillMissing
}

/// What each person on duty is doing, as the engine knows it.
package enum Availability: Sendable {
  case free, hasOpenOffer, busy, alreadyAsked
}

/// The ranked people, or why there are none.
package enum Ranking: Sendable, Equatable {
  case candidates([Candidate])
  case nobody(NobodyReason)
}

/// The people on duty in a role, as far as ranking needs them; made once for many requests.
package struct DutyTeam: Sendable {
  /// Who serves a district, in the order given.
  fileprivate var members: [Member] = []
  fileprivate var isAnybodyOnDuty: Bool

  fileprivate struct Member {
    var staff: StaffID
    var position: Position?
    var positionAt: Timestamp?
  }

  /// The part of the people on duty who serve a district; 0 = any.
  package init(onDuty: [StaffMember], district: DistrictID) {
    isAnybodyOnDuty = !onDuty.isEmpty
    for member in onDuty
    where district == 0 || member.districts.isEmpty || member.districts.contains(district) {
      members.append(Member(staff: member.id, position: member.position, positionAt: member.positionAt))
    }
  }
}

/// Ranks people on duty: free before those with another offer open, near before far, known position before unknown,
/// then by id so that the same facts always give the same order.
///
/// - Parameters:
///   - team: people on duty in the role who serve the district.
///   - limit: how many are wanted; more are not ranked.
///   - availability: what each of them is doing.
package func rankCandidates(
  for request: CandidateRequest, team: DutyTeam, limit: Int, availability: (StaffID) -> Availability
) -> Ranking {
  var candidates: [Candidate] = []
  var alreadyAsked = 0
  var isAnybodyThere = false
  for member in team.members {
    let hasOpenOffer: Bool
    switch availability(member.staff) {
    case .free: hasOpenOffer = false
    case .hasOpenOffer: hasOpenOffer = true
    case .busy: continue
    case .alreadyAsked:
      alreadyAsked += 1
      continue
    }
    isAnybodyThere = true
    let candidate = Candidate(
      staff: member.staff, distanceMetres: distance(of: member, for: request), hasOpenOffer: hasOpenOffer)
    // Few are wanted of many: each finds its place among the best so far.
    if candidates.count >= limit {
      guard let last = candidates.last, isAskedBefore(candidate, last) else { continue }
      candidates.removeLast()
    }
    let place = candidates.firstIndex { isAskedBefore(candidate, $0) } ?? candidates.endIndex
    candidates.insert(candidate, at: place)
  }
  guard isAnybodyThere else {
    if !team.isAnybodyOnDuty { return .nobody(.noneOnDuty) }
    if team.members.isEmpty { return .nobody(.outsideDistrict) }
    return .nobody(alreadyAsked > 0 ? .allAsked : .allBusy)
  }
  return .candidates(candidates)
}

private func isAskedBefore(_ left: Candidate, _ right: Candidate) -> Bool {
  if left.hasOpenOffer != right.hasOpenOffer { return right.hasOpenOffer }
  let distances = (left.distanceMetres ?? .infinity, right.distanceMetres ?? .infinity)
  return distances.0 == distances.1 ? left.staff < right.staff : distances.0 < distances.1
}

private func distance(of member: DutyTeam.Member, for request: CandidateRequest) -> Double? {
  guard let home = request.position, let position = member.position, let positionAt = member.positionAt,
    request.now - positionAt <= request.positionMaximumAge
  else { return nil }
  return metres(from: position, to: home)
}

/// Distance over ground on a sphere, flat within a city (equirectangular, error below 0.1 % for 50 km).
package func metres(from start: Position, to end: Position) -> Double {
  let metresPerDegree = 111_194.93
  let north = (end.latitude - start.latitude) * metresPerDegree
  let east = (end.longitude - start.longitude) * metresPerDegree * cosine(degrees: (start.latitude + end.latitude) / 2)
  return (north * north + east * east).squareRoot()
}

/// Cosine by its series: the pure core has no mathematics library; error below 1e-6 for -90...90 degrees.
private func cosine(degrees: Double) -> Double {
  let angle = degrees * 0.017_453_292_519_943_295
  let square = angle * angle
  return 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90))))
}
