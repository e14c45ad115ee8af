import AlertEngine
import CareModel
import Simulator
import Testing

@Suite("Shrinking a broken run")
struct ShrinkerTests {
  /// A promise that cannot be kept, by a check with a wrong bound or by a setting of the engine.
  enum Defect: String, CaseIterable {
    case askedWithinSeconds, actionsForgotten, storeLies

    var parameters: SimulationParameters {
      var result = SimulationParameters()
      switch self {
      case .askedWithinSeconds:
        result.bounds.asked = .seconds(20)
      case .actionsForgotten:
        result.faults[.deskTwice] = 500
        result.engine.maximumDoneActions = 0
      case .storeLies:
        result.storeLies = true
      }
      return result
    }
  }

  @Test("A defect is found, and its trace shrinks to a handful of events", arguments: Defect.allCases)
  func defect(_ defect: Defect) throws {
    let failure = try #require(throws: SimulationFailure.self) {
      try Simulation.run(seed: 5, hours: 1, parameters: defect.parameters)
    }
    let shrunk = Shrinker.shrink(failure, parameters: defect.parameters)
    #expect(shrunk.rule == failure.rule)
    #expect(shrunk.deeds.count <= 6 && shrunk.deeds.count <= failure.deeds.count, "\(shrunk)")
    #expect(shrunk.command.hasPrefix("silverbell simulate --seed 5 --hours 1"))
    #expect(shrunk.description.contains("events of the world, \(shrunk.deeds.count) of"))
    let again = #expect(throws: SimulationFailure.self) {
      try Simulation.run(
        seed: 5, hours: 1, parameters: defect.parameters,
        omitting: Omission(faults: shrunk.without, only: Set(shrunk.deeds.map(\.number))))
    }
    #expect(again?.trace == shrunk.trace, "the shrunk run can be repeated")
  }

  @Test("Leaving everything out leaves a quiet world in which all promises hold")
  func nothingHappens() throws {
    let omission = Omission(faults: Fault.allCases, only: [])
    let report = try Simulation.run(seed: 3, parameters: SimulationParameters(), omitting: omission)
    #expect(report.signals == 0 && report.alerts == 0 && report.faults == 0)
  }
}
