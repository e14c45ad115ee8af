/// The people behind a network fault: how many, and who is to be asked after first.
package struct AffectedPeople: Sendable, Equatable {
  /// One lost device and whom it serves.
  package struct Line: Sendable, Equatable {
    /// The device.
    package var serial: String
    /// The person, when the device serves one.
    package var resident: ResidentID?
    /// The home.
    package var dwelling: DwellingID?
    /// Risk 0-5.
    package var risk: Int

    /// A lost device.
    package init(serial: String, resident: ResidentID?, dwelling: DwellingID?, risk: Int) {
      self.serial = serial
      self.resident = resident
      self.dwelling = dwelling
      self.risk = risk
    }
  }

  /// Most devices in the list, however a centre sets it.
  package static let maximumLines = 1000

  /// Devices lost now.
  package var lost: Int
  /// Devices lost at the worst moment.
  package var worst: Int
  /// Devices of the district that are supervised.
  package var supervised: Int
  /// Those at highest risk first; bounded, so it may be shorter than ``lost``.
  package var lines: [Line]

  /// The people behind a fault.
  package init(lost: Int, worst: Int, supervised: Int, lines: [Line]) {
    self.lost = lost
    self.worst = worst
    self.supervised = supervised
    self.lines = lines
  }
}
