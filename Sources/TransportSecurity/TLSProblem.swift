import CareModel

/// Which of the files of ``TLSSettings``.
package enum TLSFile: String, Sendable, CaseIterable {
  /// ``TLSSettings/certificateFile``.
  case certificate
  /// ``TLSSettings/keyFile``.
  case key
  /// ``TLSSettings/clientAuthorityFile``.
  case clientAuthority
}

/// Why transport security cannot be used: which file, and what to do. Holds no content of a file.
package struct TLSProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  package enum Reason: Sendable, Equatable {
    /// No file of this name.
    case missing
    /// The daemon may not read it, or it is no ordinary file; the system's error number.
    case unreadable(Int32)
    /// More than ``TLSContexts/maximumFileBytes``.
    case tooLarge
    /// No certificate in PEM in it.
    case noCertificate
    /// No private key in PEM in it.
    case noKey
    /// A private key that needs a pass phrase.
    case encryptedKey
    /// The key is not that of the certificate.
    case keyMismatch
    /// Client certificates are asked for, and no file says by whom they must be signed.
    case notNamed
    /// The library does not take it.
    case unusable
  }

  /// Which file.
  package var file: TLSFile
  /// Its path; empty when none is named.
  package var path: String
  /// What is wrong.
  package var reason: Reason

  /// A problem.
  package init(file: TLSFile, path: String, reason: Reason) {
    self.file = file
    self.path = path
    self.reason = reason
  }

  package var description: String { path.isEmpty ? advice : "\(path): \(advice)" }

  private var advice: String {
    switch reason {
    case .missing: "there is no such file; name the \(content), or create it"
    case .unreadable(let number):
      "cannot be read (\(systemMessage(number))); let the account of the daemon read this file"
    case .tooLarge: "is larger than \(TLSContexts.maximumFileBytes / 1024) KiB; name the \(content)"
    case .noCertificate: "holds no certificate in PEM (-----BEGIN CERTIFICATE-----); name the \(content)"
    case .noKey: "holds no private key in PEM (-----BEGIN PRIVATE KEY-----); name the \(content)"
    case .encryptedKey:
      "is encrypted; store it without a pass phrase (openssl pkey -in … -out …), readable by the daemon only"
    case .keyMismatch: "is not the key of the certificate; name the key that the certificate was made for"
    case .notNamed:
      "client certificates are asked for, but no file of authorities is named; name one, or ask for none"
    case .unusable: "is not usable for TLS; use a P-256 or P-384 key, or an RSA key of 2048 bits or more"
    }
  }

  private var content: String {
    switch file {
    case .certificate: "certificate and its intermediate ones"
    case .key: "private key of the certificate"
    case .clientAuthority: "certificates of the authorities of the clients"
    }
  }
}

/// A certificate that is used all the same, and that somebody should look at.
package struct TLSWarning: Sendable, Equatable, CustomStringConvertible {
  /// What is odd.
  package enum Reason: Sendable, Equatable {
    /// Its time is over: clients refuse it, or are refused.
    case expired
    /// Its time ends within ``TLSContexts/renewalSpan``.
    case expiresSoon
    /// Its time has not begun.
    case notYetValid
  }

  /// Which file.
  package var file: TLSFile
  /// Its path.
  package var path: String
  /// The place of the certificate in the file, from 1.
  package var number: Int
  /// What is odd.
  package var reason: Reason
  /// When its time ends, or begins.
  package var moment: Timestamp

  package var description: String {
    switch reason {
    case .expired: "\(path): certificate \(number) has expired at \(moment.rfc3339); renew it"
    case .expiresSoon: "\(path): certificate \(number) expires at \(moment.rfc3339); renew it"
    case .notYetValid:
      "\(path): certificate \(number) is valid only from \(moment.rfc3339); check the clock, or use the earlier one"
    }
  }
}
