import AlertEngine
import AlertRules
import CareModel
import EngineHost
import FeedSession
import Foundation
import Logging
import NIOPosix
import NotificationChannel
import RuleFiles
import Synchronization

/// The real host around the real core; the store is in memory and confirms when the test says so.
final class HostWorld: Sendable {
  let host: EngineHost
  let store = MemoryStore()
  let telemetry = MemoryTelemetry()
  static let secret = Array("0123456789abcdef".utf8)
  private static let key = [UInt8](repeating: 9, count: 32)
  static let responder = StaffID(high: 1, low: 1)
  static let resident = ResidentID(high: 2, low: 1)

  init(clock: WallClock = .system, lines: [KnownLine] = []) async throws {
    let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    host = EngineHost(
      parts: EngineHost.Parts(
        store: store, telemetry: telemetry, register: NoRegister(), channels: NoChannels(), secretKey: Self.key,
        clock: clock, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger),
      rules: try RuleFiles.load(path: folder + "/deploy/rules/default.yaml"))
    store.register = Self.register
    store.lines = lines
    try await host.start { _ in }
  }

  private static var register: [RegisterChange] {
    let now = WallClock.system.now()
    let digest = secretDigest(secret, key: key)
    return [
      .resident(Resident(id: resident, district: 1, dwelling: nil, name: "王奶奶", canSpeak: false)),
      .device(Device(serial: "D1", dwelling: nil, resident: resident, district: 1, secretDigest: digest)),
      .staff(StaffMember(id: responder, name: "李响", roles: [.responder], secretDigest: digest)),
      .shift(
        Shift(
          id: ShiftID(high: 3, low: 1), staff: responder, role: .responder, from: now - .hours(1),
          until: now + .hours(12))),
    ]
  }

  /// Presses the button of the registered device; the stream gives the outcome when it comes.
  func press(id: String? = nil, kind: SignalKind = .panic) -> AsyncStream<Bool> {
    offer(
      Signal(
        source: SignalSource(feed: .mqtt, sender: "D1", serial: "D1"), kind: kind,
        repeatKey: id.map { .message(id: $0, window: .hours(1)) }))
  }

  /// Offers a signal; the stream gives its outcome when it comes.
  func offer(_ signal: Signal) -> AsyncStream<Bool> {
    AsyncStream { continuation in
      host.offer(signal) {
        continuation.yield($0 == .accepted)
        continuation.finish()
      }
    }
  }
}

extension AsyncStream where Element: Sendable {
  /// The first element.
  func first() async -> Element? {
    for await element in self { return element }
    return nil
  }
}

/// Keeps commits and confirms them when told to.
final class MemoryStore: CommitStore {
  private struct State {
    var commits: [Commit] = []
    var register: [RegisterChange] = []
    var lines: [KnownLine] = []
    var events: (@Sendable (StoreEvent) -> Void)?
    var waiting: [(count: Int, resume: CheckedContinuation<Void, Never>)] = []
    var confirmsAtOnce = false
  }

  private let state = Mutex(State())

  var register: [RegisterChange] {
    get { state.withLock { $0.register } }
    set { state.withLock { $0.register = newValue } }
  }

  /// What a restart knows of devices.
  var lines: [KnownLine] {
    get { state.withLock { $0.lines } }
    set { state.withLock { $0.lines = newValue } }
  }

  var confirmsAtOnce: Bool {
    get { state.withLock { $0.confirmsAtOnce } }
    set { state.withLock { $0.confirmsAtOnce = newValue } }
  }

  var commits: [Commit] { state.withLock { $0.commits } }

  func open(now: Timestamp, events: @escaping @Sendable (StoreEvent) -> Void) async throws -> RecoveredState {
    state.withLock { state in
      state.events = events
      return RecoveredState(
        register: RegisterBook(state.register),
        snapshot: CaseSnapshot(caseKeys: nil, commitNumber: 41, lines: state.lines), epoch: 1, shard: "s1")
    }
  }

  func write(_ commits: [Commit]) {
    let (ready, confirm) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Bool) in
      state.commits += commits
      let count = state.commits.count
      let ready = state.waiting.filter { $0.count <= count }.map(\.resume)
      state.waiting.removeAll { $0.count <= count }
      return (ready, state.confirmsAtOnce)
    }
    for continuation in ready { continuation.resume() }
    if confirm { confirmAll() }
  }

  /// Waits until so many commits were handed over.
  func received(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state -> Bool in
        if state.commits.count >= count { return true }
        state.waiting.append((count, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  func confirmAll() {
    let (number, events) = state.withLock { ($0.commits.last?.number ?? 0, $0.events) }
    events?(.committed(number))
  }

  func report(_ event: StoreEvent) { state.withLock { $0.events }?(event) }

  func reload(_ cases: [CaseKey], now: Timestamp) async throws -> CaseSnapshot {
    CaseSnapshot(caseKeys: cases, commitNumber: 41)
  }

  func appliedInputs(among inputs: [InputID]) async throws -> Set<InputID> {
    Set(commits.map(\.input)).intersection(inputs)
  }

  func loadCase(of alert: AlertID, now: Timestamp) async throws -> CaseSnapshot? { nil }
  func close(deadline: Swift.Duration) async {}
}

/// Counts what it is given.
final class MemoryTelemetry: TelemetryStore {
  private let state = Mutex(
    (rows: [StoredSignal](), repeats: [Bool](), heard: 0, isAway: false))
  var rows: [StoredSignal] { state.withLock { $0.rows } }
  /// Which of the rows were said to be there already, perhaps.
  var repeats: [Bool] { state.withLock { $0.repeats } }
  var isAway: Bool {
    get { state.withLock { $0.isAway } }
    set { state.withLock { $0.isAway = newValue } }
  }
  var heard: Int { state.withLock { $0.heard } }

  func write(_ signal: StoredSignal, isPossibleRepeat: Bool, answer: @escaping @Sendable (Bool) -> Void) {
    let isTaken = state.withLock { state in
      state.rows.append(signal)
      state.repeats.append(isPossibleRepeat)
      return !state.isAway
    }
    answer(isTaken)
  }

  func heard(_ serials: [(serial: String, at: Timestamp, batteryPercent: Int?)]) {
    state.withLock { $0.heard += serials.count }
  }
}

/// A register that nobody asks.
struct NoRegister: RegisterStore {
  private static let away = StoreProblem(code: .unavailable, description: "no register here")
  func save(_ rows: [RegisterChange]) async throws(StoreProblem) { throw Self.away }
  func list(_ kind: RegisterKind, after: String?, limit: Int) async throws(StoreProblem) -> RegisterPage {
    throw Self.away
  }
  func find(_ kind: RegisterKind, id: String) async throws(StoreProblem) -> RegisterChange? { throw Self.away }
  func changes(after: Int64) async throws(StoreProblem) -> (changes: [RegisterChange], version: Int64) {
    throw Self.away
  }
  func account(tokenDigest: [UInt8], now: Timestamp) async throws(StoreProblem) -> Account? { throw Self.away }
  func createAccount(_ account: Account, tokenDigest: [UInt8], expiresAt: Timestamp?) async throws(StoreProblem) {
    throw Self.away
  }
}

/// No channel is configured.
struct NoChannels: ChannelDelivery {
  func deliver(
    _ message: ChannelMessage, on channel: String, isLife: Bool, report: @escaping @Sendable (DeliveryFailure?) -> Void
  ) {
    report(DeliveryFailure(isRetryable: false, description: "no such channel"))
  }
}
