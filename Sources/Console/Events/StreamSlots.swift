import Synchronization

/// Counts open event streams against ``ConsoleSettings/maximumStreams`` and against the bound of each account.
final class StreamSlots: Sendable {
  /// Most streams of one account; one more ends the oldest, which is most likely one that nobody reads any more.
  static let maximumPerAccount = 8

  private struct State {
    var count = 0
    var nextNumber: UInt64 = 0
    var open: [String: [(number: UInt64, stream: Handover)]] = [:]
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// A place for a stream of the account, given back when it is let go of; nil when all are taken.
  func take(_ account: String, _ stream: Handover) -> Slot? {
    let (slot, oldest): (Slot?, Handover?) = state.withLock { state in
      var streams = state.open[account] ?? []
      let oldest = streams.count >= Self.maximumPerAccount ? streams.removeFirst().stream : nil
      guard oldest != nil || state.count < limit else { return (nil, nil) }
      state.count += oldest == nil ? 1 : 0
      let number = state.nextNumber
      state.nextNumber += 1
      streams.append((number, stream))
      state.open[account] = streams
      return (Slot(owner: self, account: account, number: number), oldest)
    }
    oldest?.finish()
    return slot
  }

  private func giveBack(_ account: String, _ number: UInt64) {
    state.withLock { state in
      guard let index = state.open[account]?.firstIndex(where: { $0.number == number }) else { return }
      state.open[account]?.remove(at: index)
      if state.open[account]?.isEmpty == true { state.open[account] = nil }
      state.count -= 1
    }
  }

  final class Slot: Sendable {
    private let owner: StreamSlots
    private let account: String
    private let number: UInt64

    fileprivate init(owner: StreamSlots, account: String, number: UInt64) {
      self.owner = owner
      self.account = account
      self.number = number
    }

    deinit { owner.giveBack(account, number) }
  }
}
