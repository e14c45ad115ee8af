import CareModel
import CareStore
import EngineHost
import PQ
import Testing

@Suite("Accounts and tokens")
struct AccountTests {
  private static let digest = [UInt8](repeating: 7, count: 32)
  private static let other = [UInt8](repeating: 8, count: 32)
  private static let now = Sample.start
  private static let account = Account(
    name: "desk-1", role: .dispatcher, staff: StaffID(high: 1, low: 2), sender: nil, districts: [3, 1])

  @Test("a token opens its account until it expires")
  func expiry() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    let until = Self.now + .seconds(10)
    try await register.createAccount(Self.account, tokenDigest: Self.digest, expiresAt: until)
    #expect(try await register.account(tokenDigest: Self.digest, now: Self.now) == Self.account)
    let last = Timestamp(microseconds: until.microseconds - 1)
    #expect(try await register.account(tokenDigest: Self.digest, now: last) == Self.account)
    #expect(try await register.account(tokenDigest: Self.digest, now: until) == nil)
    #expect(try await register.account(tokenDigest: Self.other, now: Self.now) == nil)
    #expect(try await register.account(tokenDigest: [], now: Self.now) == nil)
  }

  @Test("every role comes back")
  func roles() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    for (number, role) in Account.Role.allCases.enumerated() {
      let account = Account(name: role.rawValue, role: role, staff: nil, sender: "H1", districts: [])
      let digest = [UInt8](repeating: UInt8(number), count: 32)
      try await register.createAccount(account, tokenDigest: digest, expiresAt: nil)
      #expect(try await register.account(tokenDigest: digest, now: Self.now + .hours(100_000)) == account)
    }
  }

  @Test("the same account gets a second token; with other rights, or with a known digest, it is a conflict")
  func again() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    try await register.createAccount(Self.account, tokenDigest: Self.digest, expiresAt: nil)
    try await register.createAccount(Self.account, tokenDigest: Self.other, expiresAt: nil)
    #expect(try await register.account(tokenDigest: Self.other, now: Self.now) == Self.account)
    var stronger = Self.account
    stronger.role = .administrator
    let third = [UInt8](repeating: 9, count: 32)
    for (account, digest) in [(stronger, third), (Self.account, Self.other), (Self.account, [1])] {
      await #expect {
        try await register.createAccount(account, tokenDigest: digest, expiresAt: nil)
      } throws: {
        ($0 as? StoreProblem)?.code == .conflict
      }
    }
    #expect(try await register.account(tokenDigest: third, now: Self.now) == nil)
  }

  @Test("revoking ends all tokens of an account and no other")
  func revoking() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    var second = Self.account
    second.name = "desk-2"
    try await register.createAccount(Self.account, tokenDigest: Self.digest, expiresAt: nil)
    try await register.createAccount(second, tokenDigest: Self.other, expiresAt: nil)
    #expect(try await register.revokeTokens(of: "desk-1", now: Self.now) == 1)
    #expect(try await register.revokeTokens(of: "desk-1", now: Self.now) == 0)
    #expect(try await register.account(tokenDigest: Self.digest, now: Self.now) == nil)
    #expect(try await register.account(tokenDigest: Self.other, now: Self.now) == second)
  }
}
