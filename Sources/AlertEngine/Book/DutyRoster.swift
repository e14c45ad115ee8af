import CareModel
import Dispatching

/// Who is on duty, by role and district; the answer is kept until the next shift begins or ends.
struct DutyRoster: Sendable {
  /// Everybody who works for the centre.
  var staff: [StaffID: StaffMember] = [:]
  private(set) var shifts: [ShiftID: Shift] = [:]
  private var cache: [StaffRole: Answer] = [:]

  /// How long a shift that has ended is kept.
  private static let memory = TimeSpan.hours(48)

  private struct Answer: Sendable {
    var staff: [StaffMember]
    var teams: [DistrictID: DutyTeam] = [:]
    var from: Timestamp
    var until: Timestamp

    func holds(at now: Timestamp) -> Bool { from <= now && now < until }
  }

  subscript(id: StaffID) -> StaffMember? { staff[id] }

  mutating func put(_ member: StaffMember) {
    staff[member.id] = member
    cache.removeAll(keepingCapacity: true)
  }

  mutating func remove(_ id: StaffID) {
    staff[id] = nil
    cache.removeAll(keepingCapacity: true)
  }

  mutating func put(_ shift: Shift) {
    shifts[shift.id] = shift
    cache.removeAll(keepingCapacity: true)
  }

  mutating func remove(_ id: ShiftID) {
    guard shifts.removeValue(forKey: id) != nil else { return }
    cache.removeAll(keepingCapacity: true)
  }

  /// Active people on duty in a role, in the order of their ids.
  mutating func onDuty(_ role: StaffRole, at now: Timestamp) -> [StaffMember] {
    if let answer = cache[role], answer.holds(at: now) { return answer.staff }
    let answer = answer(role, at: now)
    cache[role] = answer
    return answer.staff
  }

  /// Those of them who serve a district.
  mutating func team(_ role: StaffRole, district: DistrictID, at now: Timestamp) -> DutyTeam {
    if let answer = cache[role], answer.holds(at: now), let team = answer.teams[district] { return team }
    let team = DutyTeam(onDuty: onDuty(role, at: now), district: district)
    cache[role]?.teams[district] = team
    return team
  }

  /// Active people on duty in any role, in the order of their ids.
  func onDuty(at now: Timestamp) -> [StaffMember] {
    let ids = Set(shifts.values.filter { $0.from <= now && now < $0.until }.map(\.staff))
    return ids.sorted().compactMap { staff[$0] }.filter(\.isActive)
  }

  /// Active people who have a role at all, on duty or not, in the order of their ids.
  func everybody(with role: StaffRole) -> [StaffMember] {
    staff.values.filter { $0.isActive && $0.roles.contains(role) }.sorted { $0.id < $1.id }
  }

  private mutating func answer(_ role: StaffRole, at now: Timestamp) -> Answer {
    shifts = shifts.filter { now - $0.value.until < Self.memory }
    var answer = Answer(staff: [], from: now, until: .distantFuture)
    var ids: [StaffID] = []
    for shift in shifts.values where shift.role == role {
      if shift.from <= now, now < shift.until {
        ids.append(shift.staff)
        answer.until = min(answer.until, shift.until)
      } else if shift.from > now {
        answer.until = min(answer.until, shift.from)
      }
    }
    ids.sort()
    ids = ids.reduce(into: []) { unique, id in if unique.last != id { unique.append(id) } }
    answer.staff = ids.compactMap { staff[$0] }.filter(\.isActive)
    return answer
  }
}
