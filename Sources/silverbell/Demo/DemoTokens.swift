import CareModel
import CareStore
import DemoCity
import EngineHost
import SilverbellApp

/// A token for each role; every run makes new ones for the same accounts.
struct DemoTokens {
  private(set) var all: [(role: Account.Role, token: String)] = []

  /// Makes them.
  init(city: DemoCity, register: PostgresRegister) async throws {
    let people = city.staff
    func first(_ role: StaffRole) -> StaffID? { people.first { $0.role == role }?.member.id }
    let staff: [Account.Role: StaffID?] = [
      .dispatcher: first(.desk), .staff: first(.responder), .supervisor: first(.shiftLeader),
      .administrator: first(.dutyChief),
    ]
    let senders: [Account.Role: String] = [
      .device: city.home(0).device.userName, .hospital: DemoCity.hospitalCode,
    ]
    for role in Account.Role.allCases {
      let token = Randomness.token()
      try await register.createAccount(
        Account(
          name: "demo-\(role.rawValue)", role: role, staff: staff[role] ?? nil, sender: senders[role], districts: []),
        tokenDigest: Randomness.tokenDigest(token), expiresAt: nil)
      all.append((role, token))
    }
  }

  /// The token of a role.
  subscript(_ role: Account.Role) -> String { all.first { $0.role == role }?.token ?? "" }
}
