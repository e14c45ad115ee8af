import CareModel
import EngineHost
import PQ

extension PostgresRegister {
  private static let accountByToken = Statement(
    name: "account_by_token",
    sql: """
      select a.name, a.role, a.staff_id, a.sender, a.districts
      from token t join account a on a.name = t.account_name
      where t.digest = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
      """, parameterTypes: [.bytea, .timestamptz])

  /// Answers the account only where it is the same as the one asked for.
  private static let makeAccount = Statement(
    name: "make_account",
    sql: """
      with made as (
        insert into account (name, role, staff_id, sender, districts) values ($1, $2, $3, $4, $5)
        on conflict (name) do nothing returning name
      )
      select name from made union all
      select name from account where name = $1 and role = $2 and staff_id is not distinct from $3
        and sender is not distinct from $4 and districts = $5
      """, parameterTypes: [.text, .text, .uuid, .text, .int4Array])

  private static let makeToken = Statement(
    name: "make_token", sql: "insert into token (digest, account_name, expires_at) values ($1, $2, $3)",
    parameterTypes: [.bytea, .text, .timestamptz])

  private static let revokeTokens = Statement(
    name: "revoke_tokens",
    sql: "update token set revoked_at = $2 where account_name = $1 and revoked_at is null",
    parameterTypes: [.text, .timestamptz])

  /// The account of a token that is neither revoked nor expired at `now`; one lookup by primary key.
  package func account(tokenDigest: [UInt8], now: Timestamp) async throws(StoreProblem) -> Account? {
    do {
      let rows = try await pool.query(Self.accountByToken.bind(.bytea(tokenDigest), .timestamptz(now.microseconds)))
      guard rows.count > 0 else { return nil }
      let row = try rows.row(0)
      guard let role = Account.Role(rawValue: try row.text(1)) else { return nil }
      return Account(
        name: try row.text(0), role: role, staff: try row.idOrNil(2), sender: try row.textOrNil(3),
        districts: try row.int4Array(4).compactMap(\.self))
    } catch { throw StoreProblem(error) }
  }

  /// Makes an account with a token. An account that is there already with the same rights gets one more token; one
  /// with other rights is a conflict, and so is a digest that is known.
  package func createAccount(
    _ account: Account, tokenDigest: [UInt8], expiresAt: Timestamp?
  ) async throws(StoreProblem) {
    let make = Self.makeAccount.bind(
      .text(account.name), .text(account.role.rawValue), .orNull(account.staff?.stored, PQValue.uuid),
      .orNull(account.sender, PQValue.text), .int4Array(account.districts))
    let token = Self.makeToken.bind(
      .bytea(tokenDigest), .text(account.name), .orNull(expiresAt?.microseconds, PQValue.timestamptz))
    do {
      try await pool.withConnection { connection in
        try await connection.transaction { transaction in
          guard try await transaction.query(make).count > 0 else {
            throw StoreProblem(code: .conflict, description: "An account of this name has other rights.")
          }
          try await transaction.query(token)
        }
      }
    } catch { throw StoreProblem(error) }
  }

  /// Ends all tokens of an account; gives how many there were.
  package func revokeTokens(of account: String, now: Timestamp) async throws(StoreProblem) -> Int {
    do {
      return try await pool.query(Self.revokeTokens.bind(.text(account), .timestamptz(now.microseconds))).affectedRows
    } catch { throw StoreProblem(error) }
  }
}
