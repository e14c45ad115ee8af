/// The files and rules of transport security for one listener or several.
package struct TLSSettings: Sendable, Equatable {
  /// What is asked of clients.
  package enum ClientCertificates: String, Sendable, CaseIterable {
    /// Nothing: a client's certificate is not looked at.
    case none
    /// A client may show a certificate; one that does not verify ends the handshake.
    case optional
    /// No handshake without a verified certificate.
    case required
  }

  /// The oldest version that is spoken; the newest is always 1.3.
  package enum Version: String, Sendable, CaseIterable {
    /// TLS 1.2 and 1.3.
    case tls12 = "1.2"
    /// TLS 1.3 only.
    case tls13 = "1.3"
  }

  /// Path of the certificate in PEM, followed by the intermediate ones.
  package var certificateFile: String
  /// Path of the certificate's private key in PEM, not encrypted.
  package var keyFile: String
  /// Path of the authorities in PEM that client certificates are verified against; needed unless none are asked for.
  package var clientAuthorityFile: String?
  /// What is asked of clients.
  package var clientCertificates: ClientCertificates
  /// The oldest version that is spoken.
  package var minimumVersion: Version

  /// Settings; by default no client certificates, and TLS 1.2 or newer.
  package init(
    certificateFile: String, keyFile: String, clientAuthorityFile: String? = nil,
    clientCertificates: ClientCertificates = .none, minimumVersion: Version = .tls12
  ) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.clientAuthorityFile = clientAuthorityFile
    self.clientCertificates = clientCertificates
    self.minimumVersion = minimumVersion
  }
}
