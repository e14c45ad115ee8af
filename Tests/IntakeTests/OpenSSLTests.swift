import Foundation
import Intake
import MQTT
import Synchronization
import Testing
import TransportSecurity

private let openssl = "/usr/bin/openssl"

/// The client of OpenSSL, where it is installed.
@Suite(
  "openssl s_client as a real client", .timeLimit(.minutes(1)),
  .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "openssl is not installed"))
struct OpenSSLTests {
  /// Signs in over MQTT and takes leave; gives back what the client printed.
  private static func visit(port: Int, _ arguments: [String]) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: openssl)
    process.arguments =
      [
        "s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", TLSFiles.path("authority.pem"), "-verify_return_error",
        "-nocommands", "-ign_eof",
      ] + arguments
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let (status, ended) = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { ended.yield($0.terminationStatus) }
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(MQTTWords.connect("A1", clientID: "c") + [0xE0, 0]))
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    var statuses = status.makeAsyncIterator()
    _ = await statuses.next()
    return String(decoding: printed, as: UTF8.self)
  }

  @Test(
    "a session is resumed with its client's certificate, and not after a reload", arguments: ["-tls1_2", "-tls1_3"])
  func resumption(version: String) async throws {
    let folder = try Folder()
    let contexts = try TLSFiles.contexts(.required)
    let names = Box(Mutex<[String?]>([]))
    try await RunningReceiver.run(
      LateEngine(), security: contexts,
      session: { peer in
        names.value.withLock { $0.append(peer.certificate?.commonName) }
        return MQTTSession()
      }
    ) { running in
      let certificate = ["-cert", TLSFiles.path("client.pem"), "-key", TLSFiles.path("client.key")]
      let session = folder.path("session")
      let first = try await Self.visit(port: running.port, certificate + [version, "-sess_out", session])
      #expect(first.contains("New, TLSv1") && first.contains("Verify return code: 0 (ok)"))
      let second = try await Self.visit(port: running.port, [version, "-sess_in", session])
      #expect(second.contains("Reused, TLSv1"))
      try contexts.reload()
      let third = try await Self.visit(port: running.port, certificate + [version, "-sess_in", session])
      #expect(third.contains("New, TLSv1"))
    }
    #expect(names.value.withLock { $0 } == ["A1", "A1", "A1"])
  }
}
