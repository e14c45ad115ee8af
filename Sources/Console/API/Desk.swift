import AlertEngine
import CareModel
import EngineHost
import JSONText

/// What the handlers share: acting in somebody's name, and whose eyes a row is for.
struct Desk: Sendable {
  let ports: ConsolePorts

  /// Does an action and answers its receipt.
  func act(_ action: OperatorAction, by staff: StaffID, status: Int = 200) async throws(Problem) -> APIResponse {
    let receipt = try await receipt(of: action, by: staff)
    return .object(status: status) { object in
      object.member("signal", receipt.signal?.description)
      object.member("alert", receipt.alert?.description)
      object.member("task", receipt.task?.description)
      object.member("suspension", receipt.suspension?.description)
      object.member("repeat", receipt.isRepeat)
    }
  }

  /// Does an action.
  func receipt(of action: OperatorAction, by staff: StaffID) async throws(Problem) -> Receipt {
    switch await ports.engine.act(action, by: staff, id: RequestIdentity.current) {
    case .accepted(let receipt): return receipt
    case .refused(let refusal): throw Problem(refusal)
    case .unavailable: throw Problem.notDurable
    }
  }

  /// The id of an alert in the path, which the caller may see.
  func alertID(_ request: APIRequest) async throws(Problem) -> AlertID {
    let id = try request.id(Alert.self)
    try await check(id, for: request.account())
    return id
  }

  /// Throws ``Problem/notFound`` unless the account may see the alert; one that memory no longer holds is looked up in
  /// the record. Who sees every district is not asked: what there is, the engine says.
  func check(_ id: AlertID, for account: Account) async throws(Problem) {
    guard !account.districts.isEmpty else { return }
    var district = ports.openWork.alert(id)?.district
    if district == nil {
      district = try await stored { () async throws(StoreProblem) in
        try await ports.history.recordedAlert(id)?.district
      }
    }
    guard let district, account.sees(district) else { throw Problem.notFound }
  }

  /// The same for a resident of the register.
  func check(_ id: ResidentID, for account: Account) async throws(Problem) {
    guard !account.districts.isEmpty else { return }
    guard case .resident(let row) = try await registered(.residents, id.description), account.sees(row.district) else {
      throw Problem.notFound
    }
  }

  /// The same for a dwelling of the register.
  func check(_ id: DwellingID, for account: Account) async throws(Problem) {
    guard !account.districts.isEmpty else { return }
    guard case .dwelling(let row) = try await registered(.dwellings, id.description), account.sees(row.district) else {
      throw Problem.notFound
    }
  }

  /// The same for an offer of an unfinished task. Staff are told by the engine which offers are theirs.
  func check(_ id: OfferID, for account: Account) throws(Problem) {
    guard !account.districts.isEmpty, account.role != .staff else { return }
    let offers = ports.openWork.openTasks().lazy.flatMap { $0.slots.lazy.flatMap(\.offers) }
    guard let offer = offers.first(where: { $0.id == id }), account.sees(offer.district) else {
      throw Problem.notFound
    }
  }

  /// A row of the register; nil when there is none.
  func registered(_ kind: RegisterKind, _ id: String) async throws(Problem) -> RegisterChange? {
    try await stored { () async throws(StoreProblem) in try await ports.register.find(kind, id: id) }
  }

  /// The task in the path, which the caller may see.
  func task(_ request: APIRequest) throws(Problem) -> WorkTask {
    let account = try request.account()
    guard let task = ports.openWork.task(try request.id()), sees(account, task) else { throw Problem.notFound }
    return task
  }

  /// Staff see what they are asked to do; others what is in their districts.
  func sees(_ account: Account, _ task: WorkTask) -> Bool {
    guard account.role == .staff else { return account.sees(task.district) }
    guard let staff = account.staff else { return false }
    return task.concerns(staff)
  }

  /// Throws the store's problem as the API's.
  func stored<Value>(_ work: () async throws(StoreProblem) -> Value) async throws(Problem) -> Value {
    do throws(StoreProblem) { return try await work() } catch { throw Problem(error) }
  }
}
