import AlertEngine
import AlertRules
import CareModel
import CareStore
import ChannelDispatcher
import EngineHost
import Foundation
import Logging
import NIOPosix
import PQ
import RuleFiles
import TestSupport

/// The real engine on a real database, in this process: everything but the sockets.
struct EngineWorld {
  let database: PostgresDatabase
  let hosts: PQHostList
  let host: EngineHost

  /// A migrated database with a register, and an engine that has taken its shard.
  init(register rows: [RegisterChange]) async throws {
    database = try await PostgresServer.shared().createDatabase()
    hosts = PQHostList(try PQEndpoint.parse(database.connectionString))
    let hosts = hosts
    let now = WallClock.system.now()
    _ = try await Migrator(try Migration.load(folder: projectFolder + "/Migrations")).migrate(hosts, now: now)
    let pool = PQPool(size: 2, maxWaiters: 64) { () async throws(PQError) in
      try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    }
    let register = PostgresRegister(pool: pool)
    try await register.save(rows)
    var settings = StoreSettings()
    settings.connectSeconds = 30
    settings.statementSeconds = 30
    let store = PostgresCommitStore(hosts: hosts, shard: "s1", owner: (1, 1), settings: settings) { moment in
      try await RegisterLoader.load(moment, now: WallClock.system.now())
    }
    var logger = Logger(label: "test")
    logger.logLevel = .error
    host = EngineHost(
      parts: EngineHost.Parts(
        store: store,
        telemetry: PostgresTelemetry { () async throws(PQError) in
          try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
        },
        register: register, channels: ChannelDispatcher(channels: [:]), secretKey: Array(repeating: 7, count: 32),
        clock: .system, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger),
      rules: try RuleFiles.load(path: projectFolder + "/deploy/rules/default.yaml"))
    try await host.start { _ in }
  }

  /// Writes what is queued and lets go of the shard.
  func stop() async { await host.stop(within: .seconds(30)) }

  /// The only number that a query gives.
  func number(_ sql: String) async throws -> Int64 {
    let connection = try await hosts.connect(applicationName: "test", deadlineSeconds: 30)
    defer { connection.close() }
    return try await connection.query(sql, deadlineSeconds: 60).row(0).int8(0)
  }
}

/// The folder that holds `Package.swift`.
let projectFolder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// People, homes and devices of the promise tests, made by number.
enum Made {
  static func staff(_ number: Int) -> StaffID { StaffID(high: 1, low: UInt64(number)) }
  static func resident(_ number: Int) -> ResidentID { ResidentID(high: 2, low: UInt64(number)) }
  static func dwelling(_ number: Int) -> DwellingID { DwellingID(high: 3, low: UInt64(number)) }
  static func serial(_ number: Int) -> String { "T-\(number)" }

  /// A home with one person and one device, in a district.
  static func home(_ number: Int, district: DistrictID, secretDigest: [UInt8] = []) -> [RegisterChange] {
    [
      .dwelling(Dwelling(id: dwelling(number), district: district, address: "测试路\(number)号")),
      .resident(
        Resident(id: resident(number), district: district, dwelling: dwelling(number), name: "测试\(number)")),
      .device(
        Device(
          serial: serial(number), dwelling: dwelling(number), resident: resident(number), district: district,
          secretDigest: secretDigest)),
    ]
  }

  /// Somebody on duty in a role, for a district, for two days around now.
  static func onDuty(_ number: Int, as role: StaffRole, district: DistrictID) -> [RegisterChange] {
    let now = WallClock.system.now()
    return [
      .staff(StaffMember(id: staff(number), name: "员工\(number)", roles: [role], districts: [district])),
      .shift(
        Shift(
          id: ShiftID(high: 4, low: UInt64(number)), staff: staff(number), role: role, from: now - .hours(24),
          until: now + .hours(24))),
    ]
  }
}
