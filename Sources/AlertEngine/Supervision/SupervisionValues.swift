import CareModel

/// A sign of life of a device.
package struct HeardDevice: Sendable, Equatable {
  /// Which.
  package var serial: String
  /// When it was heard.
  package var at: Timestamp
  /// Its charge in percent, when it told.
  package var batteryPercent: Int?

  /// A sign of life.
  package init(serial: String, at: Timestamp, batteryPercent: Int? = nil) {
    self.serial = serial
    self.at = at
    self.batteryPercent = batteryPercent
  }
}

/// How the line to a device stands; written with the commit that changes it.
package struct DeviceLine: Sendable, Equatable {
  /// Where it stands; the raw value is kept in the database.
  package enum State: String, Sendable, CaseIterable {
    /// It is heard.
    case present = "up"
    /// Its will said that the connection broke; nobody is called before its deadline.
    case down
    /// Not heard by its deadline; it has an alert of its own.
    case lost
    /// Not heard by its deadline; it is one of many behind a network fault.
    case inFault
  }

  /// Which device.
  package var serial: String
  /// Where it stands.
  package var state: State
  /// Since when.
  package var since: Timestamp

  /// A line.
  package init(serial: String, state: State, since: Timestamp) {
    self.serial = serial
    self.state = state
    self.since = since
  }
}

/// What start-up knows of a device: when it was last heard, and how its line stood.
package struct KnownLine: Sendable, Equatable {
  /// Which device.
  package var serial: String
  /// When it was last heard; nil when its last sign was not written.
  package var heardAt: Timestamp?
  /// How its line stood; nil = as if it were heard.
  package var line: DeviceLine?

  /// What is known of a device.
  package init(serial: String, heardAt: Timestamp?, line: DeviceLine? = nil) {
    self.serial = serial
    self.heardAt = heardAt
    self.line = line
  }
}

/// What one turn of supervision found: at most one piece of news, and lines that changed without any.
package struct SupervisionTurn: Sendable, Equatable {
  /// Something that becomes a signal or changes an alert.
  package enum News: Sendable, Equatable {
    /// Not heard by its deadline.
    case lost(serial: String, heardAt: Timestamp)
    /// A device that was lost alone is heard again.
    case back(serial: String, lostSince: Timestamp)
    /// The battery of a device has become low.
    case batteryLow(serial: String, percent: Int)
    /// So many devices of an area are lost that it is one fault.
    case faultBegan(DistrictID, MassLoss)
    /// A device that was lost alone belongs to its area's fault.
    case joinedFault(serial: String, DistrictID)
    /// Other people are behind the fault than were told.
    case faultChanged(DistrictID, MassLoss)
    /// Most are back; those who are not become alerts of their own.
    case faultEnded(DistrictID, MassLoss)
  }

  /// Lines that changed.
  package var lines: [DeviceLine] = []
  /// What is to be told.
  package var news: News?

  /// Nothing happened.
  package var isEmpty: Bool { lines.isEmpty && news == nil }
}

/// A network fault in figures.
package struct MassLoss: Sendable, Equatable {
  /// Devices lost now.
  package var lost: Int
  /// Devices lost at the worst moment.
  package var worst: Int
  /// Devices of the area that are supervised.
  package var supervised: Int
  /// More are lost than was told before.
  package var hasGrown: Bool
  /// Serials of the lost devices, those at highest risk first, at most ``SupervisionSettings/maximumListed``.
  package var listed: [String]
}
