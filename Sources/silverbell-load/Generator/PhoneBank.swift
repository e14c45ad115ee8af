/// Phones of staff that hear their offers and acknowledge them, and do nothing else.
package final class PhoneBank: MQTTPeerOwner {
  private static let connectSeconds: UInt64 = 20

  private let poller: Poller
  private var peers: [MQTTPeer] = []
  private var readyCount = 0
  /// Told about each message: its payload and when it came.
  package var onMessage: ((UnsafeRawBufferPointer, UInt64) -> Void)?
  /// Phones that lost their connection.
  package private(set) var lostCount = 0
  /// Messages that came.
  package private(set) var messages = 0

  /// No phones yet.
  package init(poller: Poller) { self.poller = poller }

  /// Signs all in; logins are `staff:<id>`.
  package func open(_ logins: [DeviceLogin], host: String, port: Int) throws(LoadFailure) {
    for login in logins {
      peers.append(
        try MQTTPeer(number: peers.count, login: login, host: host, port: port, poller: poller, owner: self))
    }
    let deadline = Monotonic.now() + Self.connectSeconds * 1_000_000_000
    while readyCount < peers.count {
      poller.wait(until: Monotonic.now() + 100_000_000)
      guard lostCount == 0, Monotonic.now() < deadline else { throw LoadFailure("a phone could not sign in") }
    }
  }

  /// Signs all out.
  package func close() {
    for peer in peers where peer.isReady { peer.leave() }
    peers = []
  }

  /// A connection stands.
  package func accepted(_ peer: MQTTPeer) {
    readyCount += 1
    let id = String(decoding: peer.serial.dropFirst("staff:".utf8.count), as: UTF8.self)
    peer.write(MQTTBytes.subscribe("silverbell/staff/\(id)/offers", packetID: 1))
  }

  /// Acknowledgements came.
  package func acknowledged(_ peer: MQTTPeer, dues: [UInt64]) {}

  /// A message came.
  package func published(_ peer: MQTTPeer, payload: UnsafeRawBufferPointer) {
    messages += 1
    onMessage?(payload, Monotonic.now())
  }

  /// A connection is over.
  package func lost(_ peer: MQTTPeer) { lostCount += 1 }
}
