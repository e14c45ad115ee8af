import NIOCore
import TransportSecurity

/// The other end of a connection, as the transport sees it. Never logged: for a home it is personal data.
package struct RemotePeer: Sendable {
  private let socketAddress: SocketAddress?
  /// The names in the peer's certificate, where it showed one and that was verified.
  package let certificate: PeerCertificate?

  init(_ socketAddress: SocketAddress?, certificate: PeerCertificate? = nil) {
    self.socketAddress = socketAddress
    self.certificate = certificate
  }

  /// The peer's IP address as text; nil where the transport has none.
  package var ipAddress: String? { socketAddress?.ipAddress }
  /// The peer's port; nil where the transport has none.
  package var port: Int? { socketAddress?.port }
}
