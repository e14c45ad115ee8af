import CareModel
import EngineHost
import Synchronization

/// Accounts by the digest of their token, so that signing in works while the database is away. Bounded.
final class AccountCache: Sendable {
  /// Most tokens remembered; beyond it the one looked up longest ago is forgotten.
  static let maximumEntries = 1024
  /// After this a token is looked up again, so that a revoked one ends.
  static let freshFor = TimeSpan.minutes(1)
  /// While the database is away a token is good for this long after its last look-up: one shift.
  static let usableFor = TimeSpan.hours(12)

  private struct Entry {
    var account: Account
    var lookedUpAt: Timestamp
  }

  private let entries = Mutex<[[UInt8]: Entry]>([:])

  /// The account, when it was looked up within `span`.
  func account(_ digest: [UInt8], within span: TimeSpan, now: Timestamp) -> Account? {
    entries.withLock { entries in
      guard let entry = entries[digest], now - entry.lookedUpAt < span else { return nil }
      return entry.account
    }
  }

  /// Remembers what a look-up found; nothing found forgets the token.
  func remember(_ account: Account?, for digest: [UInt8], now: Timestamp) {
    entries.withLock { entries in
      guard let account else {
        entries[digest] = nil
        return
      }
      if entries[digest] == nil, entries.count >= Self.maximumEntries,
        let oldest = entries.min(by: { $0.value.lookedUpAt < $1.value.lookedUpAt })
      {
        entries[oldest.key] = nil
      }
      entries[digest] = Entry(account: account, lookedUpAt: now)
    }
  }

  /// How many are remembered.
  var count: Int { entries.withLock { $0.count } }
}
