import CareModel
import DequeModule

/// The devices of one district, as far as many of them may be lost together.
struct SupervisedArea {
  let district: DistrictID
  /// Devices that were heard at least once.
  var supervised = 0
  /// Who was lost alone, oldest first; entries of devices that are back are skipped.
  private(set) var recent: Deque<Loss> = []
  /// Of these, how many are still lost.
  private(set) var recentCount = 0
  /// Set while most of what was lost is not back.
  var fault: NetworkFault?

  struct Loss {
    var at: Int64
    var device: Int32
  }

  init(district: DistrictID) { self.district = district }

  /// Counts a single loss; true when there are now so many that they are one fault.
  mutating func lose(_ device: Int32, at now: Int64, _ settings: SupervisionSettings) -> Bool {
    recent.append(Loss(at: now, device: device))
    recentCount += 1
    return recentCount >= settings.faultMinimum && recentCount * 100 >= supervised * settings.faultPercent
  }

  /// Forgets losses that are older than the window.
  mutating func forget(before start: Int64, in devices: inout [WatchedDevice]) {
    while let first = recent.first, first.at < start {
      recent.removeFirst()
      let device = devices[Int(first.device)]
      guard device.isLostAlone(since: first.at), device.flags.contains(.counted) else { continue }
      devices[Int(first.device)].flags.remove(.counted)
      recentCount -= 1
    }
  }

  /// A device that was lost alone is back, or has left the area.
  mutating func leave(_ device: inout WatchedDevice) {
    if device.flags.contains(.counted), fault == nil { recentCount -= 1 }
    device.flags.remove(.counted)
  }

  /// Begins a fault with nobody in it; who was lost alone within the window is to be joined.
  mutating func beginFault(at now: Int64) {
    fault = NetworkFault(joining: recent, listedAt: now)
    recent = []
    recentCount = 0
  }
}

/// The devices of one area that are lost together.
struct NetworkFault {
  /// By risk; a device knows its place.
  private(set) var members: [[Int32]] = Array(repeating: [], count: 6)
  private(set) var count = 0
  private(set) var worst = 0
  /// Lost alone before the fault was seen; still to be joined.
  var joining: Deque<SupervisedArea.Loss> = []
  /// When the list was last told.
  var listedAt: Int64
  /// The list that was told is not true any more.
  var isChanged = false
  /// More are lost than were told.
  var hasGrown = false

  init(joining: Deque<SupervisedArea.Loss> = [], worst: Int = 0, listedAt: Int64) {
    self.joining = joining
    self.worst = worst
    self.listedAt = listedAt
  }

  mutating func add(_ index: Int32, _ devices: inout [WatchedDevice]) {
    let risk = min(Int(devices[Int(index)].risk), members.count - 1)
    devices[Int(index)].place = Int32(members[risk].count)
    members[risk].append(index)
    count += 1
    if count > worst {
      worst = count
      hasGrown = true
    }
    isChanged = true
  }

  mutating func remove(_ index: Int32, _ devices: inout [WatchedDevice]) {
    let risk = min(Int(devices[Int(index)].risk), members.count - 1)
    let place = Int(devices[Int(index)].place)
    guard members[risk].indices.contains(place), members[risk][place] == index, let last = members[risk].popLast()
    else { return }
    if last != index {
      members[risk][place] = last
      devices[Int(last)].place = Int32(place)
    }
    devices[Int(index)].place = -1
    count -= 1
    isChanged = true
  }

  /// Most are back.
  func isOver(_ settings: SupervisionSettings) -> Bool {
    joining.isEmpty && count * 100 <= worst * (100 - settings.faultEndPercent)
  }

  /// Some of those at highest risk, at most `limit`; within a risk who was lost first, as far as nobody is back.
  func highestRisk(limit: Int) -> [Int32] {
    var found: [Int32] = []
    for group in members.reversed() where found.count < limit { found += group.prefix(limit - found.count) }
    return found
  }
}
