import Foundation
import NIOSSL
import TransportSecurity

/// The certificates in `Fixtures`; its README says what they are.
enum TLSFiles {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
  }

  static func settings(
    _ clients: TLSSettings.ClientCertificates = .none, minimumVersion: TLSSettings.Version = .tls12
  ) -> TLSSettings {
    TLSSettings(
      certificateFile: path("server.pem"), keyFile: path("server.key"),
      clientAuthorityFile: clients == .none ? nil : path("authority.pem"), clientCertificates: clients,
      minimumVersion: minimumVersion)
  }

  static func contexts(_ clients: TLSSettings.ClientCertificates = .none) throws -> TLSContexts {
    try TLSContexts(settings: settings(clients))
  }

  /// How a client shakes hands: it trusts our authority, and shows a certificate where it has one.
  static func client(
    certificate: String? = nil, versions: ClosedRange<Version> = .tls12 ... .tls13
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path("authority.pem")))
    configuration.minimumTLSVersion = versions.lowerBound.nio
    configuration.maximumTLSVersion = versions.upperBound.nio
    if let certificate {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(path("\(certificate).pem"))
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try NIOSSLPrivateKey(file: path("\(certificate).key"), format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }

  enum Version: Int, Comparable {
    case tls11, tls12, tls13

    var nio: TLSVersion {
      switch self {
      case .tls11: .tlsv11
      case .tls12: .tlsv12
      case .tls13: .tlsv13
      }
    }

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }
}
