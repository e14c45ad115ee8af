import CareModel

/// A device or a phone: publishes until it is acknowledged, over as many connections as it takes.
struct MQTTClient {
  /// Something to say, kept until the acknowledgement.
  struct Message {
    var id: Int
    var payload: [UInt8]
    var topic: String
    var hasOwnID: Bool
    var since: Timestamp
    var wasSent = false
  }

  let user: String
  /// Where messages for it come from; nil for none.
  let downlinkTopic: String
  private(set) var connection: Int?
  private(set) var isAccepted = false
  private(set) var pending: [Message] = []
  /// Counts connections and messages, so that an old alarm clock is known for what it is.
  private(set) var turn = 0
  private var inbox: [UInt8] = []
  private var nextID = 1

  init(user: String, downlinkTopic: String) {
    self.user = user
    self.downlinkTopic = downlinkTopic
  }

  /// Opens a connection; gives the bytes to begin with.
  mutating func open(_ connection: Int, keepAlive: Int) -> [UInt8] {
    self.connection = connection
    isAccepted = false
    inbox = []
    turn += 1
    return MQTTBytes.connect(clientID: user, user: user, keepAlive: keepAlive)
  }

  mutating func closed(_ connection: Int) {
    guard self.connection == connection else { return }
    self.connection = nil
    isAccepted = false
  }

  /// Queues a message; gives the bytes when it can be sent now.
  mutating func say(_ topic: String, _ payload: [UInt8], hasOwnID: Bool, at now: Timestamp) -> [UInt8] {
    pending.append(
      Message(id: nextID, payload: payload, topic: topic, hasOwnID: hasOwnID, since: now, wasSent: isAccepted))
    nextID = nextID % 60_000 + 1
    guard isAccepted, let last = pending.last else { return [] }
    return MQTTBytes.publish(topic, payload, id: last.id, isResend: false)
  }

  /// What comes of bytes from the server.
  struct Heard {
    var reply: [UInt8] = []
    var acknowledged: [Message] = []
    var downlinks: [[UInt8]] = []
  }

  mutating func receive(_ bytes: [UInt8]) -> Heard {
    inbox += bytes
    var heard = Heard()
    while let (type, body) = MQTTBytes.next(&inbox) {
      switch type & 0xF0 {
      case 0x20 where body.last == 0: heard.reply += greet()
      case 0x40:
        let id = Int(body[0]) << 8 | Int(body[1])
        if let index = pending.firstIndex(where: { $0.id == id }) {
          heard.acknowledged.append(pending.remove(at: index))
        }
      case 0x30:
        let topicEnd = 2 + (Int(body[0]) << 8 | Int(body[1]))
        heard.reply += MQTTBytes.puback(Int(body[topicEnd]) << 8 | Int(body[topicEnd + 1]))
        heard.downlinks.append(Array(body[(topicEnd + 2)...]))
      default: break
      }
    }
    return heard
  }

  /// Accepted: subscribes, and sends what is not acknowledged again.
  private mutating func greet() -> [UInt8] {
    isAccepted = true
    var bytes = MQTTBytes.subscribe(downlinkTopic)
    for index in pending.indices {
      let message = pending[index]
      bytes += MQTTBytes.publish(message.topic, message.payload, id: message.id, isResend: message.wasSent)
      pending[index].wasSent = true
    }
    return bytes
  }
}
