import CareModel

/// The MESSAGE requests of the last while and their answers: server transactions (RFC 3261 section 17.2.2).
package struct RecentTransactions: Sendable {
  /// How long an answered request is remembered (timer J).
  package static let memory = TimeSpan.seconds(32)

  /// What makes a request a copy of another.
  ///
  /// The branch alone would do by the standard; a device that never changes its branch must not lose an alarm by it, so
  /// the rest of what a real copy shares counts too.
  package struct Key: Sendable, Hashable {
    private let first: UInt64
    private let second: UInt64

    /// The key of a request.
    package init(_ message: SIPMessage) {
      let via = message.head.value("via").flatMap { SIPVia(firstOf: $0) }
      let names = [via?.branch, via?.sentBy, message.head.value("call-id"), message.head.value("cseq")]
      let text = Array(names.map { $0 ?? "" }.joined(separator: "\n").utf8)
      first = fixedMix(fixedHash(text) ^ fixedHash(message.body))
      second = fixedMix(fixedHash(text.reversed()) ^ fixedMix(fixedHash(message.body.reversed())))
    }
  }

  /// How a request stands.
  package enum State: Sendable, Equatable {
    /// Its answer waits for the store.
    case waiting
    case answered([UInt8])
  }

  private struct Entry: Sendable {
    let key: Key
    let state: State
    /// Nil while its answer waits.
    let until: Timestamp?

    func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
  }

  private let maximum: Int
  private var entries: [Entry] = []

  /// A memory of so many requests.
  package init(maximum: Int) { self.maximum = maximum }

  /// What is known of a request; nil when it is new.
  package func state(of key: Key, at now: Timestamp) -> State? {
    entries.first { $0.key == key && !$0.isOver(at: now) }?.state
  }

  /// Notes how a request stands; past the bound the oldest answered one is forgotten.
  package mutating func note(_ key: Key, _ state: State, at now: Timestamp) {
    entries.removeAll { $0.key == key || $0.isOver(at: now) }
    if entries.count >= maximum, let oldest = entries.firstIndex(where: { $0.until != nil }) {
      entries.remove(at: oldest)
    }
    entries.append(Entry(key: key, state: state, until: state == .waiting ? nil : now + Self.memory))
  }

  /// Forgets a request, so that its next copy is taken as new.
  package mutating func forget(_ key: Key) { entries.removeAll { $0.key == key } }
}
