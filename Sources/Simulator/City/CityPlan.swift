import CareModel

/// A city as it is on most days, at its true size: people call, staff work in shifts, devices are heard.
package struct CityPlan: Sendable {
  /// Between two heartbeats of a device.
  package var beat: TimeSpan = .minutes(10)
  /// Heartbeats are gathered for this long before the engine hears of them.
  package var beatBatch: TimeSpan = .seconds(10)
  /// Homes that lose their power together; nil = none do.
  package var powerCut: PowerCut?

  /// An ordinary day.
  package init() {}

  /// Calls per second of a city of 100,000 homes, by the hour: nights, a morning peak, the day.
  static let callsPerSecond: [Double] = [
    0.03, 0.03, 0.03, 0.03, 0.04, 0.08, 0.18, 0.25, 0.25, 0.18, 0.12, 0.11,
    0.10, 0.10, 0.11, 0.12, 0.12, 0.12, 0.12, 0.11, 0.10, 0.08, 0.05, 0.04,
  ]

  /// What calls are about, as often as named: most are requests, a few are emergencies.
  static let kinds: [String] =
    Array(repeating: "requestHelp", count: 30) + Array(repeating: "requestAdvice", count: 34)
    + Array(repeating: "requestCallback", count: 12) + Array(repeating: "batteryLow", count: 8)
    + Array(repeating: "panic", count: 12) + Array(repeating: "fall", count: 2) + Array(repeating: "cancel", count: 2)
}

/// A power cut in several areas.
package struct PowerCut: Sendable {
  /// From the start of the run until the power fails.
  package var after: TimeSpan = .hours(10)
  /// How long it lasts.
  package var lasting: TimeSpan = .hours(1)
  /// The areas.
  package var districts: [DistrictID] = [2, 5, 8]
  /// Of the homes in an area, this many of a thousand are dark.
  package var share = 167
  /// How long the homes take to connect again.
  package var returning: TimeSpan = .minutes(3)
  /// Of the homes that are back, this many of a thousand press within minutes.
  package var panics = 20

  /// One hour without power for a twentieth of the homes, in three of ten districts.
  package init() {}
}

extension SimulationParameters {
  /// A city of so many homes.
  package static func city(homes: Int, powerCut: PowerCut? = nil) -> Self {
    var result = Self()
    result.city = CityPlan()
    result.city?.powerCut = powerCut
    result.devices = homes
    result.staff = max(6, homes / 200)
    result.dispatchers = max(6, homes / 1300)
    result.hospitals = max(1, homes / 10_000)
    result.districts = 10
    result.keepAlive = 0
    result.faults = .none
    result.faults[.staffDecline] = 100
    result.faults[.staffLate] = 20
    result.faults[.staffSilent] = 10
    result.faults[.channelFails] = 10
    result.faults[.connectionLost] = 1
    result.storeGroup = 64
    result.checkEvery = 20_000
    result.calmCheckEvery = .minutes(2)
    result.compareEvery = .hours(12)
    result.drain = .minutes(60)
    return result
  }
}
