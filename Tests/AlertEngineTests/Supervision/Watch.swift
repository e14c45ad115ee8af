import AlertEngine
import CareModel

/// A supervision table with time by hand.
struct Watch {
  static let start = Timestamp(seconds: 1_800_000_000)
  var table: SupervisionTable
  var now = start
  /// By number of the device.
  var risks: [String: Int] = [:]

  init(settings: SupervisionSettings = SupervisionSettings()) { table = SupervisionTable(settings: settings) }

  /// Takes in devices and hears them now.
  mutating func add(_ numbers: Range<Int>, beat: Int = 60, district: DistrictID = 1) {
    for number in numbers {
      put(number, beat: beat, district: district)
      hear(number)
    }
  }

  mutating func put(_ number: Int, beat: Int = 60, district: DistrictID = 1, isAssigned: Bool = true) {
    table.put(
      Device(
        serial: "D\(number)", dwelling: isAssigned ? DwellingID(high: 1, low: 1) : nil, resident: nil,
        district: district, heartbeatSeconds: beat), at: now)
  }

  mutating func hear(_ number: Int, battery: Int? = nil) {
    table.heard(HeardDevice(serial: "D\(number)", at: now, batteryPercent: battery))
  }

  mutating func turn() -> SupervisionTurn {
    let risks = risks
    return table.turn(at: now) { risks[$0] ?? 0 }
  }

  /// Takes all turns that are due now, in order; each is within its bound.
  mutating func turns() -> [SupervisionTurn] {
    var turns: [SupervisionTurn] = []
    while let due = table.nextDue, due <= now { turns.append(turn()) }
    return turns.filter { !$0.isEmpty }
  }

  /// Lets time pass; what is due on the way happens when it is due.
  mutating func wait(_ span: TimeSpan) -> [SupervisionTurn] {
    let end = now + span
    var all: [SupervisionTurn] = []
    while let due = table.nextDue, due <= end {
      now = max(now, due)
      all += turns()
    }
    now = end
    return all
  }
}

extension [SupervisionTurn] {
  var lost: [String] { compactMap { if case .lost(let serial, _) = $0.news { serial } else { nil } } }
  var back: [String] { compactMap { if case .back(let serial, _) = $0.news { serial } else { nil } } }
  var joined: [String] { compactMap { if case .joinedFault(let serial, _) = $0.news { serial } else { nil } } }
  var began: [MassLoss] { compactMap { if case .faultBegan(_, let loss) = $0.news { loss } else { nil } } }
  var changed: [MassLoss] { compactMap { if case .faultChanged(_, let loss) = $0.news { loss } else { nil } } }
  var ended: [MassLoss] { compactMap { if case .faultEnded(_, let loss) = $0.news { loss } else { nil } } }
  var lines: [DeviceLine] { flatMap(\.lines) }
}
