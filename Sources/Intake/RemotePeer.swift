import NIOCore

/// The other end of a connection, as the transport sees it. Never logged: for a home it is personal data.
package struct RemotePeer: Sendable {
  private let socketAddress: SocketAddress?

  init(_ socketAddress: SocketAddress?) { self.socketAddress = socketAddress }

  /// The peer's IP address as text; nil where the transport has none.
  package var ipAddress: String? { socketAddress?.ipAddress }
  /// The peer's port; nil where the transport has none.
  package var port: Int? { socketAddress?.port }
}
