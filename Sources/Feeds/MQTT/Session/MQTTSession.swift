import CareModel
import FeedSession

/// The server's side of one MQTT connection (5.0, 3.1.1, and 3.1 where it differs), as a pure state machine.
///
/// The host sends ``FeedEvent/deadline`` once when the connection begins, so that the connect timer runs also for a
/// peer that sends nothing. After ``FeedEvent/peerClosed`` it goes on sending `settled` and `authenticated`.
///
/// Every session is clean: session present is always 0, unacknowledged downlinks are reported as not delivered, and
/// messages of quality of service 2 are recognised across connections by their own `id` only. An empty client id takes
/// over nothing.
///
/// A will becomes a signal of kind `lineLost` when the connection ends without a normal DISCONNECT, at once. Only where
/// the host keeps the session after its close and the limits grant a session expiry, a will with a delay waits (5.0
/// section 3.1.3.2.2): the last actions then wake the session at that moment, and ``takenOver(at:)`` takes it back.
package struct MQTTSession: FeedSession {
  private enum State: Sendable {
    case awaitingConnect(Inbox)
    case authenticating(Candidate)
    case connected(Connection)
    case lingering(PendingWill)
    case closed
  }

  private var state: State
  private let limits: MQTTLimits
  private let connectionNumber: UInt64
  private let certified: Principal?
  private var connectBy: Timestamp?

  /// A session for a connection that has just been opened.
  ///
  /// - Parameters:
  ///   - limits: its bounds.
  ///   - connectionNumber: what the name of a client of 5.0 that has none is made of; no two connections of a daemon,
  ///     nor of two, should share one.
  ///   - certified: who the client is by the certificate that the transport has verified. Then nobody is asked, and a
  ///     user name must be this principal's.
  package init(limits: MQTTLimits = .standard, connectionNumber: UInt64 = 0, certified: Principal? = nil) {
    self.limits = limits
    self.connectionNumber = connectionNumber
    self.certified = certified
    state = .awaitingConnect(Inbox(maximumPacketBytes: limits.maximumPacketBytes))
  }

  /// The client's name for its session, its own or the one it was given; empty until it is known and after the end.
  package var clientID: String {
    switch state {
    case .authenticating(let candidate): candidate.clientID
    case .connected(let connection): connection.clientID
    case .awaitingConnect, .lingering, .closed: ""
    }
  }

  /// Takes one event and says what to do about it.
  package mutating func handle(_ event: FeedEvent, at now: Timestamp) -> [FeedAction] {
    var turn = Turn(now: now)
    if connectBy == nil { startConnectTimer(for: event, &turn) }
    switch event {
    case .bytes(let chunk): received(chunk, &turn)
    case .settled(let token, let outcome): settled(token, outcome, &turn)
    case .authenticated(let token, let principal): authenticated(token, principal, &turn)
    case .deadline: deadlineReached(&turn)
    case .downlink(let downlink): send(downlink, &turn)
    case .peerClosed: peerClosed(&turn)
    case .shutdown: stop(.shutdown, &turn)
    }
    return turn.actions
  }

  /// The same client has connected again: closes, as ``FeedEvent/shutdown`` does, but says so (5.0 section 3.1.4).
  package mutating func takenOver(at now: Timestamp) -> [FeedAction] {
    var turn = Turn(now: now)
    stop(.takenOver, &turn)
    return turn.actions
  }

  private mutating func startConnectTimer(for event: FeedEvent, _ turn: inout Turn) {
    connectBy = turn.now + limits.connectTimeout
    if case .deadline = event { return }
    turn.add(.wakeAt(connectBy))
  }

  private mutating func received(_ chunk: [UInt8], _ turn: inout Turn) {
    switch take() {
    case .awaitingConnect(var inbox):
      inbox.append(chunk)
      readConnect(inbox, &turn)
    case .authenticating(var candidate):
      candidate.inbox.append(chunk)
      holdBack(candidate, &turn)
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn throws(SessionEnd) in try connection.received(chunk, &turn) }
    case .lingering(let will): state = .lingering(will)
    case .closed: return
    }
  }

  private mutating func settled(_ token: DeliveryToken, _ outcome: DeliveryOutcome, _ turn: inout Turn) {
    switch take() {
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn throws(SessionEnd) in
        try connection.settled(token, outcome, &turn)
      }
    case .awaitingConnect(let inbox): state = .awaitingConnect(inbox)
    case .authenticating(let candidate): state = .authenticating(candidate)
    case .lingering(let will): state = .lingering(will)
    case .closed: return
    }
  }

  private mutating func authenticated(_ token: AuthenticationToken, _ principal: Principal?, _ turn: inout Turn) {
    switch take() {
    case .authenticating(let candidate):
      guard token == candidate.token else {
        state = .authenticating(candidate)
        return
      }
      judge(candidate, principal, &turn)
      if candidate.isGone { turn.dropWhatNeedsThePeer(keepingAlarm: lingersUntil) }
    case .awaitingConnect(let inbox): state = .awaitingConnect(inbox)
    case .connected(let connection): state = .connected(connection)
    case .lingering(let will): state = .lingering(will)
    case .closed: return
    }
  }

  private mutating func deadlineReached(_ turn: inout Turn) {
    switch take() {
    case .awaitingConnect(let inbox):
      if let connectBy, turn.now >= connectBy { return turn.close(.idle) }
      turn.add(.wakeAt(connectBy))
      state = .awaitingConnect(inbox)
    case .authenticating(let candidate):
      if let connectBy, turn.now >= connectBy { return refuse(candidate, .unavailable, .unavailable, &turn) }
      turn.add(.wakeAt(connectBy))
      state = .authenticating(candidate)
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn throws(SessionEnd) in try connection.deadlineReached(&turn) }
    case .lingering(let will):
      guard turn.now >= will.due else {
        turn.add(.wakeAt(will.due))
        state = .lingering(will)
        return
      }
      turn.add(.deliver(will.signal, will.token))
    case .closed: return
    }
  }

  private mutating func send(_ downlink: Downlink, _ turn: inout Turn) {
    switch take() {
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn in connection.send(downlink, &turn) }
      return
    case .awaitingConnect(let inbox): state = .awaitingConnect(inbox)
    case .authenticating(let candidate): state = .authenticating(candidate)
    case .lingering(let will): state = .lingering(will)
    case .closed: break
    }
    if let token = downlink.token { turn.add(.downlinkReported(token, isDelivered: false)) }
  }

  private mutating func peerClosed(_ turn: inout Turn) {
    switch take() {
    case .awaitingConnect: turn.close(.peerClosed)
    case .authenticating(var candidate):
      candidate.isGone = true
      state = .authenticating(candidate)
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn throws(SessionEnd) in
        try connection.readLastPackets(&turn)
        throw SessionEnd(.peerClosed)
      }
      turn.dropWhatNeedsThePeer(keepingAlarm: lingersUntil)
    case .lingering(let will): state = .lingering(will)
    case .closed: return
    }
  }

  /// Our own stop, or the client's new connection. A will that waits goes out before we stop; a client that has come
  /// back takes it back.
  private mutating func stop(_ reason: CloseReason, _ turn: inout Turn) {
    switch take() {
    case .awaitingConnect: turn.close(reason)
    case .authenticating(let candidate): refuse(candidate, .unavailable, reason, &turn)
    case .connected(let connection):
      proceed(connection, &turn) { _, _ throws(SessionEnd) in throw SessionEnd(reason) }
    case .lingering(let will):
      if reason != .takenOver { turn.add(.deliver(will.signal, will.token)) }
      turn.add(.wakeAt(nil))
    case .closed: return
    }
  }

  private var lingersUntil: Timestamp? {
    if case .lingering(let will) = state { will.due } else { nil }
  }

  /// Moves the state out, so that what it holds is changed in place; every caller puts a state back or leaves `closed`.
  private mutating func take() -> State {
    var taken = State.closed
    swap(&taken, &state)
    return taken
  }

  private mutating func proceed(
    _ connection: consuming Connection, _ turn: inout Turn,
    _ step: (inout Connection, inout Turn) throws(SessionEnd) -> Void
  ) {
    var connection = connection
    do throws(SessionEnd) {
      try step(&connection, &turn)
      state = .connected(connection)
    } catch {
      if let will = connection.finish(error, &turn) {
        state = .lingering(will)
        turn.close(error.reason, andWakeAt: will.due)
      } else {
        turn.close(error.reason)
      }
    }
  }
}

