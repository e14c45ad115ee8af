import CareModel

/// Names one question about credentials within its session.
package struct AuthenticationToken: Hashable, Sendable {
  /// Counts within the session.
  package let number: UInt64
  /// A token.
  package init(number: UInt64) { self.number = number }
}

/// What a peer showed to say who it is. Never logged.
package struct Credentials: Sendable, Equatable {
  /// The user name: a device serial, or `staff:<id>`.
  package var userName: String
  /// The secret, as sent.
  package var secret: [UInt8]
  /// The client's own name for its session (MQTT client id); an id that is in use elsewhere takes that session over.
  package var clientID: String

  /// Credentials.
  package init(userName: String, secret: [UInt8], clientID: String) {
    self.userName = userName
    self.secret = secret
    self.clientID = clientID
  }
}

/// Who a peer is.
package enum Principal: Sendable, Hashable {
  /// A registered device by its serial.
  case device(serial: String)
  /// A member of staff.
  case staff(StaffID)
  /// A hospital's sending system by the hospital's code.
  case hospital(code: String)
  /// Nobody known; only where the configuration allows it, and never under a registered serial.
  case anonymous
}
