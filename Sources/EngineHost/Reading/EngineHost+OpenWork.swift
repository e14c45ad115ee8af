import AlertEngine
import CareModel

extension EngineHost: OpenWork {
  package func openAlerts() -> [Alert] { readModel.openAlerts() }
  package func alert(_ id: AlertID) -> Alert? { readModel.alert(id) }
  package func openTasks() -> [WorkTask] { readModel.openTasks() }
  package func task(_ id: TaskID) -> WorkTask? { readModel.task(id) }
  package func openOffers(to staff: StaffID?) -> [Offer] { readModel.openOffers(to: staff) }
  package func openStays() -> [Stay] { readModel.openStays() }
  package func dueReminders() -> [Reminder] { readModel.dueReminders() }
  package func unfinishedSuspensions() -> [Suspension] { readModel.unfinishedSuspensions() }
  package func suspension(_ id: SuspensionID) -> Suspension? { readModel.suspension(id) }
  package func staffName(_ id: StaffID) -> String? { readModel.staffName(id) }
  package func names(resident: ResidentID?, dwelling: DwellingID?) -> (resident: String?, address: String?) {
    readModel.names(resident: resident, dwelling: dwelling)
  }
  package var newestEvent: EventID { events.newest }
  package func subscribe(after id: EventID) -> AsyncStream<PublishedEvent>? { events.subscribe(after: id) }
}
