import CareModel
import Crypto
import EngineHost
import FeedSession
import FoundationEssentials
import HTTPTypes

/// Says who sends a request: a bearer token, a page's session cookie, or a device's serial and secret.
struct Authenticator: Sendable {
  let ports: ConsolePorts
  let cache = AccountCache()

  /// Longest token taken, in bytes.
  static let maximumTokenBytes = 256

  /// Who sends the request; nil when nobody known.
  /// - Throws: the store's problem when the token was not seen before and cannot be looked up.
  func account(of headers: HTTPFields) async throws(Problem) -> Account? {
    if let text = headers[.authorization] {
      let parts = text.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      switch parts[0].lowercased() {
      case "bearer": return try await account(token: String(parts[1]))
      case "basic": return device(basic: String(parts[1]))
      default: return nil
      }
    }
    guard let token = Session.token(in: headers) else { return nil }
    return try await account(token: token)
  }

  /// The account behind a token.
  func account(token: String) async throws(Problem) -> Account? {
    guard !token.isEmpty, token.utf8.count <= Self.maximumTokenBytes else { return nil }
    let digest = Array(SHA256.hash(data: Array(token.utf8)))
    let now = ports.now()
    if let account = cache.account(digest, within: AccountCache.freshFor, now: now) { return account }
    do throws(StoreProblem) {
      let account = try await ports.register.account(tokenDigest: digest, now: now)
      cache.remember(account, for: digest, now: now)
      return account
    } catch {
      if let account = cache.account(digest, within: AccountCache.usableFor, now: now) { return account }
      throw Problem(error)
    }
  }

  /// A device's own serial and secret, as over MQTT (RFC 7617).
  private func device(basic text: String) -> Account? {
    guard text.utf8.count <= 2 * Self.maximumTokenBytes, let data = Data(base64Encoded: text),
      let colon = data.firstIndex(of: UInt8(ascii: ":")),
      let name = String(validating: data[..<colon], as: UTF8.self)
    else { return nil }
    let credentials = Credentials(userName: name, secret: Array(data[(colon + 1)...]), clientID: "http")
    guard case .device(let serial) = ports.engine.authenticate(credentials) else { return nil }
    return Account(name: "device:" + serial, role: .device, staff: nil, sender: serial, districts: [])
  }
}
