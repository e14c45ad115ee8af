import CareModel

extension EngineCore {
  /// Open work as the engine holds it, sorted by id: for checks, and for comparing two engines.
  package var openWork: CaseSnapshot {
    CaseSnapshot(
      caseKeys: nil, commitNumber: stream.nextNumber - 1, alerts: book.alerts.values.sorted { $0.id < $1.id },
      tasks: book.tasks.values.sorted { $0.id < $1.id }, stays: book.stays.values.sorted { $0.id < $1.id },
      reminders: book.reminders.values.sorted { $0.id < $1.id },
      suspensions: suspensions.unfinished.values.sorted { $0.id < $1.id },
      notifications: book.notifications.values.sorted { $0.id < $1.id })
  }

  /// The number of the newest commit that was decided.
  package var lastCommitNumber: Int64 { stream.nextNumber - 1 }

  /// Cases are being read anew: inputs wait, and no deadline fires.
  package var isReloading: Bool { stream.isReloading }
}
