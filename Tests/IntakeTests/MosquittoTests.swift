import CareModel
import FeedSession
import Foundation
import Intake
import MQTT
import Testing

private let mosquittoPub = "/usr/bin/mosquitto_pub"

/// The client of Debian's mosquitto-clients, where it is installed.
@Suite(
  "mosquitto_pub as a real client", .timeLimit(.minutes(1)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: mosquittoPub), "mosquitto_pub is not installed"))
struct MosquittoTests {
  /// Starts the client; its exit status comes once it has ended.
  private static func publish(port: Int, password: String) throws -> (process: Process, status: AsyncStream<Int32>) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: mosquittoPub)
    process.arguments = [
      "-h", "127.0.0.1", "-p", "\(port)", "-q", "1", "-i", "c", "-u", "A1", "-P", password, "-t",
      "silverbell/A1/signal", "-m", #"{"id":"1","kind":"panic"}"#,
    ]
    process.standardError = FileHandle.nullDevice
    let (status, ended) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { ended.yield($0.terminationStatus) }
    try process.run()
    return (process, status)
  }

  @Test("it returns once its signal is settled, and not before")
  func returnsAfterSettlement() async throws {
    let engine = LateEngine()
    try await RunningReceiver.mqtt(engine) { running in
      let (process, status) = try Self.publish(port: running.port, password: LateEngine.password)
      var deliveries = engine.deliveries.makeAsyncIterator()
      let delivery = try #require(await deliveries.next())
      #expect(delivery.signal?.kind == .panic)
      #expect(process.isRunning)
      delivery.settle(.accepted)
      var statuses = status.makeAsyncIterator()
      #expect(await statuses.next() == 0)
    }
  }

  @Test("with a wrong password it fails")
  func wrongPassword() async throws {
    try await RunningReceiver.mqtt(LateEngine()) { running in
      let (_, status) = try Self.publish(port: running.port, password: "wrong")
      var statuses = status.makeAsyncIterator()
      #expect(try #require(await statuses.next()) != 0)
    }
  }
}
