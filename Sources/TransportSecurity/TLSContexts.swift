import CareModel
import NIOCore
import NIOSSL
import Synchronization

/// The certificates that listeners use now; they are read again without a restart.
///
/// Reading blocks: make one and reload it on a thread that may wait, never on an event loop.
package final class TLSContexts: Sendable {
  /// Longest certificate or key file.
  package static let maximumFileBytes = 1 << 20
  /// How long before its end a certificate is warned about.
  package static let renewalSpan = TimeSpan.hours(14 * 24)
  /// How long a peer may take to answer our goodbye before its connection is cut.
  static let goodbyeLimit = TimeAmount.seconds(2)

  private struct Loaded {
    var context: NIOSSLContext
    var certificates: [LoadedCertificate]
  }

  /// The files and rules.
  package let settings: TLSSettings
  private let loaded: Mutex<Loaded>

  /// Reads and checks the files.
  ///
  /// - Throws: for a file that cannot be used, see ``TLSProblem``; dates are no reason, see ``warnings(at:)``.
  package init(settings: TLSSettings) throws(TLSProblem) {
    self.settings = settings
    loaded = Mutex(try Self.load(settings))
  }

  /// What the next connection uses.
  package var current: NIOSSLContext { loaded.withLock { $0.context } }

  /// Reads and checks the files again; new connections use what they hold from then on.
  ///
  /// Sessions of earlier contexts are not resumed: their clients make a full handshake, so a client authority that was
  /// taken away is gone at once.
  ///
  /// - Throws: for a file that cannot be used; what was loaded before then stays in use.
  package func reload() throws(TLSProblem) {
    let fresh = try Self.load(settings)
    loaded.withLock { $0 = fresh }
  }

  /// Certificates in use whose time is over, ends soon or has not begun.
  package func warnings(at now: Timestamp) -> [TLSWarning] {
    loaded.withLock { $0.certificates }.compactMap { $0.warning(at: now) }
  }

  /// When the first of the server's own certificates in use expires.
  package var expiresAt: Timestamp {
    loaded.withLock { $0.certificates }.filter { $0.file == .certificate }.map(\.end).min() ?? .distantFuture
  }

  private static func load(_ settings: TLSSettings) throws(TLSProblem) -> Loaded {
    let chainFile = try PEMFile(.certificate, path: settings.certificateFile)
    let chain = try chainFile.certificates()
    let keyFile = try PEMFile(.key, path: settings.keyFile)
    let key = try keyFile.privateKey()
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = settings.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
    configuration.shutdownTimeout = goodbyeLimit
    var certificates = LoadedCertificate.all(chain, chainFile)
    // Without the authorities named here, the system's would be trusted: any web server could be a device.
    if settings.clientCertificates != .none {
      guard let path = settings.clientAuthorityFile, !path.isEmpty else {
        throw TLSProblem(file: .clientAuthority, path: "", reason: .notNamed)
      }
      let authorityFile = try PEMFile(.clientAuthority, path: path)
      let authorities = try authorityFile.certificates()
      configuration.trustRoots = .certificates(authorities)
      configuration.sendCANameList = true
      configuration.certificateVerification =
        settings.clientCertificates == .required ? .noHostnameVerification : .optionalVerification
      certificates += LoadedCertificate.all(authorities, authorityFile)
    }
    do {
      return Loaded(context: try NIOSSLContext(configuration: configuration), certificates: certificates)
    } catch NIOSSLError.failedToLoadPrivateKey {
      throw keyFile.problem(.keyMismatch)
    } catch {
      throw chainFile.problem(.unusable)
    }
  }
}

/// The dates of a certificate in use.
private struct LoadedCertificate {
  let file: TLSFile
  let path: String
  let number: Int
  let start: Timestamp
  let end: Timestamp

  static func all(_ certificates: [NIOSSLCertificate], _ file: PEMFile) -> [LoadedCertificate] {
    certificates.enumerated().map { index, certificate in
      LoadedCertificate(
        file: file.file, path: file.path, number: index + 1,
        start: Timestamp(seconds: Int64(certificate.notValidBefore)),
        end: Timestamp(seconds: Int64(certificate.notValidAfter)))
    }
  }

  func warning(at now: Timestamp) -> TLSWarning? {
    func warning(_ reason: TLSWarning.Reason, _ moment: Timestamp) -> TLSWarning {
      TLSWarning(file: file, path: path, number: number, reason: reason, moment: moment)
    }
    if now > end { return warning(.expired, end) }
    if now < start { return warning(.notYetValid, start) }
    return end - now < TLSContexts.renewalSpan ? warning(.expiresSoon, end) : nil
  }
}
