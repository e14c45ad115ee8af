import CareModel
import CareStore
import EngineHost
import PQ
import Testing

@Suite("The register in PostgreSQL")
struct PostgresRegisterTests {
  @Test("every kind of row is saved, found, and loaded the same")
  func everything() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    let rows = RegisterSample.homes(9) + RegisterSample.others
    try await register.save(rows)
    let loaded = try await world.loadRegister()
    let old = RegisterChange.shift(RegisterSample.shifts[1])
    #expect(loaded.count == rows.count - 1)
    for row in rows where row != old { #expect(loaded.contains(row)) }
    #expect(!loaded.contains(old))
    #expect(try await register.find(.shifts, id: RegisterSample.shifts[1].id.description) == old)
    #expect(try await register.find(.devices, id: "SB-3") == .device(RegisterSample.device(3)))
    #expect(try await register.find(.hospitals, id: "h2") == .hospital(RegisterSample.hospitals[1]))
    let resident = RegisterSample.resident(5)
    #expect(try await register.find(.residents, id: resident.id.description) == .resident(resident))
  }

  @Test("what is not there, or is no name at all, is not found")
  func missing() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    for kind in RegisterKind.allCases {
      for id in ["", "x", "a\u{0}", "01234567-89ab-7cde-0000-000000000001"] {
        #expect(try await register.find(kind, id: id) == nil)
      }
    }
  }

  @Test("a list goes page by page in the order of the keys, to the last row and no further")
  func pages() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    try await register.save(RegisterSample.homes(10))
    for kind in [RegisterKind.residents, .devices] {
      var all: [RegisterChange] = []
      var sizes: [Int] = []
      var cursor: String?
      repeat {
        let page = try await register.list(kind, after: cursor, limit: 4)
        all += page.rows
        sizes.append(page.rows.count)
        cursor = page.next
      } while cursor != nil
      #expect(sizes == [4, 4, 2])
      let expected: [RegisterChange] =
        kind == .residents
        ? (0..<10).map { .resident(RegisterSample.resident($0)) } : (0..<10).map { .device(RegisterSample.device($0)) }
      #expect(all == expected)
    }
    #expect(try await register.list(.residents, after: nil, limit: 10).next == nil)
    #expect(try await register.list(.residents, after: nil, limit: 9).next != nil)
  }

  @Test("a page of 1 and of 500 rows is given, 0 and 501 and a wrong cursor are not")
  func pageBounds() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    for limit in [1, PostgresRegister.maximumPage] {
      #expect(try await register.list(.staff, after: nil, limit: limit).rows.isEmpty)
    }
    for limit in [0, PostgresRegister.maximumPage + 1] {
      await #expect { try await register.list(.staff, after: nil, limit: limit) } throws: { code($0) == .invalid }
    }
    await #expect { try await register.list(.staff, after: "x", limit: 1) } throws: { code($0) == .invalid }
  }

  @Test("a row that moves to another district is there once")
  func moving() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    var resident = RegisterSample.resident(2)
    var dwelling = RegisterSample.dwelling(2)
    try await register.save([.resident(resident), .dwelling(dwelling)])
    resident.district = 99
    resident.identifiers.reverse()
    dwelling.district = 99
    try await register.save([.resident(resident), .dwelling(dwelling)])
    #expect(try await world.loadRegister() == [.dwelling(dwelling), .resident(resident)])
  }

  @Test("of several rows with one name in a save the last counts")
  func lastCounts() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    var device = RegisterSample.device(1)
    device.heartbeatSeconds = 60
    try await register.save([
      .device(RegisterSample.device(1)), .deviceRemoved("SB-1"), .device(device), .device(RegisterSample.device(2)),
      .deviceRemoved("SB-2"),
    ])
    #expect(try await world.loadRegister() == [.device(device)])
  }

  @Test("a removed resident's identifiers can go to somebody else in the same save")
  func identifiersMove() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    let old = RegisterSample.resident(2)
    var new = RegisterSample.resident(3)
    new.identifiers = old.identifiers
    try await register.save([.resident(old)])
    try await register.save([.resident(new), .residentRemoved(old.id)])
    #expect(try await world.loadRegister() == [.resident(new)])
  }

  @Test("an identifier that another person has is a conflict, and nothing of the save is kept")
  func identifierConflict() async throws {
    let world = try await StoreWorld()
    let register = PostgresRegister(pool: world.pool())
    let first = RegisterSample.resident(2)
    var second = RegisterSample.resident(3)
    second.identifiers = first.identifiers
    try await register.save([.resident(first)])
    await #expect {
      try await register.save([.device(RegisterSample.device(1)), .resident(second)])
    } throws: {
      code($0) == .conflict
    }
    #expect(try await world.loadRegister() == [.resident(first)])
  }

  @Test("a text that the database does not keep is refused, and too many rows")
  func refused() async throws {
    let register = PostgresRegister(pool: try await StoreWorld().pool())
    var device = RegisterSample.device(1)
    device.serial = "a\u{0}"
    await #expect { try await register.save([.device(device)]) } throws: { code($0) == .invalid }
    var resident = RegisterSample.resident(1)
    resident.risk = 6
    await #expect { try await register.save([.resident(resident)]) } throws: { code($0) == .conflict }
    let many = Array(repeating: RegisterChange.deviceRemoved("x"), count: PostgresRegister.maximumRows)
    try await register.save(many)
    await #expect { try await register.save(many + [.deviceRemoved("x")]) } throws: { code($0) == .invalid }
  }

  @Test("a database that is gone makes it unavailable")
  func unavailable() async throws {
    let pool = PQPool(size: 1, maxWaiters: 1) { () async throws(PQError) in
      try await PQHostList(PQEndpoint.parse("host=/nowhere dbname=x user=x")).connect()
    }
    let register = PostgresRegister(pool: pool)
    await #expect { try await register.list(.staff, after: nil, limit: 1) } throws: { code($0) == .unavailable }
    await #expect { try await register.save([.deviceRemoved("x")]) } throws: { code($0) == .unavailable }
  }

  private func code(_ error: any Error) -> StoreProblem.Code? { (error as? StoreProblem)?.code }
}
