import Foundation
import Synchronization
import TestSupport

/// The built `silverbell` binary, running `serve` as a process of its own.
final class DaemonProcess {
  let mqttPort: UInt16
  let httpPort: UInt16
  private let configuration: String
  private let folder: URL
  private var process: Process?

  /// A daemon on a database; nothing runs before ``start()``.
  init(databaseURL: String, secretKey: String) throws {
    mqttPort = try freePort()
    httpPort = try freePort()
    let (mllpPort, panelPort, operationsPort) = (try freePort(), try freePort(), try freePort())
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("silverbell-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    configuration = folder.appendingPathComponent("silverbell.yaml").path
    try """
    database: {url: "\(databaseURL)"}
    security: {secretKey: "\(secretKey)"}
    rules: {path: "\(projectFolder)/deploy/rules/default.yaml"}
    mqtt: {port: \(mqttPort)}
    http: {port: \(httpPort)}
    operations: {port: \(operationsPort)}
    dc09: {port: \(panelPort)}
    mllp: [{port: \(mllpPort), hospital: H1}]
    inputLog: {directory: "\(folder.path)/inputs"}
    log: {level: error}
    """.write(toFile: configuration, atomically: true, encoding: .utf8)
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Runs a subcommand to its end.
  func run(_ subcommand: String) throws {
    let process = try launch([subcommand, "--config", configuration])
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw TestSupportError("silverbell \(subcommand) ended with \(process.terminationStatus)")
    }
  }

  func start() throws { process = try launch(["serve", "--config", configuration]) }

  /// kill -9, and waits until it is gone.
  func kill() { end(SIGKILL) }

  /// Stops in good order.
  func stop() { end(SIGTERM) }

  var isRunning: Bool { process?.isRunning ?? false }

  private func end(_ signal: Int32) {
    guard let process else { return }
    if process.isRunning { Glibc.kill(process.processIdentifier, signal) }
    process.waitUntilExit()
    self.process = nil
  }

  private func launch(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = try Self.binary()
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: projectFolder)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The product lies beside the tests.
  private static func binary() throws -> URL {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    let binary = tests.appendingPathComponent("silverbell")
    guard FileManager.default.isExecutableFile(atPath: binary.path) else {
      throw TestSupportError("there is no \(binary.path): build the product with the tests")
    }
    return binary
  }
}

/// A port of the loopback that is free now, below those that the system gives to outgoing connections: a client that
/// knocks while nobody listens would otherwise now and then be connected to itself and keep the port.
func freePort() throws -> UInt16 {
  for port in (UInt16(15_000)..<30_000).shuffled() where try isFree(port) { return port }
  throw TestSupportError("no free port")
}

private func isFree(_ port: UInt16) throws -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw TestSupportError("no socket: error \(errno)") }
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
  address.sin_port = port.bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
      bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
