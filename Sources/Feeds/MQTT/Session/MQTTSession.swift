import CareModel
import FeedSession

/// A client that has sent its CONNECT and is not accepted yet.
struct Candidate: Sendable {
  let connect: ConnectPacket
  let token: AuthenticationToken
  /// What it sent since; nothing of it is looked at before it is known who sent it.
  var inbox: Inbox
  var isReadingPaused = false
  /// It left without waiting: what it sent still counts once it is known who it was.
  var isGone = false
}

/// The server's side of one MQTT connection (3.1.1, and 3.1 where it differs), as a pure state machine.
///
/// The host sends ``FeedEvent/deadline`` once when the connection begins, so that the connect timer runs also for a
/// peer that sends nothing. After ``FeedEvent/peerClosed`` it goes on sending `settled` and `authenticated`.
///
/// Every session is clean: session present is always 0, unacknowledged downlinks are reported as not delivered, and
/// messages of quality of service 2 are recognised across connections by their own `id` only. An empty client id takes
/// over nothing.
package struct MQTTSession: FeedSession {
  private enum State: Sendable {
    case awaitingConnect(Inbox)
    case authenticating(Candidate)
    case connected(Connection)
    case closed
  }

  private var state: State
  private let limits: MQTTLimits
  private var connectBy: Timestamp?

  /// A session for a connection that has just been opened.
  package init(limits: MQTTLimits = .standard) {
    self.limits = limits
    state = .awaitingConnect(Inbox(maximumPacketBytes: limits.maximumPacketBytes))
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
    case .shutdown: shutDown(&turn)
    }
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
    case .closed: return
    }
  }

  private mutating func authenticated(_ token: AuthenticationToken, _ principal: Principal?, _ turn: inout Turn) {
    switch take() {
    case .authenticating(let candidate):
      guard token == candidate.token else { return state = .authenticating(candidate) }
      judge(candidate, principal, &turn)
      if candidate.isGone { turn.dropWhatNeedsThePeer() }
    case .awaitingConnect(let inbox): state = .awaitingConnect(inbox)
    case .connected(let connection): state = .connected(connection)
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
      if let connectBy, turn.now >= connectBy { return refuse(candidate, .serverUnavailable, .unavailable, &turn) }
      turn.add(.wakeAt(connectBy))
      state = .authenticating(candidate)
    case .connected(let connection):
      proceed(connection, &turn) { connection, turn throws(SessionEnd) in try connection.deadlineReached(&turn) }
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
      turn.dropWhatNeedsThePeer()
    case .closed: return
    }
  }

  private mutating func shutDown(_ turn: inout Turn) {
    switch take() {
    case .awaitingConnect: turn.close(.shutdown)
    case .authenticating(let candidate): refuse(candidate, .serverUnavailable, .shutdown, &turn)
    case .connected(let connection):
      proceed(connection, &turn) { _, _ throws(SessionEnd) in throw SessionEnd(.shutdown) }
    case .closed: return
    }
  }

  /// Moves the state out, so that what it holds is changed in place; every caller puts a state back or leaves `closed`.
  private mutating func take() -> State {
    let taken = state
    state = .closed
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
      connection.finish(error.reason, &turn)
      turn.close(error.reason)
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
      case .publish, .puback, .pubrec, .pubrel, .pubcomp, .subscribe, .unsubscribe, .pingreq, .disconnect:
        throw .protocolError
      }
    } catch {
      if case .unsupportedLevel(let level) = error { turn.reply(ConnackPacket.refusal(ofLevel: level)) }
      turn.close(SessionEnd(failure: error).reason)
    }
  }

  /// Asks who the client is, unless its id rules it out (3.1.1 section 3.1.3.1; 3.1 wants an id always).
  private mutating func ask(_ connect: ConnectPacket, _ inbox: Inbox, _ turn: inout Turn) {
    let isUsable =
      connect.clientID.isEmpty
      ? connect.version == .mqtt311 && connect.cleanSession
      : connect.clientID.utf8.count <= limits.maximumClientIDBytes
    let candidate = Candidate(connect: connect, token: AuthenticationToken(number: 1), inbox: inbox)
    guard isUsable else { return refuse(candidate, .identifierRejected, .protocolError, &turn) }
    let credentials = Credentials(
      userName: connect.userName ?? "", secret: connect.password ?? [], clientID: connect.clientID)
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
    guard let principal else {
      let code: ConnackPacket.Code = candidate.connect.userName == nil ? .notAuthorized : .badUserNameOrPassword
      return refuse(candidate, code, .notAuthenticated, &turn)
    }
    guard let scope = TopicScope(principal: principal, clientID: candidate.connect.clientID) else {
      return refuse(candidate, .notAuthorized, .notAuthorized, &turn)
    }
    let connection = Connection(candidate, scope: scope, limits: limits, at: turn.now)
    turn.reply(ConnackPacket(code: .accepted).encoded)
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
    _ candidate: Candidate, _ code: ConnackPacket.Code, _ reason: CloseReason, _ turn: inout Turn
  ) {
    turn.reply(ConnackPacket(code: code).encoded)
    turn.close(reason)
  }
}