/// From the first byte to the CONNACK.
extension MQTTSession {
  private mutating func readConnect(_ inbox: consuming Inbox, _ turn: inout Turn) {
    var inbox = inbox
    do throws(DecodeFailure) {
      if let header = try inbox.nextHeader(), header.type != .connect { throw .protocolError }
      switch try inbox.nextPacket() {
      case .connect(let connect): ask(connect, inbox, &turn)
      case nil: state = .awaitingConnect(inbox)
      default: throw .protocolError
      }
    } catch {
      if let answer = Self.answer(to: error, inbox.connectBody()) { turn.reply(answer) }
      turn.close(SessionEnd(failure: error).reason)
    }
  }

  /// What a client is told about a CONNECT that cannot be read; before 5.0 mostly nothing.
  private static func answer(to failure: DecodeFailure, _ body: ArraySlice<UInt8>) -> [UInt8]? {
    if case .unsupportedLevel(let level) = failure { return ConnackPacket.refusal(ofLevel: level) }
    guard ConnectPacket.speaksVersion5(body) else { return nil }
    switch failure {
    case .malformed: return ConnackPacket5.refusing(.malformedPacket)
    case .badClientID: return ConnackPacket5.refusing(.clientIDNotValid)
    case .protocolError, .unsupportedLevel, .tooLarge: return ConnackPacket5.refusing(.protocolError)
    }
  }

