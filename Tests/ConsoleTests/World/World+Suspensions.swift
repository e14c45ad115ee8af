import AlertEngine
import CareJSON
import CareModel
import EngineHost
import Synchronization

extension World {
  func unfinishedSuspensions() -> [Suspension] {
    state.withLock { $0.suspensions.values.filter { $0.state != .ended } }
  }

  func suspension(_ id: SuspensionID) -> Suspension? {
    state.withLock { $0.forgottenSuspensions.contains(id) ? nil : $0.suspensions[id] }
  }

  func suspensions(
    of resident: ResidentID, after cursor: String?, limit: Int
  ) async throws(StoreProblem) -> HistoryPage {
    if state.withLock({ $0.isStoreAway }) { throw StoreProblem(code: .unavailable, description: "away") }
    let all = state.withLock { $0.suspensions.values.filter { $0.resident == resident }.sorted { $0.id > $1.id } }
    let rest = all.filter { cursor == nil || $0.id.description < cursor ?? "" }
    return HistoryPage(
      rows: rest.prefix(limit).map(\.recordText), next: rest.count > limit ? rest[limit - 1].id.description : nil)
  }

  func recordedSuspension(_ id: SuspensionID) async throws(StoreProblem) -> Suspension? {
    if state.withLock({ $0.isStoreAway }) { throw StoreProblem(code: .unavailable, description: "away") }
    return state.withLock { $0.suspensions[id] }
  }

  func performSuspension(_ action: OperatorAction, _ staff: StaffID) throws(ActionRefusal) -> Receipt {
    switch action {
    case .suspend(let new):
      guard staffName(new.owner) != nil else { throw .unknownStaff }
      guard case .resident(let resident)? = state.withLock({ $0.rows[.residents]?[new.resident.description] }) else {
        throw .unknownResident
      }
      let from = new.from ?? now
      guard new.until > from, new.until - from <= Suspension.longest else { throw .badPeriod }
      var suspension = Suspension(
        id: newID(), district: resident.district, resident: resident.id, holds: new.holds, reason: new.reason,
        owner: new.owner, from: from, until: new.until, remindAt: nil)
      suspension.state = from <= now ? .active : .scheduled
      put(suspension, by: staff)
      return Receipt(suspension: suspension.id)
    case .extendSuspension(let id, let until):
      return try change(id, staff) { suspension throws(ActionRefusal) in
        guard until > suspension.until else { throw .badPeriod }
        suspension.until = until
      }
    case .endSuspension(let id):
      return try change(id, staff) { suspension throws(ActionRefusal) in
        suspension.state = .ended
        suspension.endedAt = now
        suspension.endedBy = staff
      }
    default: throw .wrongState
    }
  }

  private func change(
    _ id: SuspensionID, _ staff: StaffID, _ body: (inout Suspension) throws(ActionRefusal) -> Void
  ) throws(ActionRefusal) -> Receipt {
    guard var suspension = suspension(id) else { throw .notFound }
    guard suspension.state != .ended else { throw .alreadyEnded }
    try body(&suspension)
    put(suspension, by: staff)
    return Receipt(suspension: id)
  }

  func put(_ suspension: Suspension, by staff: StaffID? = nil) {
    change { $0.suspensions[suspension.id] = suspension }
    publish(.suspensionChanged, suspension.district, suspension.caseKey, .suspension(suspension), by: staff)
  }

  /// A suspension that runs for a week.
  @discardableResult
  func suspend(_ resident: ResidentID = People.wang, district: DistrictID = 1) -> SuspensionID {
    var suspension = Suspension(
      id: newID(), district: district, resident: resident, holds: .absence, reason: "去女儿家", owner: People.desk,
      from: now, until: now + .hours(168), remindAt: nil)
    suspension.state = .active
    put(suspension)
    return suspension.id
  }
}
