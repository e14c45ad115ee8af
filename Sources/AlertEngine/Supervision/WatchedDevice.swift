import CareModel

/// What is kept of a device: 32 bytes, and 16 more for its entry in the deadline heap.
struct WatchedDevice {
  /// Where a device stands.
  enum State: UInt8 {
    /// Never heard: supervision begins with the first sign of life, which is the test call of its installation.
    case unheard
    case up
    case down
    /// Lost, with an alert of its own.
    case alone
    /// Lost, behind a network fault.
    case inFault
  }

  struct Flags: OptionSet {
    var rawValue: UInt8
    /// It is in line to be told as heard again.
    static let returning = Flags(rawValue: 1)
    /// Its charge was low when it was last told.
    static let batteryLow = Flags(rawValue: 2)
    /// It counts among the recent losses of its area.
    static let counted = Flags(rawValue: 4)
    /// The register names nobody whom it serves: it is not supervised.
    static let unassigned = Flags(rawValue: 8)
  }

  /// Microseconds since 1970.
  var heardAt: Int64 = .min
  /// The armed deadline while it is up or down, since when it is lost afterwards.
  var mark: Int64 = .max
  /// Seconds between two signs of life, as promised.
  var beat: Int32
  /// Which of the areas.
  var area: Int32
  /// Its place among those of its risk behind the fault.
  var place: Int32 = -1
  /// 0-5, as it was when the device was lost.
  var risk: UInt8 = 0
  var state: State = .unheard
  var flags: Flags = []

  init(beat: Int32, area: Int32) {
    self.beat = beat
    self.area = area
  }

  var isLost: Bool { state == .alone || state == .inFault }
  var isArmed: Bool { state == .up || state == .down }

  /// The loss that an entry tells of still lasts.
  func isLostAlone(since moment: Int64) -> Bool { state == .alone && mark == moment }
}

/// A moment at which a device is looked at; stale when it is not the device's mark any more.
struct DeviceDeadline: Comparable {
  var at: Int64
  var device: Int32

  static func < (left: Self, right: Self) -> Bool { (left.at, left.device) < (right.at, right.device) }
}
