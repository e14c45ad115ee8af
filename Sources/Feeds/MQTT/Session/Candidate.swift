import CareModel
import FeedSession

/// A client that has sent its CONNECT and is not accepted yet.
struct Candidate: Sendable {
  let connect: ConnectPacket
  /// The client's name for itself, or the one that it is given.
  let clientID: String
  let token: AuthenticationToken
  /// What it sent since; nothing of it is looked at before it is known who sent it.
  var inbox: Inbox
  var isReadingPaused = false
  /// It left without waiting: what it sent still counts once it is known who it was.
  var isGone = false

  /// The name that the client was given, if it was.
  var assignedID: String? { clientID == connect.clientID ? nil : clientID }

  /// A client of 5.0 without a name gets one, always the same for the same connection number.
  init(_ connect: ConnectPacket, inbox: Inbox, connectionNumber: UInt64) {
    self.connect = connect
    self.inbox = inbox
    self.inbox.version = connect.version
    token = AuthenticationToken(number: 1)
    let isNameless = connect.version == .mqtt5 && connect.clientID.isEmpty
    clientID = isNameless ? Self.assignedID(connectionNumber) : connect.clientID
  }

  /// Whether the client's id, or the lack of one, can be taken (3.1.1 and 5.0, section 3.1.3.1; 3.1 wants one always).
  func hasUsableID(_ limits: MQTTLimits) -> Bool {
    guard connect.clientID.isEmpty else { return connect.clientID.utf8.count <= limits.maximumClientIDBytes }
    return switch connect.version {
    case .mqtt31: false
    case .mqtt311: connect.cleanSession
    case .mqtt5: true
    }
  }

  /// 20 letters and digits, which every client takes (5.0 section 3.1.3.1).
  private static func assignedID(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return "auto" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Principal {
  /// Whether a user name is this principal's (interfaces page, section 3).
  func isNamed(_ userName: String) -> Bool {
    switch self {
    case .device(let serial): return userName == serial
    case .staff(let id):
      let prefix = "staff:"
      return userName.hasPrefix(prefix) && StaffID(userName.dropFirst(prefix.count)) == id
    case .hospital, .anonymous: return false
    }
  }
}
