import CareModel

/// What is asked of the people to choose from.
package struct CandidateRequest: Sendable {
  /// As what they must be on duty.
  package var role: StaffRole
  /// The district of the home; 0 = any.
  package var district: DistrictID
  /// Where the home is.
  package var position: Position?
  /// The moment of asking.
  package var now: Timestamp
  /// A position older than this says nothing.
  package var positionMaximumAge: TimeSpan

  /// A request.
  package init(
    role: StaffRole, district: DistrictID, position: Position?, now: Timestamp,
    positionMaximumAge: TimeSpan = .minutes(30)
  ) {
    self.role = role
    self.district = district
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
  case noneOnDuty, outsideDistrict, allBusy, allAsked
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

/// Ranks people on duty: free before those with another offer open, near before far, known position before unknown,
/// then by id so that the same facts always give the same order.
///
/// - Parameters:
///   - onDuty: people on duty in the role.
///   - limit: how many are wanted; more are not ranked.
///   - availability: what each of them is doing.
package func rankCandidates(
  for request: CandidateRequest, onDuty: [StaffMember], limit: Int, availability: (StaffID) -> Availability
) -> Ranking {
  var candidates: [Candidate] = []
  var inDistrict = 0
  var alreadyAsked = 0
  for member in onDuty {
    guard request.district == 0 || member.districts.isEmpty || member.districts.contains(request.district) else {
      continue
    }
    inDistrict += 1
    let hasOpenOffer: Bool
    switch availability(member.id) {
    case .free: hasOpenOffer = false
    case .hasOpenOffer: hasOpenOffer = true
    case .busy: continue
    case .alreadyAsked:
      alreadyAsked += 1
      continue
    }
    candidates.append(
      Candidate(staff: member.id, distanceMetres: distance(of: member, for: request), hasOpenOffer: hasOpenOffer))
  }
  guard !candidates.isEmpty else {
    if onDuty.isEmpty { return .nobody(.noneOnDuty) }
    if inDistrict == 0 { return .nobody(.outsideDistrict) }
    return .nobody(alreadyAsked > 0 ? .allAsked : .allBusy)
  }
  candidates.sort(by: isAskedBefore)
  return .candidates(Array(candidates.prefix(max(0, limit))))
}

private func isAskedBefore(_ left: Candidate, _ right: Candidate) -> Bool {
  if left.hasOpenOffer != right.hasOpenOffer { return right.hasOpenOffer }
  let distances = (left.distanceMetres ?? .infinity, right.distanceMetres ?? .infinity)
  return distances.0 == distances.1 ? left.staff < right.staff : distances.0 < distances.1
}

private func distance(of member: StaffMember, for request: CandidateRequest) -> Double? {
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
