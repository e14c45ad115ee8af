import CareModel
import DequeModule

/// The one ordered stream of commits of a shard: what was decided, what is durable, and what waits for it.
struct CommitStream {
  /// The number of the next commit.
  private(set) var nextNumber: Int64 = 1
  /// Raised with every failed commit.
  private(set) var lineage = 0
  /// The store cannot be reached.
  private(set) var isStoreAway = false
  /// Cases are being read anew after a failed commit.
  private(set) var isReloading = false
  /// Inputs that came while cases are being reloaded, in order.
  var deferred: Deque<(input: Input, at: Timestamp)> = []
  /// How far the local log is.
  var log = LogProgress()
  var unconfirmed: Deque<Pending> = []
  private let policy: AckPolicy
  /// The store holds all commits up to this number.
  private var committedThrough: Int64 = 0

  struct Pending {
    var number: Int64
    var source: Source
    var cases: [CaseKey]
    var held: [Output]
    /// Inputs that changed nothing and whose answers wait with this commit.
    var riders: [Source] = []
  }

  /// Where outputs come from: what is stepped again when its commit fails.
  struct Source {
    var input: Input
    var at: Timestamp
    /// What a fired deadline belonged to.
    var fired: DeadlineOwner?
  }

  /// Inputs of failed commits, to be stepped again in order.
  struct Retry {
    var source: Source
    /// The store refused this one for its content.
    var isPoison: Bool
  }

  /// The cases that were asked for with the last reload.
  private(set) var reloading: [CaseKey] = []
  private var retries: [Retry] = []
  private var poisonedInputs: [InputID: Int] = [:]

  init(policy: AckPolicy) { self.policy = policy }

  var unconfirmedCount: Int { unconfirmed.count + deferred.count }

  /// Continues the numbering that the store knows.
  mutating func resume(after number: Int64) {
    nextNumber = number + 1
    committedThrough = number
  }

  /// Numbers a commit's successor and holds what the outside may see of it; `cases` are all that it touched.
  mutating func append(
    _ number: Int64, from source: Source, cases: [CaseKey], held: [Output], into outputs: inout [Output]
  ) {
    var held = held
    if isStoreAway, !waitsForLog(source.input) { Self.releaseAsUnavailable(&held, into: &outputs) }
    log.appended(number, at: source.at, held)
    unconfirmed.append(Pending(number: number, source: source, cases: cases, held: held))
    nextNumber += 1
  }

  /// Holds outputs of an input that changed nothing until all that it may rest on is durable.
  mutating func holdWithLatest(_ held: [Output], of source: Source, into outputs: inout [Output]) {
    guard !held.isEmpty else { return }
    guard let last = unconfirmed.indices.last else { return outputs.append(contentsOf: held) }
    var held = held
    if isStoreAway {
      // It may rest on any commit before it: the log counts only when it holds them all.
      if !waitsForLog(source.input) || !isLogWhole {
        Self.releaseAsUnavailable(&held, into: &outputs)
      } else if log.holds(unconfirmed[last].number) {
        return outputs.append(contentsOf: held)
      }
    }
    unconfirmed[last].held.append(contentsOf: held)
    unconfirmed[last].riders.append(source)
  }

  /// The store holds commits up to a number.
  ///
  /// - Returns: fingerprints of the released signals that have no message id.
  mutating func committed(upTo number: Int64, into outputs: inout [Output]) -> [UInt64] {
    committedThrough = max(committedThrough, number)
    return release(into: &outputs)
  }

  /// Releases what both copies hold, or the store alone where there is no log.
  mutating func release(into outputs: inout [Output]) -> [UInt64] {
    var fingerprints: [UInt64] = []
    while let first = unconfirmed.first, first.number <= committedThrough, log.isDone(first.number) {
      outputs.append(contentsOf: first.held)
      if case .signalReceived(_, let signal) = first.source.input,
        case .whileUnacknowledged(let fingerprint) = signal.repeatKey
      {
        fingerprints.append(fingerprint)
      }
      if let id = first.source.input.id, !poisonedInputs.isEmpty { poisonedInputs[id] = nil }
      log.released(first.number)
      unconfirmed.removeFirst()
    }
    return fingerprints
  }

