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
      object.member("repeat", receipt.isRepeat)
    }
  }

  /// Does an action.
  func receipt(of action: OperatorAction, by staff: StaffID) async throws(Problem) -> Receipt {
    switch await ports.engine.act(action, by: staff) {
    case .accepted(let receipt): return receipt
    case .refused(let refusal): throw Problem(refusal)
    case .unavailable: throw Problem.notDurable
    }
  }

  /// The id of an alert in the path, which the caller may see. One that memory no longer holds is the engine's to
  /// find, for callers who see every district.
  func alertID(_ request: APIRequest) throws(Problem) -> AlertID {
    let id = try request.id(Alert.self)
    let account = try request.account()
    if let alert = ports.openWork.alert(id) {
      guard account.sees(alert.district) else { throw Problem.notFound }
    } else if !account.districts.isEmpty {
      throw Problem.notFound
    }
    return id
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
