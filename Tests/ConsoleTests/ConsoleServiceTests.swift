import CareModel
import Console
import EngineHost
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct ConsoleServiceTests {
  @Test func aGracefulShutdownEndsEventStreamsAndAQuietStreamShowsThatItLives() async throws {
    let world = World(endsSubscriptions: false)
    world.settle()
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let service = ConsoleService(
      settings: ConsoleSettings(port: 0, keepAliveInterval: .milliseconds(20)), ports: world.ports, logger: logger
    ) { running.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [service], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let port = try #require(await ports.first { _ in true })
      let response = try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
        async let answer = client.execute(
          .init("/api/v1/events", method: .get, headers: [.authorization: "Bearer desk"]))
        while world.state.withLock({ $0.subscribers.isEmpty }) { await Task.yield() }
        world.openAlert()
        let started = ContinuousClock.now
        while ContinuousClock.now - started < .milliseconds(100) { await Task.yield() }
        await group.triggerGracefulShutdown()
        return try await answer
      }
      let text = response.body.map { String(buffer: $0) } ?? ""
      #expect(text.hasPrefix("id: s1:0.0\nevent: ready\n"))
      #expect(text.contains("id: s1:1.0\nevent: alert.opened\n"))
      #expect(text.contains(": still here\n\n"))
      try await tasks.waitForAll()
    }
  }
}
