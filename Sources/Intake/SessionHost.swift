import CareModel
import EngineHost
import FeedSession
import NIOCore

/// One session and what its host knows about it, whatever carries its bytes.
struct HostedSession<Session: FeedSession> {
  /// Nil until the connection is open.
  var session: Session?
  /// What happened while an event was being handled.
  fileprivate var waiting: [FeedEvent] = []
  fileprivate var clientID = ""
  fileprivate var peer: PeerID?
  fileprivate var alarm = AlarmClock()
  /// Deliveries that are not settled yet.
  fileprivate(set) var unsettled: Int32 = 0
  fileprivate var isHandling = false
  /// It has signed in or delivered something.
  fileprivate(set) var isProven = false
  /// Set where the host knows better why it ends than what the session is told.
  var partingReason: CloseReason?
  fileprivate(set) var hasEnded = false
}

/// Hosts a session: turns what happens into events and does what the session asks for. All on one event loop.
protocol SessionHost: AnyObject, SendableMetatype {
  associatedtype Session: FeedSession

  var hosted: HostedSession<Session> { get set }
  var shared: ReceiverContext<Session> { get }
  /// Nil once nothing can happen to the peer any more.
  var eventLoop: (any EventLoop)? { get }

  /// Sends to the peer; many replies may leave together a little later.
  func reply(_ bytes: [UInt8])
  /// Stops or goes on reading from the peer, for the session.
  func read(_ isReading: Bool)
  /// The session has signed in or delivered something, for the first time.
  func proved()
  /// The peer's sign-in has failed; how long to hold its answer back.
  func signInFailed() -> TimeSpan
  /// The peer can be reached as a principal from now on, under the client's own name for its session.
  func becameReachable(as principal: Principal, clientID: String)
  /// A delivery was handed over or settled.
  func unsettledChanged()
  /// The session is over: what was replied leaves, then nothing is heard from the peer any more.
  func leave()
}

extension SessionHost {
  /// Begins, once the peer can be heard.
  func begin(with peer: RemotePeer) {
    guard hosted.session == nil else { return }
    shared.counters.count { $0.accepted += 1 }
    hosted.session = shared.makeSession(peer, shared.clock.now())
    happen(.bytes([]))
  }

  /// Lets one event happen; an event that comes of handling another one waits for its end.
  func happen(_ event: FeedEvent) {
    guard !hosted.isHandling else { return hosted.waiting.append(event) }
    hosted.isHandling = true
    handle(event)
    while !hosted.waiting.isEmpty {
      let events = hosted.waiting
      hosted.waiting = []
      for event in events { handle(event) }
    }
    hosted.isHandling = false
  }

  /// The same client has connected again: this session says goodbye.
  func takeOver() {
    hosted.partingReason = .takenOver
    guard !hosted.hasEnded, !hosted.isHandling else { return happen(.shutdown) }
    hosted.isHandling = true
    for action in hosted.session?.takenOver(at: shared.clock.now()) ?? [] { perform(action) }
    hosted.isHandling = false
    end(.takenOver)
  }

  /// The session is over, for a reason that is counted.
  func end(_ reason: CloseReason) {
    guard !hosted.hasEnded else { return }
    let counted = hosted.partingReason ?? reason
    shared.counters.count { $0.closed[counted, default: 0] += 1 }
    if let peer = hosted.peer { shared.engine.disconnected(peer) }
    hosted.hasEnded = true
    hosted.peer = nil
    hosted.alarm.wish = nil
    leave()
  }

  private func handle(_ event: FeedEvent) {
    if case .settled = event {
      hosted.unsettled -= 1
      unsettledChanged()
    }
    if hosted.hasEnded {
      if case .downlink(let message) = event, let token = message.token {
        shared.engine.downlinkReported(token, isDelivered: false)
      }
      return
    }
    let actions = hosted.session?.handle(event, at: shared.clock.now()) ?? []
    for action in actions { perform(action) }
    switch event {
    case .peerClosed: end(.peerClosed)
    case .shutdown: end(.shutdown)
    case .bytes, .settled, .authenticated, .deadline, .downlink: break
    }
  }
}

/// From an action to what is done.
extension SessionHost {
  private func perform(_ action: FeedAction) {
    switch action {
    case .deliver(let signal, let token): shared.engine.offer(signal, answer: handOver(token))
    case .answer(let message, let token): shared.engine.offer(message, answer: handOver(token))
    case .authenticate(let credentials, let token): authenticate(credentials, token)
    case .online(let principal): goOnline(as: principal)
    case .reply(let bytes): if !hosted.hasEnded { reply(bytes) }
    case .wakeAt(let moment):
      hosted.alarm.wish = moment
      setAlarm()
    case .downlinkReported(let token, let isDelivered):
      shared.engine.downlinkReported(token, isDelivered: isDelivered)
    case .pauseReading: read(false)
    case .resumeReading: read(true)
    case .close(let reason): end(reason)
    }
  }

  /// Counts a delivery, and brings its outcome back to the event loop, whichever thread it comes from.
  private func handOver(_ token: DeliveryToken) -> @Sendable (DeliveryOutcome) -> Void {
    shared.counters.count { $0.deliveries += 1 }
    guard let eventLoop else { return { _ in } }
    prove()
    hosted.unsettled += 1
    unsettledChanged()
    let host = NIOLoopBound(self, eventLoop: eventLoop)
    let counters = shared.counters
    return { outcome in
      if outcome == .unavailable { counters.count { $0.unavailable += 1 } }
      if eventLoop.inEventLoop {
        host.value.happen(.settled(token, outcome))
      } else {
        eventLoop.execute { host.value.happen(.settled(token, outcome)) }
      }
    }
  }

  /// Only the answer to a failed sign-in is ever held back: who knows the secret is let in at once.
  private func authenticate(_ credentials: Credentials, _ token: AuthenticationToken) {
    hosted.clientID = credentials.clientID
    let principal = shared.engine.authenticate(credentials)
    let delay = principal == nil ? signInFailed() : .zero
    guard delay > .zero, let eventLoop else { return happen(.authenticated(token, principal)) }
    shared.counters.delayed(.failedSignIn)
    eventLoop.assumeIsolated().scheduleTask(in: .microseconds(delay.microseconds)) { [weak self] in
      self?.happen(.authenticated(token, nil))
    }
  }

  private func goOnline(as principal: Principal) {
    guard hosted.peer == nil, let eventLoop else { return }
    prove()
    // Where a certificate has said who it is, nobody was asked.
    let clientID = hosted.clientID.isEmpty ? hosted.session?.clientID ?? "" : hosted.clientID
    becameReachable(as: principal, clientID: clientID)
    let host = NIOLoopBound(self, eventLoop: eventLoop)
    hosted.peer = shared.engine.connected(principal) { message in
      eventLoop.execute { host.value.happen(.downlink(message)) }
    }
  }

  private func prove() {
    guard !hosted.isProven else { return }
    hosted.isProven = true
    proved()
  }
}

/// The session's deadline.
extension SessionHost {
  private func setAlarm() {
    guard let eventLoop, !hosted.hasEnded, let (ring, delay) = hosted.alarm.next(at: shared.clock.now()) else {
      return
    }
    eventLoop.assumeIsolated().scheduleTask(in: .microseconds(delay.microseconds)) { [weak self] in
      self?.rang(ring)
    }
  }

  private func rang(_ ring: Timestamp) {
    if hosted.alarm.rang(ring, at: shared.clock.now()) { happen(.deadline) } else { setAlarm() }
  }
}
