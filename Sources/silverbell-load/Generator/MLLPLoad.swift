/// Hospital connections that send admission messages and count the answers AA.
package final class MLLPLoad {
  private final class Sender {
    var wire: Wire?
    var dues: [UInt64] = []
    var head = 0
    let place: Int
    var sent = 0

    init(place: Int) { self.place = place }
  }

  private static let mark = Array("MSA|".utf8)

  private let message: ADTMessage
  private let homes: Int
  private let inFlight: Int
  private let poller: Poller
  private var senders: [Sender] = []
  private var isStopping = false
  private var isClosedPace = true
  private var from: UInt64 = .max
  private var until: UInt64 = .max
  private var series = RateSeries(start: .max)
  private var result = LoadResult()
  private var outstanding = 0
  /// Answers that were not AA.
  package private(set) var refused = 0

  /// Messages about the residents of `homes` homes; each connection has `inFlight` unanswered ones.
  package init(_ message: ADTMessage, homes: Int, inFlight: Int, poller: Poller) {
    precondition(homes > 0 && inFlight > 0)
    self.message = message
    self.homes = homes
    self.inFlight = inFlight
    self.poller = poller
  }

  /// Connects.
  package func open(connections: Int, host: String, port: Int) throws(LoadFailure) {
    for number in 0..<connections {
      let sender = Sender(place: number)
      sender.wire = try Wire(
        host: host, port: port, poller: poller,
        received: { [unowned self, unowned sender] in received(sender, $0) },
        ended: { [unowned self] in if !isStopping { result.lost += 1 } })
      senders.append(sender)
    }
  }

  /// Sends at a closed pace (`rate` nil) or an open one, and counts for `seconds` after `warmup`.
  package func run(rate: Double?, warmup: Double, seconds: Double) -> LoadResult {
    let start = Monotonic.now()
    from = start + UInt64(warmup * 1_000_000_000)
    until = from + UInt64(seconds * 1_000_000_000)
    series = RateSeries(start: from)
    isClosedPace = rate == nil
    if let rate {
      let schedule = Schedule(start: start, rate: rate)
      var sent = 0
      while Monotonic.now() < until {
        let now = Monotonic.now()
        let due = schedule.dueCount(at: now)
        while sent < due {
          if schedule.due(sent) >= from { result.lateness.record(now - schedule.due(sent)) }
          send(senders[sent % senders.count], 1, due: schedule.due(sent))
          sent += 1
        }
        poller.wait(until: min(schedule.due(sent), until))
      }
    } else {
      for sender in senders { send(sender, inFlight, due: start) }
      while Monotonic.now() < until { poller.wait(until: until) }
    }
    isStopping = true
    let limit = Monotonic.now() + 10_000_000_000
    while outstanding > 0, Monotonic.now() < limit, result.lost == 0 { poller.wait(until: limit) }
    for sender in senders { sender.wire?.shut() }
    result.seconds = seconds
    (result.slowest, result.fastest) = series.extremes(whole: Int(seconds))
    result.unacknowledged = outstanding
    return result
  }

  private func send(_ sender: Sender, _ count: Int, due: UInt64) {
    var bytes: [UInt8] = []
    for _ in 0..<count {
      // Each connection has visits of its own, so that the messages of one visit stay in order.
      let visit = sender.sent / ADTMessage.triggers.count * senders.count + sender.place
      message.append(
        to: &bytes, trigger: sender.sent % ADTMessage.triggers.count, visit: visit, home: visit % homes)
      sender.sent += 1
      sender.dues.append(due)
      outstanding += 1
      if due >= from, due < until { result.sent += 1 }
    }
    sender.wire?.write(bytes)
  }

  private func received(_ sender: Sender, _ bytes: UnsafeRawBufferPointer) -> Int? {
    let now = Monotonic.now()
    var (used, answers) = (0, 0)
    while let end = bytes[used...].firstIndex(of: 0x1C), end + 1 < bytes.count {
      answered(sender, UnsafeRawBufferPointer(rebasing: bytes[used..<end]), now)
      used = end + 2
      answers += 1
    }
    if isClosedPace, !isStopping, answers > 0 { send(sender, answers, due: now) }
    return used
  }

  private func answered(_ sender: Sender, _ bytes: UnsafeRawBufferPointer, _ now: UInt64) {
    guard sender.head < sender.dues.count else { return }
    let due = sender.dues[sender.head]
    sender.head += 1
    outstanding -= 1
    guard let place = JSONPeek.range(of: Self.mark, in: bytes, from: 0), place.upperBound + 1 < bytes.count,
      bytes[place.upperBound] == UInt8(ascii: "A"), bytes[place.upperBound + 1] == UInt8(ascii: "A")
    else {
      refused += 1
      return
    }
    if due >= from, due < until { result.latency.record(now - due) }
    if now >= from, now < until {
      result.acknowledged += 1
      series.add(1, at: now)
    }
  }
}
