import CareModel
import DequeModule
import HeapModule

/// When which device was last heard, and which are lost. Plain arrays: a sign of life is one look-up and one write; a
/// deadline that comes up is compared with the last sign and armed again when there was one since.
package struct SupervisionTable: Sendable {
  let settings: SupervisionSettings
  var devices: [WatchedDevice] = []
  var serials: [String] = []
  var areas: [SupervisedArea] = []
  var deadlines = Heap<DeviceDeadline>()
  /// Lost devices that are heard again; each is in it once.
  var returned: Deque<Int32> = []
  /// Batteries that have become low.
  var drained: Deque<(device: Int32, percent: Int)> = []
  /// Still lost when their network fault ended.
  var leftover: [[Int32]] = []
  /// Whose commit was refused, and when they are told again.
  var refused: Deque<(device: Int32, at: Int64)> = []
  /// Commits that are not known to be durable, with the devices they tell of.
  var unconfirmed: Deque<(commit: Int64, device: Int32)> = []
  /// The same for network faults that began, changed or ended.
  var unconfirmedAreas: Deque<(commit: Int64, area: Int)> = []
  /// Areas whose fault has ended, but not in the store, and when that is told again.
  var endedAgain: Deque<(area: Int, at: Int64)> = []
  /// Areas with a network fault.
  var faultCount = 0
  /// From when on we can hear, without a gap.
  private(set) var hearingSince = Timestamp.distantPast
  /// Until when we could hear before that gap.
  private(set) var heardUntil = Timestamp.distantPast
  private var places: [String: Int32] = [:]
  private var areaPlaces: [DistrictID: Int32] = [:]
  private var free: [Int32] = []

  /// A table that knows no device.
  package init(settings: SupervisionSettings = SupervisionSettings()) { self.settings = settings }

  /// Devices in it.
  package var count: Int { places.count }

  /// Entries of the deadline heap, stale ones included.
  package var storedDeadlines: Int { deadlines.count }

  /// Bytes of a device's own record and its deadline.
  package static var bytesPerDevice: Int { MemoryLayout<WatchedDevice>.stride + MemoryLayout<DeviceDeadline>.stride }

  // MARK: register

  /// Takes in a device or what has changed about it; one that serves nobody is not supervised.
  package mutating func put(_ device: Device, at now: Timestamp) {
    let area = place(of: device.district)
    let beat = Int32(clamping: device.heartbeatSeconds)
    let isAssigned = device.resident != nil || device.dwelling != nil
    guard let index = places[device.serial] else {
      return insert(device.serial, beat: beat, area: area, isAssigned: isAssigned)
    }
    if devices[Int(index)].area != area { move(index, to: area) }
    devices[Int(index)].beat = beat
    if isAssigned == devices[Int(index)].flags.contains(.unassigned) {
      if isAssigned { devices[Int(index)].flags.remove(.unassigned) } else { unassign(index) }
    }
    // A shorter beat makes an earlier deadline.
    if devices[Int(index)].isArmed, due(index) < devices[Int(index)].mark { arm(index) }
  }

  /// Forgets a device.
  package mutating func remove(_ serial: String) {
    guard let index = places.removeValue(forKey: serial) else { return }
    leaveArea(index)
    devices[Int(index)] = WatchedDevice(beat: 0, area: 0)
    devices[Int(index)].flags = .unassigned
    serials[Int(index)] = ""
    free.append(index)
  }

  private mutating func insert(_ serial: String, beat: Int32, area: Int32, isAssigned: Bool) {
    var device = WatchedDevice(beat: beat, area: area)
    if !isAssigned { device.flags = .unassigned }
    if let index = free.popLast() {
      devices[Int(index)] = device
      serials[Int(index)] = serial
      places[serial] = index
    } else {
      places[serial] = Int32(devices.count)
      devices.append(device)
      serials.append(serial)
    }
  }

  private mutating func unassign(_ index: Int32) {
    leaveArea(index)
    devices[Int(index)].state = .unheard
    devices[Int(index)].flags.insert(.unassigned)
  }

  /// A device that is lost behind a fault of its old area becomes a single loss in its new one.
  private mutating func move(_ index: Int32, to area: Int32) {
    let state = devices[Int(index)].state
    leaveArea(index)
    devices[Int(index)].area = area
    guard state != .unheard else { return }
    areas[Int(area)].supervised += 1
    if state == .inFault { leftover.append([index]) }
  }

  private mutating func leaveArea(_ index: Int32) {
    let device = devices[Int(index)]
    guard device.state != .unheard else { return }
    areas[Int(device.area)].supervised -= 1
    areas[Int(device.area)].leave(&devices[Int(index)])
    if device.state == .inFault { areas[Int(device.area)].fault?.remove(index, &devices) }
  }

  private mutating func place(of district: DistrictID) -> Int32 {
    if let place = areaPlaces[district] { return place }
    let place = Int32(areas.count)
    areas.append(SupervisedArea(district: district))
    areaPlaces[district] = place
    return place
  }

  /// The area of a district, when a device lies in it.
  func area(_ district: DistrictID) -> Int32? { areaPlaces[district] }

  func index(of serial: String) -> Int32? { places[serial] }

  // MARK: signs of life

  /// Notes a sign of life; false when the device is not in the table.
  @discardableResult
  package mutating func heard(_ sign: HeardDevice) -> Bool {
    guard let index = places[sign.serial] else { return false }
    let at = sign.at.microseconds
    let place = Int(index)
    if devices[place].heardAt < at { devices[place].heardAt = at }
    if devices[place].state != .up { leaveSilence(index) }
    if let percent = sign.batteryPercent { noteCharge(index, percent) }
    return true
  }

  private mutating func leaveSilence(_ index: Int32) {
    let device = devices[Int(index)]
    guard !device.flags.contains(.unassigned) else { return }
    if device.state == .unheard {
      devices[Int(index)].state = .up
      areas[Int(device.area)].supervised += 1
      arm(index)
    } else if !device.flags.contains(.returning) {
      devices[Int(index)].flags.insert(.returning)
      returned.append(index)
    }
  }

  private mutating func noteCharge(_ index: Int32, _ percent: Int) {
    let isLow = devices[Int(index)].flags.contains(.batteryLow)
    if !isLow, percent < settings.lowBattery, !devices[Int(index)].flags.contains(.unassigned) {
      devices[Int(index)].flags.insert(.batteryLow)
      drained.append((index, percent))
    } else if isLow, percent >= settings.goodBattery {
      devices[Int(index)].flags.remove(.batteryLow)
    }
  }

  /// The device's will: its connection broke. Nobody is told before the deadline, which runs on.
  ///
  /// - Returns: the line as it is to be kept; nil when it is known as lost or down, or is not supervised.
  package mutating func lineDown(_ serial: String, at now: Timestamp) -> DeviceLine? {
    guard let index = places[serial], devices[Int(index)].state == .up else { return nil }
    devices[Int(index)].state = .down
    return DeviceLine(serial: serial, state: .down, since: now)
  }

  // MARK: deadlines

  /// We could hear nobody, or not everybody, between two moments: every device has its whole allowance again. Only
  /// one that was overdue before has no more than the time to reconnect: else a restart a day would hide it for ever.
  package mutating func hearAgain(at now: Timestamp, heardUntil: Timestamp) {
    hearingSince = max(hearingSince, now)
    self.heardUntil = max(self.heardUntil, heardUntil)
  }

  /// When a device is lost unless it is heard before.
  func due(_ index: Int32) -> Int64 {
    let device = devices[Int(index)]
    let allowance = settings.allowance(beat: Int(device.beat))
    let promised = Timestamp(microseconds: device.heardAt) + allowance
    let wasOverdue = promised <= heardUntil
    let grace = wasOverdue ? settings.reconnectGrace : max(allowance, settings.reconnectGrace)
    return max(promised, hearingSince + grace).microseconds
  }

  /// Arms the deadline of a device anew.
  mutating func arm(_ index: Int32) {
    let at = due(index)
    devices[Int(index)].mark = at
    deadlines.insert(DeviceDeadline(at: at, device: index))
    sweep()
  }

  /// Stale entries are left behind by shorter beats and devices that are gone; they never outnumber the devices.
  private mutating func sweep() {
    guard deadlines.count > 2 * places.count + 1024 else { return }
    deadlines = Heap(deadlines.unordered.filter { isCurrent($0) })
  }

  func isCurrent(_ entry: DeviceDeadline) -> Bool {
    let device = devices[Int(entry.device)]
    return device.isArmed && device.mark == entry.at
  }
}
