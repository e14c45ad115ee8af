import EngineHost
import PQ

extension StoreProblem {
  /// What an error of the database means to whoever asked; never with values of rows.
  init(_ error: any Error) {
    guard let error = error as? PQError else {
      self = error as? StoreProblem ?? StoreProblem(code: .unavailable, description: "The database gave no answer.")
      return
    }
    if error.code == .invalidValue {
      self.init(code: .invalid, description: "A text holds a character that the database does not keep.")
    } else if error.isDataError {
      let place = error.constraintName.map { " (\($0))" } ?? ""
      self.init(code: .conflict, description: "The rows contradict each other or what is there\(place).")
    } else {
      self.init(code: .unavailable, description: "The database cannot be used now (\(error)); try again.")
    }
  }
}
