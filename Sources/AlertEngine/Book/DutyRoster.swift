import CareModel

/// Who is on duty, by role; the answer is kept until the next shift begins or ends.
struct DutyRoster {
  private var shifts: [ShiftID: Shift] = [:]
  private var cache: [StaffRole: Answer] = [:]

  /// How long a shift that has ended is kept.
  private static let memory = TimeSpan.hours(48)

  private struct Answer {
    var staff: [StaffID]
    var from: Timestamp
    var until: Timestamp
  }

  mutating func put(_ shift: Shift) {
    shifts[shift.id] = shift
    cache.removeAll(keepingCapacity: true)
  }

  mutating func remove(_ id: ShiftID) {
    guard shifts.removeValue(forKey: id) != nil else { return }
    cache.removeAll(keepingCapacity: true)
  }

  mutating func onDuty(_ role: StaffRole, at now: Timestamp) -> [StaffID] {
    if let answer = cache[role], answer.from <= now, now < answer.until { return answer.staff }
    shifts = shifts.filter { now - $0.value.until < Self.memory }
    var answer = Answer(staff: [], from: now, until: .distantFuture)
    for shift in shifts.values where shift.role == role {
      if shift.from <= now, now < shift.until {
        answer.staff.append(shift.staff)
        answer.until = min(answer.until, shift.until)
      } else if shift.from > now {
        answer.until = min(answer.until, shift.from)
      }
    }
    answer.staff.sort()
    answer.staff = answer.staff.reduce(into: []) { unique, id in if unique.last != id { unique.append(id) } }
    cache[role] = answer
    return answer.staff
  }
}