  /// Senders are not kept waiting for a store that does not answer; what was decided stays queued for it, and what the
  /// local log holds goes out on its strength.
  mutating func storeLost(into outputs: inout [Output]) {
    isStoreAway = true
    for index in unconfirmed.indices {
      let riders = isLogWhole ? unconfirmed[index].riders : []
      let waiting = ([unconfirmed[index].source] + riders).filter { waitsForLog($0.input) }
      Self.releaseAsUnavailable(&unconfirmed[index].held, except: waiting.compactMap(\.input.id), into: &outputs)
    }
    for input in retries.map(\.source.input) + deferred.map(\.input) {
      if let refusal = input.refusal { outputs.append(refusal) }
    }
    releaseByLog(into: &outputs)
  }

  /// The store answers again.
  mutating func storeBack() { isStoreAway = false }

  /// Every commit that the store has not confirmed was handed to the log.
  private var isLogWhole: Bool { unconfirmed.first.map { log.isDue($0.number) } ?? log.isWritten }

  /// Whether an input is answered once the local log holds it, while the store is away.
  private func waitsForLog(_ input: Input) -> Bool { log.isWritten && policy == .available && !input.isAlwaysStrict }

  /// Takes a failed commit and all after it out of the stream.
  ///
  /// - Returns: the cases that they touched, and the inputs that made them.
  mutating func fail(from number: Int64) -> (cases: [CaseKey], inputs: [Input]) {
    lineage += 1
    isReloading = true
    nextNumber = number
    var cases: [CaseKey] = []
    var seen: Set<CaseKey> = []
    var inputs: [Input] = []
    let start = unconfirmed.firstIndex { $0.number >= number } ?? unconfirmed.endIndex
    for pending in unconfirmed[start...] {
      for key in pending.cases where seen.insert(key).inserted { cases.append(key) }
      inputs.append(pending.source.input)
      let isPoison = pending.number == number
      if isPoison, let id = pending.source.input.id { poisonedInputs[id, default: 0] += 1 }
      retries.append(Retry(source: pending.source, isPoison: isPoison))
      retries += pending.riders.map { Retry(source: $0, isPoison: false) }
    }
    unconfirmed.removeSubrange(start...)
    log.failed(from: number)
    reloading = cases
    return (cases, inputs)
  }

  /// A refused input that leaves no commit behind is not counted any more.
  mutating func forgetPoison(_ input: InputID) { poisonedInputs[input] = nil }

  /// An input whose commit was refused even in its plainest form is given up; its sender keeps it.
  mutating func givesUp(_ input: InputID) -> Bool {
    guard let count = poisonedInputs[input], count > 1 else { return false }
    poisonedInputs[input] = nil
    return true
  }

  /// Ends the reload: what must be stepped again, failed ones first, then what came meanwhile.
  mutating func endReload() -> [Retry] {
    isReloading = false
    reloading = []
    defer {
      retries = []
      deferred = []
    }
    return retries + deferred.map { Retry(source: Source(input: $0.input, at: $0.at), isPoison: false) }
  }

  static func releaseAsUnavailable(
    _ held: inout [Output], except waiting: [InputID] = [], into outputs: inout [Output]
  ) {
    for index in held.indices.reversed() {
      guard case .acknowledge(let id, _) = held[index], !waiting.contains(id) else { continue }
      held.remove(at: index)
      outputs.append(.acknowledge(id, .unavailable))
    }
  }
}

extension Commit {
  /// The cases that it touches, with those whose notifications it marks.
  func caseKeys(and marked: [CaseKey]) -> [CaseKey] {
    var keys: [CaseKey] = []
    func add(_ key: CaseKey) { if !keys.contains(key) { keys.append(key) } }
    for alert in alerts { add(alert.caseKey) }
    for task in tasks { add(task.caseKey) }
    for stay in stays { add(stay.caseKey) }
    for reminder in reminders { add(reminder.caseKey) }
    for suspension in suspensions { add(suspension.caseKey) }
    for notification in notifications { add(notification.caseKey) }
    for event in events { add(event.caseKey) }
    for key in marked { add(key) }
    return keys
  }
}
