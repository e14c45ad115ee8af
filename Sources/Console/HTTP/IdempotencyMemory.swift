import CareModel
import HTTPTypes
import Synchronization

/// Answers to recent POSTs by account and Idempotency-Key, so that a repeat is answered and not done again. Bounded.
final class IdempotencyMemory: Sendable {
  /// Most keys remembered for one account; beyond it the oldest answer is forgotten.
  static let maximumKeysPerAccount = 256
  /// Most accounts; beyond it the one that was longest idle is forgotten.
  static let maximumAccounts = 512
  /// How long an answer is kept.
  static let keptFor = TimeSpan.hours(24)
  /// Longest key, in bytes.
  static let maximumKeyBytes = 128
  /// Largest body that is kept; of a larger answer only the fact is.
  static let maximumBodyBytes = 16_384

  /// What is to be done about a request.
  enum Verdict: Sendable {
    /// It is the first: do it, then tell with ``finish(_:_:_:isReplayable:now:)``.
    case go
    /// It was done: this was the answer.
    case replay(APIResponse)
    /// It cannot be done.
    case refuse(Problem)
  }

  private enum State {
    case underWay
    case answered(status: Int, headers: HTTPFields, body: [UInt8])
    case doneUnseen
  }

  private struct Entry {
    var fingerprint: [UInt8]
    var at: Timestamp
    var state: State
  }

  private struct Account {
    var usedAt: Timestamp
    var entries: [String: Entry] = [:]
  }

  private let accounts = Mutex<[String: Account]>([:])

  /// Asks before a request is done. `fingerprint` is a digest of method, path and body.
  func begin(_ account: String, _ key: String, fingerprint: [UInt8], now: Timestamp) -> Verdict {
    guard !key.isEmpty, key.utf8.count <= Self.maximumKeyBytes else {
      return .refuse(Problem(400, "badIdempotencyKey", "An Idempotency-Key has 1 to 128 bytes."))
    }
    return accounts.withLock { accounts in
      Self.makeRoom(in: &accounts, for: account)
      var memory = accounts[account] ?? Account(usedAt: now)
      defer { accounts[account] = memory }
      memory.usedAt = now
      if let entry = memory.entries[key], now - entry.at < Self.keptFor {
        return Self.verdict(entry, fingerprint)
      }
      guard Self.makeRoom(in: &memory, now: now) else { return .refuse(Problem(.tooMany)) }
      memory.entries[key] = Entry(fingerprint: fingerprint, at: now, state: .underWay)
      return .go
    }
  }

  /// Tells what a request was answered. What may succeed when sent again (5xx, 429, 401) is not kept.
  func finish(_ account: String, _ key: String, _ response: APIResponse, isReplayable: Bool, now: Timestamp) {
    accounts.withLock { accounts in
      guard accounts[account]?.entries[key] != nil else { return }
      guard response.status < 500, response.status != 429, response.status != 401,
        case .bytes(let body) = response.body
      else {
        accounts[account]?.entries[key] = nil
        return
      }
      let isKept = body.count <= Self.maximumBodyBytes && (isReplayable || response.status >= 400)
      accounts[account]?.entries[key]?.state =
        isKept ? .answered(status: response.status, headers: response.headers, body: body) : .doneUnseen
    }
  }

  private static func verdict(_ entry: Entry, _ fingerprint: [UInt8]) -> Verdict {
    guard entry.fingerprint == fingerprint else {
      return .refuse(Problem(422, "idempotencyKeyReused", "This Idempotency-Key came with another request."))
    }
    switch entry.state {
    case .underWay:
      return .refuse(Problem(409, "underWay", "The first of these requests is not answered yet.", retryAfterSeconds: 1))
    case .doneUnseen: return .refuse(Problem(409, "alreadyDone", "It was done; its answer is not kept."))
    case .answered(let status, let headers, let body):
      var headers = headers
      headers[.idempotencyReplayed] = "true"
      return .replay(APIResponse(status: status, headers: headers, body: .bytes(body)))
    }
  }

  private static func makeRoom(in accounts: inout [String: Account], for account: String) {
    guard accounts[account] == nil, accounts.count >= maximumAccounts else { return }
    if let idle = accounts.min(by: { ($0.value.usedAt, $0.key) < ($1.value.usedAt, $1.key) }) {
      accounts[idle.key] = nil
    }
  }

  private static func makeRoom(in memory: inout Account, now: Timestamp) -> Bool {
    guard memory.entries.count >= maximumKeysPerAccount else { return true }
    memory.entries = memory.entries.filter { now - $0.value.at < keptFor }
    guard memory.entries.count >= maximumKeysPerAccount else { return true }
    let answered = memory.entries.filter { if case .underWay = $0.value.state { false } else { true } }
    guard let oldest = answered.min(by: { ($0.value.at, $0.key) < ($1.value.at, $1.key) }) else { return false }
    memory.entries[oldest.key] = nil
    return true
  }
}
