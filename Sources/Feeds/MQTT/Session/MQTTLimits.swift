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
  /// How long a client of 3.1.1 that promises no keep-alive may be silent.
  package var idleTimeout: TimeSpan
  /// Most messages of quality 1 and 2 from a client of 5.0 that may wait for an answer; announced, not 0.
  package var receiveMaximum: UInt16
  /// Most topics that a client of 5.0 may give a number; announced.
  package var maximumTopicAliases: UInt16
  /// Longest keep-alive of a client of 5.0, in seconds; holds instead of a longer one and of 0 = none.
  package var maximumKeepAliveSeconds: UInt16
  /// Most seconds that a session of 5.0, and with it a will with a delay, outlives its connection. More than 0 only for
  /// a host that keeps a session after its close and goes on sending it deadlines.
  package var maximumSessionExpirySeconds: UInt32

  /// 64 KiB, 1,000 deliveries, 256 KiB held, 16 and 64 downlinks, 10 s, 90 min (1.5 times a heartbeat of an hour); for
  /// 5.0 100 messages, 10 aliases, an hour of keep-alive, no session after its connection.
  package static let standard = MQTTLimits()

  /// Limits.
  package init(
    maximumPacketBytes: Int = 65_536, maximumUnsettled: Int = 1000, maximumHeldBytes: Int = 262_144,
    maximumUnreleased: Int = 1000, maximumDownlinksInFlight: Int = 16, maximumDownlinksWaiting: Int = 64,
    maximumClientIDBytes: Int = 256, connectTimeout: TimeSpan = .seconds(10), idleTimeout: TimeSpan = .minutes(90),
    receiveMaximum: UInt16 = 100, maximumTopicAliases: UInt16 = 10, maximumKeepAliveSeconds: UInt16 = 3600,
    maximumSessionExpirySeconds: UInt32 = 0
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
    self.receiveMaximum = max(receiveMaximum, 1)
    self.maximumTopicAliases = maximumTopicAliases
    self.maximumKeepAliveSeconds = max(maximumKeepAliveSeconds, 1)
    self.maximumSessionExpirySeconds = maximumSessionExpirySeconds
  }
}
