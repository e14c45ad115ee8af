/// An MQTT measurement: connects, sends at its pace, counts acknowledgements.
package final class MQTTLoad: MQTTPeerOwner {
  /// Most connections that are being made at once.
  package static let maximumConnecting = 256
  /// Most unacknowledged messages of an open pace; past it messages are left out and the run says so.
  package static let maximumOutstanding = 1_000_000
  /// Messages a second above which an open pace sends in groups.
  package static let singleRate = 10_000.0
  /// Most messages of a group, and nanoseconds between two looks at the schedule then.
  private static let groupCount = 16
  private static let tick: UInt64 = 500_000
  private static let connectSeconds: UInt64 = 120
  /// Most connections that are tried once more while connecting.
  private static let maximumRetries = 1000

  private let settings: MQTTSettings
  private let poller: Poller
  private let templates: [PublishTemplate]
  private var peers: [MQTTPeer] = []
  private var readyCount = 0
  private var lost = 0
  private var lostMessages = 0
  private var isStopping = false
  private var outstanding = 0
  private var number: Int
  private var cursor = 0
  private var from: UInt64 = .max
  private var until: UInt64 = .max
  private var series = RateSeries(start: .max)
  private var result = LoadResult()
  private var buffer: [UInt8] = []
  private var retries = 0
  private var refused: [Int] = []
  private var hasOpened = false
  /// Told about each counted acknowledgement: the serial, when it was due, when it came.
  package var onAcknowledged: ((_ serial: [UInt8], _ due: UInt64, _ now: UInt64) -> Void)?
  /// Called between two waits of an open pace, with the time.
  package var onTurn: ((UInt64) -> Void)?

  /// A measurement; `firstNumber` begins the numbers of its message ids.
  package init(_ settings: MQTTSettings, poller: Poller, firstNumber: Int = 0) {
    precondition(!settings.kinds.isEmpty && !settings.logins.isEmpty)
    self.settings = settings
    self.poller = poller
    number = firstNumber
    templates = settings.kinds.map { PublishTemplate(kind: $0, run: settings.run) }
  }

  /// Opens all connections.
  ///
  /// - Throws: ``LoadFailure`` when one is refused or it takes too long.
  package func open() throws(LoadFailure) {
    let deadline = Monotonic.now() + Self.connectSeconds * 1_000_000_000
    while readyCount < settings.logins.count {
      while peers.count < settings.logins.count, peers.count - readyCount < Self.maximumConnecting {
        peers.append(try peer(peers.count))
      }
      poller.wait(until: Monotonic.now() + 100_000_000)
      while let number = refused.popLast() {
        retries += 1
        guard retries <= Self.maximumRetries else {
          throw LoadFailure("connections are refused: check port, devices and limits of descriptors")
        }
        peers[number] = try peer(number)
      }
      guard Monotonic.now() < deadline else {
        throw LoadFailure("\(readyCount) of \(settings.logins.count) connections after \(Self.connectSeconds) s")
      }
    }
    hasOpened = true
  }

  private func peer(_ number: Int) throws(LoadFailure) -> MQTTPeer {
    try MQTTPeer(
      number: number, login: settings.logins[number], host: settings.host, port: settings.port, poller: poller,
      owner: self)
  }

  /// Connections that were refused or broken while connecting and tried again.
  package var retriedConnections: Int { retries }

  /// Sends and counts; the connections stay open.
  package func run() -> LoadResult {
    let start = Monotonic.now()
    from = start + UInt64(settings.warmup * 1_000_000_000)
    until = from + UInt64(settings.seconds * 1_000_000_000)
    series = RateSeries(start: from)
    switch settings.pace {
    case .closed(let inFlight): runClosed(inFlight)
    case .open(let rate): runOpen(Schedule(start: start, rate: rate))
    }
    if settings.isOnceEach { waitForLast() }
    let end = settings.isOnceEach ? min(Monotonic.now(), until) : until
    waitForLast()
    result.seconds = Monotonic.seconds(from: from, to: end)
    (result.slowest, result.fastest) = series.extremes(whole: Int(result.seconds))
    result.unacknowledged = outstanding + lostMessages
    result.lost = lost
    return result
  }

  /// The number for the next message.
  package var nextNumber: Int { number }

  /// Closes all connections.
  package func close() {
    isStopping = true
    for peer in peers where peer.isReady { peer.leave() }
    peers = []
  }

  // MARK: pace

  private func runClosed(_ inFlight: Int) {
    if settings.isOnceEach {
      while cursor < peers.count, outstanding < inFlight { send(peers[cursor], count: 1, due: Monotonic.now()) }
      while outstanding > 0 || cursor < peers.count, Monotonic.now() < until { poller.wait(until: until) }
    } else {
      for peer in peers { send(peer, count: inFlight, due: Monotonic.now()) }
      while Monotonic.now() < until { poller.wait(until: until) }
    }
    isStopping = true
  }

  private func runOpen(_ schedule: Schedule) {
    // At high rates many messages go out together, so that the generator leaves the machine to what is measured.
    let isFast = schedule.rate > Self.singleRate
    var sent = 0
    while true {
      let now = Monotonic.now()
      guard now < until, !isUsedUp else { break }
      let due = schedule.dueCount(at: now)
      while sent < due, !isUsedUp {
        let last = isFast && !settings.isOnceEach ? min(due, sent + Self.groupCount) : sent + 1
        sendDue((sent..<last).map(schedule.due), at: now)
        sent = last
      }
      onTurn?(now)
      let next = schedule.due(sent)
      poller.wait(until: min(isFast ? max(next, now + Self.tick) : next, until))
    }
    isStopping = true
  }

  /// Whether every connection has sent its one message.
  private var isUsedUp: Bool { settings.isOnceEach && cursor >= peers.count }

  private func sendDue(_ dues: [UInt64], at now: UInt64) {
    let peer = peers[cursor % peers.count]
    cursor += 1
    guard peer.isReady else { return }
    for due in dues {
      guard outstanding < Self.maximumOutstanding, peer.hasRoom else {
        result.isOverloaded = true
        break
      }
      if due >= from { result.lateness.record(now - due) }
      append(peer, due: due)
    }
    peer.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Waits for the acknowledgements that are still due, at most ``MQTTSettings/drain``.
  private func waitForLast() {
    let limit = Monotonic.now() + UInt64(settings.drain * 1_000_000_000)
    while outstanding > 0, Monotonic.now() < limit { poller.wait(until: limit) }
  }

  private func send(_ peer: MQTTPeer, count: Int, due: UInt64) {
    if settings.isOnceEach { cursor += 1 }
    guard peer.isReady else { return }
    for _ in 0..<count where peer.hasRoom { append(peer, due: due) }
    peer.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private func append(_ peer: MQTTPeer, due: UInt64) {
    templates[number % templates.count].append(
      to: &buffer, serial: peer.serial, packetID: peer.nextPacketID(due: due), number: number)
    number += 1
    outstanding += 1
    if due >= from, due < until { result.sent += 1 }
  }
}

extension MQTTLoad {
  /// A connection stands.
  package func accepted(_ peer: MQTTPeer) { readyCount += 1 }

  /// Acknowledgements came.
  package func acknowledged(_ peer: MQTTPeer, dues: [UInt64]) {
    let now = Monotonic.now()
    outstanding -= dues.count
    for due in dues where due >= from && due < until {
      result.latency.record(now - due)
      onAcknowledged?(peer.serial, due, now)
    }
    if now >= from, now < until {
      result.acknowledged += dues.count
      series.add(dues.count, at: now)
    }
    guard !isStopping, case .closed = settings.pace else { return }
    if settings.isOnceEach {
      for _ in dues where cursor < peers.count { send(peers[cursor], count: 1, due: now) }
    } else {
      send(peer, count: dues.count, due: now)
    }
  }

  /// A message came.
  package func published(_ peer: MQTTPeer, payload: UnsafeRawBufferPointer) {}

  /// A connection is over.
  package func lost(_ peer: MQTTPeer) {
    guard hasOpened else {
      if peer.wasAccepted { readyCount -= 1 }
      return refused.append(peer.number)
    }
    lost += 1
    outstanding -= peer.outstanding
    lostMessages += peer.outstanding
  }
}
