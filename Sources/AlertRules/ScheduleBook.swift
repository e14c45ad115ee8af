import CEL
import CareModel

/// The schedules of a rule set as variables `schedule.NAME`. Their slots come after those of every vocabulary, so that
/// conditions of all sections find them at the same place, and only those that some condition reads are computed.
final class ScheduleBook: Sendable {
  /// Slots that the vocabularies share.
  static let firstSlot = 16

  private let schedules: [Schedule]

  /// No schedules.
  static let empty = ScheduleBook([])

  init(_ schedules: [Schedule]) { self.schedules = schedules }

  /// A vocabulary with the schedules as variables.
  func extended(_ vocabulary: CELEnvironment) -> CELEnvironment {
    guard !schedules.isEmpty else { return vocabulary }
    var environment = vocabulary
    environment.reserveSlots(upTo: Self.firstSlot)
    for schedule in schedules {
      do {
        try environment.declare("schedule." + schedule.name, .bool)
      } catch {
        preconditionFailure("names of schedules are checked before")
      }
    }
    return environment
  }

  /// The same book without what none of these conditions reads.
  func reads(of programs: some Sequence<CELProgram>) -> ScheduleReads {
    let names = Set(programs.flatMap(\.variables))
    return ScheduleReads(
      schedules: schedules.map { names.contains("schedule." + $0.name) ? $0 : nil })
  }
}

/// The schedules that some conditions read.
struct ScheduleReads: Sendable {
  /// In the order of their slots; nil is read by none.
  private let schedules: [Schedule?]

  init(schedules: [Schedule?]) {
    self.schedules = schedules.contains { $0 != nil } ? schedules : []
  }

  /// Nothing is read.
  var isEmpty: Bool { schedules.isEmpty }

  /// The activation with the values at a moment; the same activation when none is read.
  func adding(to activation: CELActivation, at now: Timestamp) -> CELActivation {
    guard !schedules.isEmpty else { return activation }
    var activation = activation
    while activation.slots.count < ScheduleBook.firstSlot + schedules.count { activation.slots.append(nil) }
    for (index, schedule) in schedules.enumerated() {
      guard let schedule else { continue }
      activation.slots[ScheduleBook.firstSlot + index] = .bool(schedule.holds(at: now))
    }
    return activation
  }
}
