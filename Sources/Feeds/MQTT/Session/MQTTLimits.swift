import CareModel

/// The bounds of one MQTT session.
package struct MQTTLimits: Sendable, Equatable {
  /// Largest packet taken, fixed header included.
  package var maximumPacketBytes: Int
  /// Most deliveries handed to the engine and not yet settled; when reached, reading stops until half are.
  package var maximumUnsettled: Int
  /// Most bytes kept while nothing may be processed: before the credentials are judged and while reading is stopped.
  /// Reading is stopped when a quarter of it waits; a host that goes on regardless is disconnected at the whole.
  package var maximumHeldBytes: Int
  /// Most packet ids of quality of service 2 between PUBREC and PUBREL.
  package var maximumUnreleased: Int
  /// Most downlink messages sent and not acknowledged by the peer.
  package var maximumDownlinksInFlight: Int
  /// Most downlink messages that wait for their turn or for a subscription.
  package var maximumDownlinksWaiting: Int
  /// Longest client id, in bytes.
  package var maximumClientIDBytes: Int
  /// How long a connection may take to show who it is.
  package var connectTimeout: TimeSpan
  /// How long a client that promises no keep-alive may be silent.
  package var idleTimeout: TimeSpan

  /// 64 KiB, 1,000 deliveries, 256 KiB held, 16 and 64 downlinks, 10 s, 90 min (1.5 times a heartbeat of an hour).
  package static let standard = MQTTLimits()

  /// Limits.
  package init(
    maximumPacketBytes: Int = 65_536, maximumUnsettled: Int = 1000, maximumHeldBytes: Int = 262_144,
    maximumUnreleased: Int = 1000, maximumDownlinksInFlight: Int = 16, maximumDownlinksWaiting: Int = 64,
    maximumClientIDBytes: Int = 256, connectTimeout: TimeSpan = .seconds(10), idleTimeout: TimeSpan = .minutes(90)
  ) {
    self.maximumPacketBytes = maximumPacketBytes
    self.maximumUnsettled = maximumUnsettled
    self.maximumHeldBytes = maximumHeldBytes
    self.maximumUnreleased = maximumUnreleased
    self.maximumDownlinksInFlight = maximumDownlinksInFlight
    self.maximumDownlinksWaiting = maximumDownlinksWaiting
    self.maximumClientIDBytes = maximumClientIDBytes
    self.connectTimeout = connectTimeout
    self.idleTimeout = idleTimeout
  }
}
