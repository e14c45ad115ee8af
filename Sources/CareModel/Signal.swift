/// One normalised message from a feed, before the engine gives it an id and a time of receipt.
package struct Signal: Sendable, Equatable {
  /// Which protocol brought it, and who sent it.
  package var source: SignalSource
  /// What it says.
  package var kind: SignalKind
  /// How a second copy of this message is recognised; nil when every copy counts as new.
  package var repeatKey: RepeatKey?
  /// The sender's own time; orders signals of one source and nothing else.
  package var occurredAt: Timestamp?
  /// Battery charge in percent, 0-100.
  package var batteryPercent: Int?
  /// Where in the home (`bedroom`), as told by the device; at most ``maximumTextBytes`` bytes.
  package var zone: String?
  /// One measured value, for telemetry and vitals.
  package var value: Double?
  /// What a hospital message said; only for hospital kinds.
  package var hospital: HospitalMessage?
  /// What is odd about the message (unknown kind, wrong clock, not JSON); becomes a work item, never a refusal.
  package var oddities: [SignalOddity]
  /// The message as it came, bounded by the feed's own size limit.
  package var raw: [UInt8]

  /// Longest text taken over from a message into a decision column; longer text stays in `raw` only.
  package static let maximumTextBytes = 256

  /// A signal; only source, kind and raw bytes are always known.
  package init(
    source: SignalSource, kind: SignalKind, repeatKey: RepeatKey? = nil, occurredAt: Timestamp? = nil,
    batteryPercent: Int? = nil, zone: String? = nil, value: Double? = nil, hospital: HospitalMessage? = nil,
    oddities: [SignalOddity] = [], raw: [UInt8] = []
  ) {
    self.source = source
    self.kind = kind
    self.repeatKey = repeatKey
    self.occurredAt = occurredAt
    self.batteryPercent = batteryPercent
    self.zone = zone
    self.value = value
    self.hospital = hospital
    self.oddities = oddities
    self.raw = raw
  }
}

/// Who sent a signal.
package struct SignalSource: Sendable, Hashable {
  /// The protocol, one word per feed folder.
  package enum Feed: String, Sendable, CaseIterable {
    case mqtt, dc09, mllp, fhir, http, mapped, scaip, jt808, watch, console, simulator, engine
  }

  /// The protocol that brought the signal.
  package var feed: Feed
  /// The authenticated sender: a device serial, a hospital code, an account; never taken from the message's text
  /// when the connection knows better.
  package var sender: String
  /// The device that the signal is about, when it is about one.
  package var serial: String?

  /// A sender on a feed; `serial` when the signal is about a device.
  package init(feed: Feed, sender: String, serial: String? = nil) {
    self.feed = feed
    self.sender = sender
    self.serial = serial
  }
}

/// How a repeat is recognised (architecture, section 5): in doubt a signal is new.
package enum RepeatKey: Sendable, Hashable {
  /// The sender's own id, unique per sender for `window`.
  case message(id: String, window: TimeSpan)
  /// No id: a repeat only while the first copy is unacknowledged, and at most for 30 s (MQTT packet id and payload).
  case whileUnacknowledged(fingerprint: UInt64)
}

/// What was odd about a message; the raw value is stored and shown.
package enum SignalOddity: String, Sendable, CaseIterable {
  case unknownDevice, unassignedDevice, unknownKind, notJSON, notText, wrongClock, unknownPatient, ambiguousPatient
  case missingField, unsupportedEvent, refusedByStore, sentWithoutConfirmation, anonymousSender, tooLarge
  /// A hospital says that its message is a trial (HL7 MSH-11 `T` or `D`): kept and shown, without effect.
  case testMessage
  /// The engine says it late: its moment passed while we were down.
  case late
}
