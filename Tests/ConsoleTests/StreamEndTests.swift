import CareModel
import Console
import EngineHost
import Glibc
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamEndTests {
  private static let settings = ConsoleSettings(keepAliveInterval: .milliseconds(5))

  @Test func eightStreamsOfAnAccountStayOpenAndOneMoreEndsItsOldest() async throws {
    try await Harness.run(world: World(endsSubscriptions: false)) { (console: Harness) async throws in
      try await withThrowingTaskGroup(of: Int.self) { (streams: inout ThrowingTaskGroup<Int, any Error>) async throws in
        for number in -1...8 {
          streams.addTask {
            _ = try await console.get("/api/v1/events", as: number < 0 ? "watch" : "desk")
            return number
          }
          if number < 8 { await wait { console.openStreams == number + 2 } }
        }
        let ended = try await streams.next()
        #expect(ended == 0)
        await wait { console.openStreams == 9 }
        streams.cancelAll()
      }
    }
  }

  @Test(arguments: [true, false])
  func aStreamEndsWhenItsAccountIsGoneOrChanged(_ isGone: Bool) async throws {
    let world = World(endsSubscriptions: false)
    try await Harness.run(settings: Self.settings, world: world) { (console: Harness) async throws in
      async let answer = console.get("/api/v1/events", as: "desk")
      async let other: Answer? = try? console.get("/api/v1/events", as: "watch")
      await wait { console.openStreams == 2 }
      if isGone {
        world.removeAccount(token: "desk")
      } else {
        world.addAccount(.dispatcher, token: "desk", staff: People.desk, districts: [2])
      }
      world.change { $0.now = $0.now + .minutes(1) }
      #expect(try await answer.text.hasPrefix("id: s1:0.0\nevent: ready\n"))
      #expect(console.openStreams == 1)
      world.removeAccount(token: "watch")
      world.change { $0.now = $0.now + .minutes(1) }
      _ = await other
    }
  }

  @Test func aReaderWhoTakesNothingIsCutOff() async throws {
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
      let reader = try #require(connect(to: port))
      defer { close(reader) }
      let request = "GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer desk\r\n\r\n"
      #expect(send(reader, request, request.utf8.count, 0) == request.utf8.count)
      await wait { world.state.withLock { !$0.subscribers.isEmpty } }
      let text = String(repeating: "x", count: 100_000)
      let alert = try #require(world.alert(world.openAlert()))
      for _ in 0..<200 { world.publish(.alertNoted, 1, alert.caseKey, .alert(alert), text: text) }
      await wait { world.state.withLock { $0.subscribers.isEmpty } }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// A connection whose other end soon cannot write any more; nil when there is none to be had.
  private func connect(to port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var size: Int32 = 4096
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    return isConnected ? descriptor : nil
  }

  private func wait(until isSo: () -> Bool) async {
    while !isSo(), !Task.isCancelled { await Task.yield() }
  }
}

extension Harness {
  fileprivate var openStreams: Int { world.state.withLock { $0.subscribers.count } }
}
