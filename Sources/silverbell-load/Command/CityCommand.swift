import ArgumentParser
import CareModel
import CareStore
import DemoCity
import EngineHost
import Glibc
import LoadGenerator
import PQ
import SilverbellApp

/// `silverbell-load city`: the sample city in a migrated database, with everything a measurement needs.
struct CityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "city",
    abstract: "Loads the sample city, and leaves devices.csv, staff.csv and tokens.env in a folder.")

  /// Homes of one transaction.
  static let batchHomes = 10_000

  @Option(help: "The database, as libpq understands it; it is migrated already.")
  var databaseUrl: String

  @Option(help: "Key of the digests of secrets, as the daemon has it.")
  var secretKey: String

  @Option(help: "Homes, each with a device.")
  var homes = 300_000

  @Option(help: "Where the files go.")
  var folder: String

  @Option(help: "Where webhook messages would go.")
  var noticeAddress = "http://127.0.0.1:9"

  func validate() throws {
    guard (1...DemoCity.maximumHomes).contains(homes) else {
      throw ValidationError("--homes is from 1 to \(DemoCity.maximumHomes).")
    }
  }

  func run() async throws {
    let city = DemoCity(.init(homes: homes, secretKey: Array(secretKey.utf8), noticeAddress: noticeAddress))
    let hosts = try DatabaseStart(url: databaseUrl).hosts
    let pool = PQPool(size: 1, maxWaiters: 8) { () async throws(PQError) in
      try await hosts.connect(applicationName: "silverbell-load", deadlineSeconds: 5)
    }
    let register = PostgresRegister(pool: pool)
    try await register.save(city.centreRows(now: WallClock.system.now()))
    for start in stride(from: 0, to: city.settings.homes, by: Self.batchHomes) {
      let end = min(start + Self.batchHomes, city.settings.homes)
      try await register.save(city.homeRows(start..<end))
      print("homes: \(end)")
    }
    try write("devices.csv", "serial,secret\n" + city.devices.map { "\($0.userName),\($0.secret)\n" }.joined())
    try write(
      "staff.csv",
      "login,secret,role\n" + city.staff.map { "\($0.login.userName),\($0.login.secret),\($0.role)\n" }.joined())
    let token = Randomness.token()
    try await register.createAccount(
      Account(
        name: "load-dispatcher", role: .dispatcher, staff: city.staff(.desk).first?.member.id, sender: nil,
        districts: []),
      tokenDigest: Randomness.tokenDigest(token), expiresAt: nil)
    try write("tokens.env", "TOKEN_DISPATCHER='\(token)'\n")
    await pool.close()
  }

  private func write(_ name: String, _ text: String) throws {
    let path = "\(folder)/\(name)"
    umask(0o077)
    guard let file = fopen(path, "w") else { throw LoadFailure("\(path) cannot be written") }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw LoadFailure("\(path) cannot be written") }
  }
}
