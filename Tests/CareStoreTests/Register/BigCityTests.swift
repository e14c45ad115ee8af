import CareModel
import CareStore
import EngineHost
import Testing

@Suite("A city's register")
struct BigCityTests {
  @Test("10,000 homes are saved in one go and load whole, in seconds")
  func tenThousandHomes() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    let rows = RegisterSample.homes(10_000)
    let saving = try await ContinuousClock().measure { try await register.save(rows) }
    #expect(saving < .seconds(30))
    let loaded = try await world.loadRegister()
    #expect(loaded.count == rows.count)
    #expect(loaded.prefix(20_000) == rows.prefix(20_000))
  }
}
