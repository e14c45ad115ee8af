import Glibc
import InputLog
import Testing

/// Random days of a log: appends, failures, full disks, restarts, crashes. What was answered as durable is read back.
@Suite("The input log in seeded worlds")
struct SeededWorldTests {
  @Test("what is answered as durable is read after any crash: once, in order, unchanged", arguments: 0..<8)
  func worlds(part: Int) throws {
    for seed in 0..<500 {
      var world = try SeededWorld(UInt64(part * 500 + seed))
      let problem = try world.live()
      guard let problem else { continue }
      Issue.record("seed \(part * 500 + seed): \(problem)")
      return
    }
  }

  @Test("the worlds see what they are for: failures, crashes, deletions, torn tails")
  func coverage() throws {
    var seen = SeededWorld.Seen()
    for seed in 0..<200 {
      var world = try SeededWorld(UInt64(seed))
      _ = try world.live()
      seen.durable += world.seen.durable
      seen.failed += world.seen.failed
      seen.full += world.seen.full
      seen.crashes += world.seen.crashes
      seen.tornTails += world.seen.tornTails
      seen.damages += world.seen.damages
      seen.deleted += world.seen.deleted
    }
    print("seeded worlds (200): \(seen)")
    #expect(seen.durable > 5000 && seen.failed > 500 && seen.full > 100 && seen.crashes > 200)
    #expect(seen.tornTails > 100 && seen.deleted > 100)
  }
}

struct SeededWorld {
  struct Seen {
    var durable = 0
    var failed = 0
    var full = 0
    var crashes = 0
    var tornTails = 0
    var damages = 0
    var deleted = 0
  }

  private struct Kept {
    var record: InputLogRecord
    /// From when on its segment may go.
    var releasedAt: Int64?
    var isOfThisRun = true
  }

  private(set) var seen = Seen()
  private let bench: LogBench
  private var random: SeededNumbers
  private let withHoles: Bool
  private var log: InputLog
  private var sequence: UInt64 = 0
  private var appended: [UInt64: InputLogRecord] = [:]
  private var unanswered: Set<UInt64> = []
  private var durable: [UInt64: Kept] = [:]
  private let settings: InputLogSettings

  init(_ seed: UInt64) throws {
    random = SeededNumbers(seed &* 77 &+ 5)
    bench = LogBench(seed: seed)
    withHoles = seed % 2 == 1
    var settings = InputLogSettings()
    settings.segmentBytes = 1024 + 300
    settings.segmentAge = 5000
    settings.groupRecords = 4
    settings.groupBytes = 220
    settings.maximumQueuedRecords = 12
    settings.maximumQueuedBytes = 900
    settings.keepAge = 3000
    settings.interval = 500
    settings.reserveBytes = seed % 3 == 0 ? 0 : 2000
    settings.reserveHeadroom = 1000
    self.settings = settings
    log = try bench.open(settings)
  }

  /// Lives; what went wrong.
  mutating func live() throws -> String? {
    for _ in 0..<Int.random(in: 20...120, using: &random) {
      if let problem = try step() { return problem }
    }
    return try restart(isCrash: false)
  }

