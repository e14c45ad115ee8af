import CareModel

/// Where a receiver listens, and its bounds.
package struct ReceiverSettings: Sendable, Equatable {
  /// The receiver's name in logs and metrics (`mqtt`, `mllp`).
  package var name: String
  /// The address to listen on, a literal or a name.
  package var host: String
  /// The port to listen on, 0-65535; 0 takes a free one.
  package var port: Int
  /// Refuses to listen without transport security on an address that others can reach.
  package var loopbackOnly: Bool
  /// Connections that the system keeps while they wait to be accepted.
  package var backlog: Int
  /// Most connections at once; one past it is accepted and closed, and counted as refused. For datagrams: peers.
  package var maximumConnections: Int
  /// Most connections that have neither signed in nor delivered anything; one past it, the oldest of them is closed.
  package var maximumUnproven: Int
  /// Most bytes that a peer may leave unread; past it, the connection is closed and counted as a slow reader.
  package var maximumUnreadBytes: Int
  /// Most bytes a second from one connection, and at once; past it, reading waits. 1-1,000,000,000.
  package var bytesPerSecond: Int
  /// Bounds on the handshakes of transport security.
  package var handshakes: HandshakeLimits
  /// How long what was replied may take to leave before a connection is closed regardless.
  package var closeLimit: TimeSpan
  /// How long all connections together may take to close when the daemon stops.
  package var shutdownLimit: TimeSpan

  /// Settings; by default 400,000 connections (a city of 300,000 homes and its staff), 16,384 unproven ones, a backlog
  /// of 4,096, 1 MiB unread, 16 MiB a second, 5 s for a connection and for the shutdown.
  package init(
    name: String, host: String, port: Int, loopbackOnly: Bool = false, backlog: Int = 4096,
    maximumConnections: Int = 400_000, maximumUnproven: Int = 16_384, maximumUnreadBytes: Int = 1 << 20,
    bytesPerSecond: Int = 16 << 20, handshakes: HandshakeLimits = HandshakeLimits(),
    closeLimit: TimeSpan = .seconds(5), shutdownLimit: TimeSpan = .seconds(5)
  ) {
    precondition((0...65_535).contains(port) && (1...65_535).contains(backlog))
    precondition(maximumConnections > 0 && maximumUnproven > 0 && maximumUnreadBytes > 0)
    precondition((1...1_000_000_000).contains(bytesPerSecond))
    self.name = name
    self.host = host
    self.port = port
    self.loopbackOnly = loopbackOnly
    self.backlog = backlog
    self.maximumConnections = maximumConnections
    self.maximumUnproven = maximumUnproven
    self.maximumUnreadBytes = maximumUnreadBytes
    self.bytesPerSecond = bytesPerSecond
    self.handshakes = handshakes
    self.closeLimit = closeLimit
    self.shutdownLimit = shutdownLimit
  }

  var byteAllowance: Pace.Allowance { Pace.Allowance(perSecond: bytesPerSecond, burst: bytesPerSecond) }
}

/// Bounds on the handshakes of one receiver.
package struct HandshakeLimits: Sendable, Equatable {
  /// Most handshakes under way at once: each costs memory, and time of the threads that alarms need too.
  package var maximumUnderWay: Int
  /// Most handshakes that wait for their turn; one past it is closed.
  package var maximumWaiting: Int
  /// From the connection to the end of its handshake, waiting included.
  package var timeLimit: TimeSpan
  /// How long a handshake may be under way while others wait; past it, it is closed.
  package var patience: TimeSpan

  /// Limits; by default 64 under way and 16,384 waiting, 10 s, 2 s of patience.
  package init(
    maximumUnderWay: Int = 64, maximumWaiting: Int = 16_384, timeLimit: TimeSpan = .seconds(10),
    patience: TimeSpan = .seconds(2)
  ) {
    precondition(maximumUnderWay > 0 && maximumWaiting >= 0 && timeLimit > .zero && patience > .zero)
    self.maximumUnderWay = maximumUnderWay
    self.maximumWaiting = maximumWaiting
    self.timeLimit = timeLimit
    self.patience = patience
  }
}
