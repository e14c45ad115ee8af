import CareModel

/// Where a receiver listens, and its bounds.
package struct ReceiverSettings: Sendable, Equatable {
  /// The receiver's name in logs and metrics (`mqtt`, `mllp`).
  package var name: String
  /// The address to listen on, a literal or a name.
  package var host: String
  /// The port to listen on, 0-65535; 0 takes a free one.
  package var port: Int
  /// Connections that the system keeps while they wait to be accepted.
  package var backlog: Int
  /// Most connections at once; one past it is accepted and closed, and counted as refused.
  package var maximumConnections: Int
  /// Most bytes that a peer may leave unread; past it, the connection is closed and counted as a slow reader.
  package var maximumUnreadBytes: Int
  /// How long what was replied may take to leave before a connection is closed regardless.
  package var closeLimit: TimeSpan
  /// How long all connections together may take to close when the daemon stops.
  package var shutdownLimit: TimeSpan

  /// Settings; by default 400,000 connections (a city of 300,000 homes and its staff), a backlog of 4,096, 1 MiB
  /// unread, 5 s for a connection and for the shutdown.
  package init(
    name: String, host: String, port: Int, backlog: Int = 4096, maximumConnections: Int = 400_000,
    maximumUnreadBytes: Int = 1 << 20, closeLimit: TimeSpan = .seconds(5), shutdownLimit: TimeSpan = .seconds(5)
  ) {
    precondition((0...65_535).contains(port) && (1...65_535).contains(backlog))
    precondition(maximumConnections > 0 && maximumUnreadBytes > 0)
    self.name = name
    self.host = host
    self.port = port
    self.backlog = backlog
    self.maximumConnections = maximumConnections
    self.maximumUnreadBytes = maximumUnreadBytes
    self.closeLimit = closeLimit
    self.shutdownLimit = shutdownLimit
  }
}
