import NotificationChannel
import Synchronization

/// A channel whose tries end when the test says so; addresses that begin with `ok` are delivered at once.
final class HeldChannel: NotificationChannel {
  static let descriptor = ChannelDescriptor(name: "held", settings: [])

  private struct State {
    var held: [String: [CheckedContinuation<DeliveryFailure?, Never>]] = [:]
    var isOpen = false
  }

  /// Every message whose try has begun, in order.
  let begun: AsyncStream<ChannelMessage>
  private let begins: AsyncStream<ChannelMessage>.Continuation
  private let state = Mutex(State())

  init() { (begun, begins) = AsyncStream.makeStream() }

  func deliver(_ message: ChannelMessage) async throws(DeliveryFailure) {
    let failure = await withCheckedContinuation { continuation in
      let isHeld = state.withLock { state in
        guard !state.isOpen, !message.address.hasPrefix("ok") else { return false }
        state.held[message.address, default: []].append(continuation)
        return true
      }
      begins.yield(message)
      if !isHeld { continuation.resume(returning: nil) }
    }
    if let failure { throw failure }
  }

  /// Ends the oldest try to an address.
  func end(_ address: String, with failure: DeliveryFailure? = nil) {
    state.withLock { $0.held[address]?.removeFirst() }?.resume(returning: failure)
  }

  /// Ends all tries, those to come too.
  func endAll() {
    let all = state.withLock { state in
      state.isOpen = true
      defer { state.held = [:] }
      return state.held.values.flatMap { $0 }
    }
    for continuation in all { continuation.resume(returning: nil) }
  }
}
