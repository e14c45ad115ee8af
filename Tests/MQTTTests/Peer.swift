import CareModel
import FeedConformance
import FeedSession
import MQTT
import Testing

/// Words for sessions in tests.
enum Peer {
  static let serial = "SN1"
  static let device = Principal.device(serial: serial)
  static let staffID = StaffID(high: 1, low: 2)
  static let signalTopic = "silverbell/SN1/signal"
  static let heartbeatTopic = "silverbell/SN1/heartbeat"
  static let statusTopic = "silverbell/SN1/status"
  static let panic = #"{"id":"m1","kind":"panic"}"#

  /// A session whose peer is accepted already.
  static func connected(
    _ principal: Principal = device, settlement: SessionDriver.Settlement = .byCaller,
    limits: MQTTLimits = .standard, connect: [UInt8] = ClientPackets.connect(user: "SN1", password: "s")
  ) -> SessionDriver {
    var driver = SessionDriver(MQTTSession(limits: limits), principal: principal, settlement: settlement)
    driver.handle(.bytes(connect))
    return driver
  }
}

extension SessionDriver {
  /// The replies after the CONNACK, packet by packet.
  var answers: [[UInt8]] { Array(ClientPackets.split(replied).dropFirst()) }

  /// The signals among the deliveries.
  var signals: [Signal] {
    delivered.compactMap { if case .signal(let signal) = $0 { signal } else { nil } }
  }
}