  private mutating func step() throws -> String? {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<35: append()
    case 35..<70: _ = log.turn()
    case 70..<80: bench.advance(Int64.random(in: 0...3000, using: &random))
    case 80..<84: confirm()
    case 84..<88: setFaults()
    case 88..<90: bench.files.setCapacity(Int.random(in: 0..<3, using: &random) == 0 ? used + 500 : .max)
    case 90..<94: bench.files.failNever()
    case 94..<96: return try restart(isCrash: false)
    case 96..<98: return try restart(isCrash: true)
    default: break
    }
    return takeAnswers()
  }

  private var used: Int { bench.files.paths().reduce(0) { $0 + (bench.files.bytes($1)?.count ?? 0) } }

  private mutating func append() {
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      sequence += 1
      let size = Int.random(in: 0...60, using: &random)
      let record = LogBench.record(sequence, payload: (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
      appended[sequence] = record
      unanswered.insert(sequence)
      bench.append(log, record)
    }
  }

  private mutating func confirm() {
    guard sequence > 0 else { return }
    let through = UInt64.random(in: 1...sequence, using: &random)
    let isEarlier = Bool.random(using: &random)
    log.confirm(through: through)
    if isEarlier { log.confirmEarlierRuns() }
    for key in durable.keys {
      guard let kept = durable[key], kept.releasedAt == nil else { continue }
      if kept.isOfThisRun ? key <= through : isEarlier { durable[key]?.releasedAt = bench.now }
    }
    // What is answered later and has a lower sequence is confirmed as well.
    confirmedThrough = max(confirmedThrough, through)
    isEarlierConfirmed = isEarlierConfirmed || isEarlier
  }

  private var confirmedThrough: UInt64 = 0
  private var isEarlierConfirmed = false

  private mutating func setFaults() {
    let chance = [5, 20, 60, 100][Int.random(in: 0..<4, using: &random)]
    let salt = random.next()
    bench.files.fail { call, number, _ in
      var numbers = SeededNumbers(salt ^ UInt64(number * 16 + call.hashed))
      guard Int.random(in: 0..<100, using: &numbers) < chance else { return nil }
      if call == .write, Bool.random(using: &numbers) { return .short(Int.random(in: 1...50, using: &numbers)) }
      return call == .read || call == .open || call == .lock
        ? nil : .error([EIO, ENOSPC, EROFS][Int.random(in: 0..<3, using: &numbers)])
    }
  }

  private mutating func takeAnswers() -> String? {
    for answer in bench.taken() {
      guard unanswered.remove(answer.sequence) != nil, let record = appended[answer.sequence] else {
        return "\(answer.sequence) was answered twice"
      }
      switch answer.outcome {
      case .durable:
        seen.durable += 1
        durable[answer.sequence] = Kept(
          record: record, releasedAt: answer.sequence <= confirmedThrough ? bench.now : nil)
      case .failed(.queueFull): seen.full += 1
      case .failed: seen.failed += 1
      }
    }
    return nil
  }

  private mutating func restart(isCrash: Bool) throws -> String? {
    if isCrash {
      if let problem = takeAnswers() { return problem }
      bench.files.crash(&random, withHoles: withHoles)
      seen.crashes += 1
    } else {
      bench.close(log)
      if let problem = takeAnswers() { return problem }
      guard unanswered.isEmpty else { return "\(unanswered.count) records were never answered" }
      guard bench.files.openDescriptors == 0 else { return "descriptors are left open" }
    }
    unanswered = []
    if let problem = try compare() { return problem }
    guard bench.files.syncsAfterFailure == 0 else { return "a failed descriptor was used again" }
    bench.files.failNever()
    bench.files.setCapacity(.max)
    confirmedThrough = 0
    isEarlierConfirmed = false
    for key in durable.keys { durable[key]?.isOfThisRun = false }
    log = try bench.open(settings)
    return nil
  }

  private mutating func compare() throws -> String? {
    let (records, findings) = try bench.read()
    var last: UInt64 = 0
    var read: Set<UInt64> = []
    for record in records {
      guard record.sequence > last else { return "\(record.sequence) was read after \(last)" }
      guard appended[record.sequence] == record else { return "\(record.sequence) was read with another content" }
      last = record.sequence
      read.insert(record.sequence)
    }
    for (key, kept) in durable where !read.contains(key) {
      guard let releasedAt = kept.releasedAt, releasedAt + settings.keepAge <= bench.now else {
        return "\(key) was answered as durable and is not there; it has \(records.map(\.sequence)), \(findings)"
      }
      seen.deleted += 1
      durable[key] = nil
    }
    seen.tornTails += findings.filter { $0.kind == .tornTail }.count
    let damages = findings.filter { $0.kind != .tornTail }
    seen.damages += damages.count
    return damages.isEmpty || withHoles ? nil : "there is damage: \(damages)"
  }
}

extension MemoryFiles.Call {
  /// A number for each, the same in every process.
  fileprivate var hashed: Int {
    switch self {
    case .create: 0
    case .write: 1
    case .sync: 2
    case .syncDirectory: 3
    case .allocate: 4
    case .rename: 5
    case .remove: 6
    case .read: 7
    case .open: 8
    case .lock: 9
    }
  }
}
