import CoreMetrics
import HTTPTypes
import HummingbirdTesting
import JSONText
import Logging
import NIOCore
import Operations
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct OperationsServiceTests {
  /// What the test sets and the page answers from.
  private final class Situation: Sendable {
    let registry = MetricsRegistry(describing: [("a_total", "Counts.")])
    let reasons = Mutex<[Complaint]>([])
    let isStuck = Atomic<Bool>(false)
    let time = Atomic<Int64>(1)

    var state: ServiceState {
      let loop = LoopWatch.Loop(name: "loop") { answer in
        if !self.isStuck.load(ordering: .sequentiallyConsistent) { answer() }
      }
      return ServiceState(
        watch: LoopWatch([loop]) { self.time.load(ordering: .sequentiallyConsistent) },
        notifier: SystemdNotifier(environment: [:]), readiness: { self.reasons.withLock { $0 } },
        now: { self.time.load(ordering: .sequentiallyConsistent) })
    }
  }

  /// Runs the page on a free port and `body` against it, then stops it.
  private func serve(
    _ situation: Situation, _ body: @escaping @Sendable (TestClient, ServiceState) async throws -> Void
  ) async throws {
    let state = situation.state
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let service = OperationsService(
      host: "127.0.0.1", port: 0, registry: situation.registry, state: state, logger: logger
    ) { running.yield($0) }
    let group = ServiceGroup(
      configuration: .init(services: [service, StopNoticeService(state: state)], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let port = try #require(await ports.first { _ in true })
      try await TestClient.withClient(host: "127.0.0.1", port: port) { try await body($0, state) }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    #expect(state.reasonsNotReady == [Complaint("daemon", "is stopping.")])
  }

  private static func text(_ response: TestClient.Response) -> String {
    response.body.map { String(buffer: $0) } ?? ""
  }

  @Test("The metrics, with their type")
  func metrics() async throws {
    let situation = Situation()
    Counter(label: "a_total", factory: situation.registry).increment(by: 3)
    try await serve(situation) { client, _ in
      let answer = try await client.get("/metrics")
      #expect(answer.status == .ok)
      #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      #expect(Self.text(answer).hasPrefix("# HELP a_total Counts.\n# TYPE a_total counter\na_total 3\n"))
      #expect(Self.text(answer).hasSuffix("\n"))
    }
  }

  @Test("Ready and not ready, alive and stuck")
  func verdicts() async throws {
    let situation = Situation()
    try await serve(situation) { client, state in
      for path in ["/healthz", "/readyz"] {
        let answer = try await client.get(path)
        #expect(answer.status == .ok)
        #expect(Self.text(answer) == #"{"status":"ok","reasons":[]}"#)
      }
      situation.reasons.withLock { $0 = [Complaint("store", "is away.")] }
      #expect(try await client.get("/healthz").status == .ok)
      let notReady = try await client.get("/readyz?verbose")
      #expect(notReady.status == .serviceUnavailable)
      #expect(
        Self.text(notReady) == #"{"status":"notReady","reasons":[{"subject":"store","message":"is away."}]}"#)
      situation.isStuck.store(true, ordering: .sequentiallyConsistent)
      state.watch.ask()
      situation.time.wrappingAdd(10_000_000_001, ordering: .sequentiallyConsistent)
      let stuck = try await client.get("/healthz")
      #expect(stuck.status == .serviceUnavailable)
      #expect(
        Self.text(stuck) == #"{"status":"stuck","reasons":[{"subject":"loop","message":"has not moved for 10 s."}]}"#)
    }
  }

  @Test("Nothing else is there, nothing else is allowed, and a HEAD has no body")
  func others() async throws {
    try await serve(Situation()) { client, _ in
      #expect(try await client.get("/").status == .notFound)
      #expect(try await client.get("/api/v1/alerts").status == .notFound)
      let posted = try await client.post("/metrics", body: ByteBuffer(string: "x"))
      #expect(posted.status == .methodNotAllowed)
      #expect(posted.headers[.allow] == "GET, HEAD")
      let head = try await client.head("/healthz")
      #expect(head.status == .ok)
      #expect(head.headers[.contentLength] == "28")
      #expect(Self.text(head).isEmpty)
    }
  }
}