  /// Asks who the client is, unless the CONNECT rules it out or a certificate says it.
  private mutating func ask(_ connect: ConnectPacket, _ inbox: Inbox, _ turn: inout Turn) {
    let candidate = Candidate(connect, inbox: inbox, connectionNumber: connectionNumber)
    guard candidate.hasUsableID(limits) else { return refuse(candidate, .clientID, .protocolError, &turn) }
    guard connect.properties.authenticationMethod == nil else {
      return refuse(candidate, .authenticationMethod, .notAuthenticated, &turn)
    }
    if let certified {
      guard connect.userName.map(certified.isNamed) ?? true else {
        return refuse(candidate, .notAuthorized, .notAuthorized, &turn)
      }
      return judge(candidate, certified, &turn)
    }
    let credentials = Credentials(
      userName: connect.userName ?? "", secret: connect.password ?? [], clientID: candidate.clientID)
    turn.add(.authenticate(credentials, candidate.token))
    holdBack(candidate, &turn)
  }

  private mutating func holdBack(_ candidate: Candidate, _ turn: inout Turn) {
    var candidate = candidate
    guard candidate.inbox.count <= limits.maximumHeldBytes else {
      return turn.close(.tooManyInFlight)
    }
    if !candidate.isReadingPaused, candidate.inbox.count > limits.maximumHeldBytes / 4 {
      candidate.isReadingPaused = true
      turn.add(.pauseReading)
    }
    state = .authenticating(candidate)
  }

  private mutating func judge(_ candidate: Candidate, _ principal: Principal?, _ turn: inout Turn) {
    let connect = candidate.connect
    guard let principal else {
      let refusal: Refusal = connect.userName == nil ? .notAuthorized : .badUserNameOrPassword
      return refuse(candidate, refusal, .notAuthenticated, &turn)
    }
    guard let scope = TopicScope(principal: principal, clientID: candidate.clientID) else {
      return refuse(candidate, .notAuthorized, .notAuthorized, &turn)
    }
    guard let connack = connect.acceptance(assignedID: candidate.assignedID, limits: limits) else {
      return refuse(candidate, .packetTooLarge, .tooLarge, &turn)
    }
    let connection = Connection(candidate, scope: scope, limits: limits, at: turn.now)
    turn.reply(connack)
    turn.add(.online(principal))
    turn.add(.wakeAt(connection.silentAt))
    proceed(connection, &turn) { connection, turn throws(SessionEnd) in
      if candidate.isGone {
        try connection.readLastPackets(&turn)
        throw SessionEnd(.peerClosed)
      }
      try connection.readPackets(&turn)
    }
  }

  private mutating func refuse(
    _ candidate: Candidate, _ refusal: Refusal, _ reason: CloseReason, _ turn: inout Turn
  ) {
    let answer = refusal.encoded(for: candidate.connect)
    if !answer.isEmpty { turn.reply(answer) }
    turn.close(reason)
  }
}
