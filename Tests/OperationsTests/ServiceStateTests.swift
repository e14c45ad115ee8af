import NIOCore
import NIOPosix
import Operations
import Synchronization
import Testing

/// A clock and what is not well, both set by the test.
private final class Situation: Sendable {
  let time = Atomic<Int64>(1)
  let reasons = Mutex<[Complaint]>([])

  func pass(seconds: Double) { time.wrappingAdd(Int64(seconds * 1e9), ordering: .relaxed) }

  func state(_ loops: [LoopWatch.Loop] = [], _ environment: [String: String] = [:]) -> ServiceState {
    ServiceState(
      watch: LoopWatch(loops) { self.time.load(ordering: .relaxed) },
      notifier: SystemdNotifier(environment: environment, processID: 7),
      readiness: { self.reasons.withLock { $0 } }, now: { self.time.load(ordering: .relaxed) })
  }
}

/// A loop that answers when the test says so.
private final class HeldLoop: Sendable {
  private let answers = Mutex<[@Sendable () -> Void]>([])
  var loop: LoopWatch.Loop { LoopWatch.Loop(name: "held") { answer in self.answers.withLock { $0.append(answer) } } }
  var asked: Int { answers.withLock { $0.count } }

  func turn() {
    let due = answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
    for answer in due { answer() }
  }
}

@Suite struct ServiceStateTests {
  @Test("READY comes once, with the first readiness; the status follows every change", arguments: ["", "@"])
  func ready(_ mark: String) throws {
    let path = mark + DatagramSocket.freshPath()
    let systemd = try DatagramSocket(path)
    let situation = Situation()
    situation.reasons.withLock { $0 = [Complaint("store", "is away.")] }
    let state = situation.state([], ["NOTIFY_SOCKET": path])
    state.beat()
    state.beat()
    #expect(systemd.received() == ["STATUS=store is away."])
    situation.reasons.withLock { $0 = [] }
    state.beat()
    state.beat()
    #expect(systemd.received() == ["READY=1", "STATUS=accepts alarms"])
    situation.reasons.withLock { $0 = [Complaint("store", "is\naway.")] }
    state.beat()
    situation.reasons.withLock { $0 = [] }
    state.beat()
    #expect(systemd.received() == ["STATUS=store is away.", "STATUS=accepts alarms"])
    state.stop()
    state.stop()
    #expect(systemd.received() == ["STOPPING=1", "STATUS=stopping"])
    #expect(state.reasonsNotReady.map(\.subject) == ["daemon"])
  }

  @Test("A sign of life at half of systemd's time; a stuck loop ends it, and a loop that moves again resumes it")
  func watchdog() throws {
    let path = DatagramSocket.freshPath()
    let systemd = try DatagramSocket(path)
    let situation = Situation()
    let held = HeldLoop()
    let state = situation.state(
      [held.loop], ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "7"])
    func beat() -> Int {
      state.beat()
      return systemd.received().filter { $0 == "WATCHDOG=1" }.count
    }
    #expect(state.interval == .seconds(1))
    #expect(beat() == 1)
    held.turn()
    situation.pass(seconds: 1.9)
    #expect(beat() == 0)
    situation.pass(seconds: 0.1)
    #expect(beat() == 1)
    // It still owes its answer of the second beat; the bound itself is still well.
    #expect(held.asked == 1)
    situation.pass(seconds: 9.9)
    #expect(beat() == 1)
    #expect(state.health == [])
    situation.pass(seconds: 2.1)
    #expect(beat() == 0)
    #expect(state.health.map(\.subject) == ["held"])
    #expect(state.reasonsNotReady.map(\.subject) == ["held"])
    situation.pass(seconds: 100)
    #expect(beat() == 0)
    held.turn()
    #expect(state.health == [])
    #expect(beat() == 1)
  }

  @Test("An event loop that is blocked is named, and the others are not")
  func blockedEventLoop() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let (blocked, free) = (group.next(), group.next())
    let situation = Situation()
    let state = situation.state([.eventLoop("blocked", blocked), .eventLoop("free", free), .tasks])
    let gate = Mutex<Void>(())
    let release = Atomic<Bool>(false)
    let entered = blocked.makePromise(of: Void.self)
    blocked.execute {
      entered.succeed(())
      while !release.load(ordering: .acquiring) { gate.withLock { _ in } }
    }
    state.watch.ask()
    while state.watch.delays.filter({ $0.seconds > 0 }).count > 1 { await Task.yield() }
    situation.pass(seconds: 11)
    while state.health.count != 1 { await Task.yield() }
    #expect(state.health == [Complaint("blocked", "has not moved for 11 s.")])
    release.store(true, ordering: .releasing)
    while !state.health.isEmpty { await Task.yield() }
    try await group.shutdownGracefully()
  }

  @Test("What is and what is no address or time", arguments: [
    ([:], nil, nil), (["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "30"], "/run/x", 30),
    (["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30", "WATCHDOG_PID": "7"], "@x", 30),
    (["NOTIFY_SOCKET": "x", "WATCHDOG_USEC": "30", "WATCHDOG_PID": "8"], nil, nil),
    (["NOTIFY_SOCKET": "", "WATCHDOG_USEC": "0"], nil, nil), (["WATCHDOG_USEC": "-1"], nil, nil),
    (["WATCHDOG_USEC": "soon"], nil, nil), (["WATCHDOG_USEC": "99999999999999999999"], nil, nil),
  ] as [([String: String], String?, Int64?)])
  func environment(_ environment: [String: String], _ path: String?, _ time: Int64?) {
    let notifier = SystemdNotifier(environment: environment, processID: 7)
    #expect(notifier.path == path)
    #expect(notifier.watchdogMicroseconds == time)
  }

  @Test("Nobody listens, a name that is too long, a socket that is gone: nothing happens")
  func nobody() {
    for path in ["/nonexistent/socket", "/" + String(repeating: "x", count: 200), "relative"] {
      let state = Situation().state([], ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1"])
      state.beat()
      state.stop()
      #expect(state.health == [])
    }
  }
}
