import NIOSSL

/// The names in a client certificate that was verified in the handshake. Never logged: for a home it is personal data.
package struct PeerCertificate: Sendable, Equatable {
  /// Most alternative names that are looked at.
  package static let maximumNames = 16
  /// Longest name that counts; a longer one is passed over.
  package static let maximumNameBytes = 253

  /// The common name of the subject; nil when there is none, or more than one.
  package var commonName: String?
  /// The alternative names of the kind DNS, in their order.
  package var dnsNames: [String]

  /// Names of a certificate.
  package init(commonName: String?, dnsNames: [String]) {
    self.commonName = commonName
    self.dnsNames = dnsNames
  }

  /// The names of a certificate that the caller has verified.
  package init(_ certificate: NIOSSLCertificate) {
    let names = certificate.subjectName.filter { $0.type == .commonName }
    commonName = names.count == 1 ? names.first.flatMap { Self.usable($0.value) } : nil
    dnsNames = certificate._subjectAlternativeNames().prefix(Self.maximumNames).compactMap { name in
      guard name.nameType == .dnsName, name.contents.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
      return Self.usable(String(decoding: name.contents, as: UTF8.self))
    }
  }

  /// A name with a control character would look like another one.
  private static func usable(_ name: String) -> String? {
    guard !name.isEmpty, name.utf8.count <= maximumNameBytes else { return nil }
    return name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0xFFFD } ? nil : name
  }
}
