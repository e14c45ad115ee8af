/// Why a CONNECT is not accepted, and what the client is told.
enum Refusal: Sendable, CaseIterable {
  case clientID, badUserNameOrPassword, notAuthorized, unavailable, authenticationMethod, packetTooLarge

  /// The bytes in the form of the client's version.
  func encoded(for connect: ConnectPacket) -> [UInt8] {
    guard connect.version == .mqtt5 else { return ConnackPacket(code: code).encoded }
    let plain = ConnackPacket5.refusing(reason)
    let wordy = ConnackPacket5.refusing(
      reason, reasonString: connect.properties.wantsProblemInformation ? words : nil)
    let limit = connect.properties.maximumPacketBytes ?? .max
    return [wordy, plain].first { $0.count <= limit } ?? []
  }

  /// What clients of 5.0 are told.
  var reason: ConnectReason {
    switch self {
    case .clientID: .clientIDNotValid
    case .badUserNameOrPassword: .badUserNameOrPassword
    case .notAuthorized: .notAuthorized
    case .unavailable: .serverUnavailable
    case .authenticationMethod: .badAuthenticationMethod
    case .packetTooLarge: .packetTooLarge
    }
  }

  /// What clients of 3.1 and 3.1.1 are told; the last two concern only 5.0.
  private var code: ConnackPacket.Code {
    switch self {
    case .clientID: .identifierRejected
    case .badUserNameOrPassword: .badUserNameOrPassword
    case .notAuthorized, .authenticationMethod: .notAuthorized
    case .unavailable, .packetTooLarge: .serverUnavailable
    }
  }

  private var words: String {
    switch self {
    case .clientID: "this client id is not taken"
    case .badUserNameOrPassword: "user name or password is wrong"
    case .notAuthorized: "not allowed here"
    case .unavailable: "try again later"
    case .authenticationMethod: "only user name and password, or a client certificate"
    case .packetTooLarge: "the maximum packet size is too small"
    }
  }
}
