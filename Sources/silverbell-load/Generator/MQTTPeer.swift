/// One MQTT connection of the generator.
package final class MQTTPeer {
  /// Its place in the owner's list.
  package let number: Int
  /// The serial of its topics.
  package let serial: [UInt8]
  /// Whether CONNACK 0 came and the connection stands.
  package private(set) var isReady = false
  /// Whether CONNACK 0 ever came.
  package private(set) var wasAccepted = false
  private(set) var inFlight = InFlight()
  private var wire: Wire?
  private unowned let owner: any MQTTPeerOwner
  private var dues: [UInt64] = []

  /// Connects and sends CONNECT.
  package init(
    number: Int, login: DeviceLogin, host: String, port: Int, poller: Poller, owner: any MQTTPeerOwner
  ) throws(LoadFailure) {
    self.number = number
    self.owner = owner
    serial = Array(login.serial.utf8)
    wire = try Wire(
      host: host, port: port, poller: poller,
      received: { [unowned self] in received($0) },
      ended: { [unowned self] in
        isReady = false
        self.owner.lost(self)
      })
    wire?.write(
      MQTTBytes.connect(
        clientID: "load-\(login.serial)", userName: login.secret.isEmpty ? "" : login.serial, secret: login.secret,
        keepAlive: 0))
  }

  /// Messages that are sent and not acknowledged.
  package var outstanding: Int { inFlight.count }
  /// Whether another message may be sent.
  package var hasRoom: Bool { inFlight.hasRoom }

  /// Takes the packet id for a message that was due then; the caller writes it at once.
  package func nextPacketID(due: UInt64) -> UInt16 { inFlight.add(due: due) }

  /// Writes whole packets.
  package func write(_ bytes: [UInt8]) { wire?.write(bytes) }

  /// Says goodbye and closes; the owner is told nothing more.
  package func leave() {
    wire?.write(MQTTBytes.disconnect)
    wire?.shut()
    isReady = false
  }

  private func received(_ bytes: UnsafeRawBufferPointer) -> Int? {
    dues.removeAll(keepingCapacity: true)
    var isRefused = false
    var isAccepted = false
    let used = MQTTScanner.scan(bytes) { packet in
      switch packet {
      case .puback(let id): if let due = inFlight.acknowledge(id) { dues.append(due) }
      case .connack(let code):
        isRefused = code != 0
        isAccepted = code == 0
      case .publish(_, let id, let payload):
        if let id { wire?.write(MQTTBytes.puback(id)) }
        owner.published(self, payload: UnsafeRawBufferPointer(rebasing: bytes[payload]))
      case .suback, .other: break
      }
    }
    if isRefused { return nil }
    if isAccepted {
      isReady = true
      wasAccepted = true
      owner.accepted(self)
    }
    if !dues.isEmpty { owner.acknowledged(self, dues: dues) }
    return used
  }
}
