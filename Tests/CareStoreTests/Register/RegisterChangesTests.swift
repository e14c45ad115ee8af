import CareModel
import CareStore
import EngineHost
import PQ
import Testing

@Suite("Changes of the register")
struct RegisterChangesTests {
  @Test("a reader that goes on from its version sees every later change once, as the row is now")
  func goingOn() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    #expect(try await register.changes(after: -1) == ([], 0))
    try await register.save(RegisterSample.homes(2))
    let start = try await register.changes(after: -1)
    #expect(start.changes.isEmpty)
    #expect(start.version == 8)
    #expect(try await register.changes(after: start.version) == ([], start.version))

    var device = RegisterSample.device(1)
    device.heartbeatSeconds = 60
    try await register.save([.device(RegisterSample.device(0)), .staff(RegisterSample.staff[0])])
    try await register.save([.device(device), .residentRemoved(RegisterSample.resident(1).id)])
    let later = try await register.changes(after: start.version)
    let expected: [RegisterChange] = [
      .device(RegisterSample.device(0)), .device(device), .staff(RegisterSample.staff[0]),
      .residentRemoved(RegisterSample.resident(1).id),
    ]
    #expect(later.changes == expected)
    #expect(try await register.changes(after: later.version) == ([], later.version))
    #expect(try await register.changes(after: 0).changes.count == 9)
  }

  @Test("5,000 changes come in one answer, and the 5,001st in the next")
  func bound() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    let all = (0...PostgresRegister.maximumChanges).map { RegisterChange.dwelling(RegisterSample.dwelling($0)) }
    try await register.save(all)
    let first = try await register.changes(after: 0)
    #expect(first.changes.count == PostgresRegister.maximumChanges)
    let second = try await register.changes(after: first.version)
    #expect(second.changes.count == 1)
    #expect(first.changes + second.changes == all)
  }

  @Test("writers at the same time leave no version that a reader could have passed", .timeLimit(.minutes(1)))
  func concurrentWriters() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    let seen = try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for number in 0..<10 { try await register.save([.device(RegisterSample.device(writer * 100 + number))]) }
        }
      }
      var seen: Set<String> = []
      var version: Int64 = 0
      var isLast = false
      while !isLast {
        isLast = version == 40
        let answer = try await register.changes(after: version)
        version = answer.version
        for case .device(let device) in answer.changes { seen.insert(device.serial) }
      }
      try await group.waitForAll()
      return seen
    }
    #expect(seen.count == 40)
  }

  @Test("a save tells listeners the version, and a failed one tells nothing")
  func notifications() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    let listener = try await world.connect()
    var heard = try await listener.listen(PostgresRegister.notificationChannel).makeAsyncIterator()
    var resident = RegisterSample.resident(1)
    resident.risk = 9
    await #expect(throws: StoreProblem.self) { try await register.save([.resident(resident)]) }
    try await register.save(RegisterSample.homes(1))
    let payload = try await #require(heard.next()).payload
    #expect(payload == String(try await register.changes(after: -1).version))
    listener.close()
  }
}
