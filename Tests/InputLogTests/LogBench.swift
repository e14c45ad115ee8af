import InputLog
import Synchronization

/// SplitMix64: the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// A log in memory that is driven by hand, with time by hand; notes what it says.
final class LogBench: Sendable {
  static let directory = "/log"
  static let start: Int64 = 1_800_000_000_000_000

  let files = MemoryFiles()
  private let time = Mutex<Int64>(0)
  private let salts: Mutex<SeededNumbers>
  private let answers = Mutex<[Answer]>([])
  private let conditions = Mutex<[InputLogCondition]>([])

  struct Answer: Sendable, Equatable {
    var sequence: UInt64
    var outcome: InputLogOutcome
  }

  private let salt: UInt64?

  /// - Parameters:
  ///   - salt: of all segments; without one each has its own.
  init(seed: UInt64 = 1, salt: UInt64? = nil) {
    salts = Mutex(SeededNumbers(seed))
    self.salt = salt
  }

  /// Small and quick: no reserve, one second between looks.
  static var settings: InputLogSettings {
    var settings = InputLogSettings()
    settings.reserveBytes = 0
    return settings
  }

  var environment: InputLogEnvironment {
    InputLogEnvironment(
      files: files, now: { Self.start + self.now }, monotonic: { self.now },
      salt: { self.salt ?? self.salts.withLock { $0.next() } })
  }

  var now: Int64 { time.withLock { $0 } }

  func advance(_ microseconds: Int64) { time.withLock { $0 += microseconds } }

  func open(_ settings: InputLogSettings = LogBench.settings) throws -> InputLog {
    try InputLog(
      directory: Self.directory, settings: settings, environment: environment, driver: .caller,
      onChange: { condition in self.conditions.withLock { $0.append(condition) } })
  }

  static func record(_ sequence: UInt64, payload: [UInt8]? = nil) -> InputLogRecord {
    InputLogRecord(
      kind: UInt8(truncatingIfNeeded: sequence), sequence: sequence, receivedAt: start + Int64(sequence),
      id: InputLogID(high: sequence &* 0x0101_0101_0101, low: ~sequence),
      payload: payload ?? Array("record \(sequence)".utf8))
  }

  func append(_ log: InputLog, _ sequences: ClosedRange<UInt64>) {
    for sequence in sequences { append(log, Self.record(sequence)) }
  }

  func append(_ log: InputLog, _ record: InputLogRecord) {
    log.append(record) { outcome in
      self.answers.withLock { $0.append(Answer(sequence: record.sequence, outcome: outcome)) }
    }
  }

  /// Appends records together; the answer goes by the last one's sequence.
  func append(_ log: InputLog, _ records: [InputLogRecord]) {
    log.append(records) { outcome in
      self.answers.withLock { $0.append(Answer(sequence: records.last?.sequence ?? 0, outcome: outcome)) }
    }
  }

  /// Takes turns until nothing waits.
  func run(_ log: InputLog) { while log.turn() == .worked {} }

  /// Closes the log, with everything that waits.
  func close(_ log: InputLog) {
    log.close {}
    run(log)
  }

  /// Answers since the last time this was asked.
  func taken() -> [Answer] {
    answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }

  func takenConditions() -> [InputLogCondition] {
    conditions.withLock { conditions in
      defer { conditions = [] }
      return conditions
    }
  }

  /// All that a reader finds.
  func read(from start: InputLogStart = .beginning) throws -> (records: [InputLogRecord], findings: [InputLogFinding]) {
    var reader = try InputLogReader(directory: Self.directory, from: start, files: files)
    var findings: [InputLogFinding] = []
    var records: [InputLogRecord] = []
    while let record = reader.nextRecord({ findings.append($0) }) { records.append(record) }
    return (records, findings)
  }

  /// The segments' paths, oldest first.
  var segments: [String] { files.paths().filter { $0.hasSuffix(".log") } }
}

extension [LogBench.Answer] {
  /// The sequences, when all outcomes are this one; nil when not.
  func sequences(all outcome: InputLogOutcome) -> [UInt64]? {
    allSatisfy { $0.outcome == outcome } ? map(\.sequence) : nil
  }
}
