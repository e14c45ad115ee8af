import AlertEngine
import CareModel
import FeedSession

/// Open work and the event stream, served from memory: also while the database is away.
package protocol OpenWork: Sendable {
  /// Unresolved alerts, in no particular order.
  func openAlerts() -> [Alert]
  /// One alert, open or resolved not long ago.
  func alert(_ id: AlertID) -> Alert?
  /// Unfinished tasks.
  func openTasks() -> [WorkTask]
  /// One unfinished task, or one that ended not long ago.
  func task(_ id: TaskID) -> WorkTask?
  /// Open offers to a member of staff, or to all.
  func openOffers(to staff: StaffID?) -> [Offer]
  /// Stays that are open.
  func openStays() -> [Stay]
  /// Reminders that are due.
  func dueReminders() -> [Reminder]
  /// Suspensions that have not ended, in no particular order.
  func unfinishedSuspensions() -> [Suspension]
  /// One suspension, unfinished or ended not long ago.
  func suspension(_ id: SuspensionID) -> Suspension?
  /// Names for the screen: resident name and address.
  func names(resident: ResidentID?, dwelling: DwellingID?) -> (resident: String?, address: String?)
  /// A staff member's name.
  func staffName(_ id: StaffID) -> String?
  /// The id of the newest published entry.
  var newestEvent: EventID { get }
  /// Published entries after an id that are still in memory, then new ones as they come.
  ///
  /// Nil when the id is older than what memory holds (ask ``HistoryStore``), or of another shard.
  /// The stream ends when the reader falls behind by more than a bound; it resumes with its last id.
  func subscribe(after id: EventID) -> AsyncStream<PublishedEvent>?
}

/// An entry of the event stream.
package struct PublishedEvent: Sendable {
  /// The id; nil while the store is away and the entry rests on the local log: it comes again with its id.
  package var id: EventID?
  /// The entry.
  package var event: CareEvent
  /// An entry.
  package init(id: EventID?, event: CareEvent) {
    self.id = id
    self.event = event
  }
}
