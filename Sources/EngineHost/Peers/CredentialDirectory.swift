import AlertEngine
import CareModel
import Crypto
import FeedSession
import Synchronization

/// Says who a device or phone is, from memory: secrets are random 128-bit values, kept as HMAC-SHA256 with the server's
/// key and compared in constant time.
final class CredentialDirectory: Sendable {
  private struct Digests {
    var devices: [String: Device] = [:]
    var staff: [StaffID: [UInt8]] = [:]
  }

  private let key: SymmetricKey
  private let digests = Mutex(Digests())

  init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

  /// Takes over the register that start-up has read.
  func adopt(_ register: RegisterBook) {
    digests.withLock { digests in
      digests.devices = register.devices
      digests.staff = register.staff.filter(\.value.isActive).mapValues(\.secretDigest)
    }
  }

  func apply(_ changes: [RegisterChange]) {
    digests.withLock { digests in
      for change in changes {
        switch change {
        case .device(let device): digests.devices[device.serial] = device
        case .deviceRemoved(let serial): digests.devices[serial] = nil
        case .staff(let member): digests.staff[member.id] = member.isActive ? member.secretDigest : nil
        case .staffRemoved(let id): digests.staff[id] = nil
        default: break
        }
      }
    }
  }

  /// Who the credentials show, or nil; the same work is done whether or not the name is known.
  func principal(for credentials: Credentials) -> Principal? {
    let (principal, digest) = digests.withLock { digests -> (Principal?, [UInt8]) in
      if credentials.userName.utf8.starts(with: "staff:".utf8) {
        guard let id = StaffID(credentials.userName.dropFirst(6)) else { return (nil, []) }
        return (.staff(id), digests.staff[id] ?? [])
      }
      return (.device(serial: credentials.userName), digests.devices[credentials.userName]?.secretDigest ?? [])
    }
    let isValid = HMAC<SHA256>.isValidAuthenticationCode(digest, authenticating: credentials.secret, using: key)
    return isValid && !digest.isEmpty ? principal : nil
  }
}

/// The digest under which a secret is kept in the register.
package func secretDigest(_ secret: [UInt8], key: [UInt8]) -> [UInt8] {
  Array(HMAC<SHA256>.authenticationCode(for: secret, using: SymmetricKey(data: key)))
}
