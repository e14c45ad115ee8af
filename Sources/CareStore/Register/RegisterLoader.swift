import CareModel
import PQ

/// Reads the whole register at start-up.
package enum RegisterLoader {
  /// Seconds that reading one kind of rows may take.
  package static let secondsPerKind = 60.0
  /// How long after their end shifts are still loaded.
  package static let shiftMemory = TimeSpan.hours(48)

  /// Every row of the register; of the shifts those that have not ended ``shiftMemory`` before `now`.
  ///
  /// Homes come before people and people before what is theirs; within a kind in the order of the keys.
  /// - Parameter transaction: a snapshot (REPEATABLE READ), so that the kinds fit together.
  package static func loadAll(_ transaction: PQTransaction, now: Timestamp) async throws -> [RegisterChange] {
    var changes: [RegisterChange] = []
    let kinds: [any RegisterRow.Type] = [
      Dwelling.self, Resident.self, Contact.self, Device.self, Party.self, Hospital.self, StaffMember.self,
    ]
    for kind in kinds {
      let rows = try await transaction.query(kind.table.all.bind(), deadlineSeconds: secondsPerKind)
      changes += try kind.changes(rows)
    }
    let current = Shift.current.bind(.timestamptz((now - shiftMemory).microseconds))
    changes += try Shift.changes(await transaction.query(current, deadlineSeconds: secondsPerKind))
    return changes
  }
}
