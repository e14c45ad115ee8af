import CareModel
import FeedSession

/// The rules that every feed keeps, tried on one conversation. Each check returns what it found wrong, in words.
package struct FeedConformance: Sendable {
  private let conversation: FeedConversation

  /// Checks for a conversation.
  package init(_ conversation: FeedConversation) { self.conversation = conversation }

  /// All checks.
  package func findings() -> [String] {
    cuttings() + truncations() + garbage() + oversized() + repeated() + acknowledgements() + unavailable()
  }

  /// The same deliveries and acknowledgements for one byte at a time, for one chunk, and for 40 seeded cuttings.
  package func cuttings() -> [String] {
    var cuts: [(String, [[UInt8]])] = [
      ("drip-fed", conversation.stream.map { [$0] }), ("in one", [conversation.stream]),
    ]
    var random = SeededRandom(seed: 1)
    for number in 0..<40 { cuts.append(("cutting \(number)", chunks(using: &random))) }
    return cuts.flatMap { name, chunks in
      let driver = run(chunks)
      var found = compare(driver.delivered, name)
      let count = conversation.countAcknowledgements(driver.replied)
      if count != conversation.expectedAcknowledgements { found.append("\(name): \(count) acknowledgements") }
      return found
    }
  }

  /// Cut off after every byte: what was delivered until then is the beginning of what is expected.
  package func truncations() -> [String] {
    conversation.stream.indices.flatMap { end in
      var driver = run([Array(conversation.stream[..<end])])
      let before = driver.delivered
      driver.handle(.peerClosed)
      driver.handle(.deadline)
      return conversation.expected.starts(with: before) ? [] : ["cut off after \(end) bytes: other deliveries"]
    }
  }

  /// Garbage in front gives the same for any cutting; garbage behind takes nothing away.
  package func garbage() -> [String] {
    var random = SeededRandom(seed: 2)
    return (0..<60).flatMap { number in
      let noise = (0..<Int.random(in: 1...24, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let whole = run([noise + conversation.stream])
      let dripped = run((noise + conversation.stream).map { [$0] })
      let after = run([conversation.stream, noise])
      var found: [String] = []
      if whole.delivered != dripped.delivered { found.append("garbage \(number) in front: depends on the cutting") }
      if !after.delivered.starts(with: conversation.expected) { found.append("garbage \(number) behind: takes away") }
      return found
    }
  }

  /// What is too large is refused at its beginning.
  package func oversized() -> [String] {
    let driver = run([conversation.oversized])
    return driver.closed == nil ? ["oversized: not closed"] : []
  }

  /// The same bytes on a new connection give equal signals, repeat keys included; on the same one they take nothing
  /// away.
  package func repeated() -> [String] {
    let again = run([conversation.stream, conversation.stream])
    return compare(run([conversation.stream]).delivered, "on a new connection")
      + (again.delivered.starts(with: conversation.expected) ? [] : ["sent twice: takes away"])
  }

  /// Nothing is acknowledged before it is settled, whatever the order of settling.
  package func acknowledgements() -> [String] {
    [false, true].flatMap { isBackwards in
      var driver = run([conversation.stream], settlement: .byCaller)
      var found: [String] = []
      var settled = 0
      while !driver.unsettled.isEmpty {
        let count = conversation.countAcknowledgements(driver.replied)
        if count > settled { found.append("\(count) acknowledgements after \(settled) settled") }
        driver.settle(isBackwards ? driver.unsettled[driver.unsettled.count - 1] : driver.unsettled[0])
        settled += 1
      }
      return found
    }
  }

  /// Nothing is acknowledged when nothing can be made durable, and the session closes.
  package func unavailable() -> [String] {
    let driver = run([conversation.stream], settlement: .unavailable)
    var found: [String] = []
    if conversation.countAcknowledgements(driver.replied) > 0 { found.append("unavailable: acknowledged") }
    if driver.closed == nil, !conversation.expected.isEmpty { found.append("unavailable: not closed") }
    return found
  }

  private func run(_ chunks: [[UInt8]], settlement: SessionDriver.Settlement = .atOnce) -> SessionDriver {
    var driver = SessionDriver(
      conversation.makeSession(), principal: conversation.principal, settlement: settlement)
    for chunk in chunks { driver.handle(.bytes(chunk)) }
    return driver
  }

  private func compare(_ delivered: [Delivered], _ name: String) -> [String] {
    if delivered == conversation.expected { return [] }
    return ["\(name): \(delivered.count) deliveries, not the \(conversation.expected.count) expected"]
  }

  private func chunks(using random: inout SeededRandom) -> [[UInt8]] {
    var chunks: [[UInt8]] = []
    var rest = conversation.stream[...]
    while !rest.isEmpty {
      let size = Int.random(in: 1...30, using: &random)
      chunks.append(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return chunks
  }
}

/// Numbers that are the same in every run.
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  /// A sequence that depends on nothing but the seed.
  package init(seed: UInt64) { state = seed }

  /// The next number.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return fixedMix(state)
  }
}
