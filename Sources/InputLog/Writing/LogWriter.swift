/// Writes groups into segments and looks after the segments. It has no thread: its owner calls it from one at a time.
struct LogWriter: Sendable {
  let directory: String
  let settings: InputLogSettings
  let environment: InputLogEnvironment
  private var condition = InputLogCondition()
  private var current: SegmentFile?
  /// Oldest first.
  var closed: [ClosedSegment]
  var reserve: Reserve
  var highestNumber: UInt64
  /// The confirmations differ from what is stored of them.
  var isMarkerDue = false
  /// A part of the records that came together has failed, and the rest is in the next group.
  var failureOfOpenBatch: LogFileError?
  private var failures = 0
  var housekeepingFailures = 0
  private var lastSync: Int64 = 0

  private var buffer: [UInt8] = []
  private var lastSequence: UInt64?
  /// The segment before the current one, and how much of it was synced.
  private var previous: (number: UInt64, length: Int)?
  /// While failing: not before this moment (monotonic) is the disk tried again.
  private var nextTry: Int64 = 0
  private var nextHousekeeping: Int64 = 0

  /// Takes over what earlier runs have left. Where no segment can be made the log begins as failing.
  init(
    directory: String, settings: InputLogSettings, environment: InputLogEnvironment, earlier: [ClosedSegment],
    highestNumber: UInt64
  ) {
    self.directory = directory
    self.settings = settings
    self.environment = environment
    self.highestNumber = highestNumber
    closed = earlier
    reserve = Reserve(directory: directory, settings: settings)
    reserve.find(environment.files)
    reserve.keep(environment.files)
    do throws(LogFileError) { try openNext(firstSequence: 0) } catch { noteFailure(error) }
    condition.isReserveMissing = reserve.isMissing
  }

  /// What others may see of it.
  struct Summary: Sendable {
    var condition: InputLogCondition
    var failures: Int
    var housekeepingFailures: Int
    var lastSync: Int64
    var segments: Int
    var storedBytes: Int
  }

  var summary: Summary {
    Summary(
      condition: condition, failures: failures, housekeepingFailures: housekeepingFailures, lastSync: lastSync,
      segments: closed.count + (current == nil ? 0 : 1), storedBytes: storedBytes)
  }

  var storedBytes: Int { closed.reduce(current?.length ?? 0) { $0 + $1.bytes } }

  /// Writes records as one group with one sync; nil when they are durable.
  mutating func write(_ records: [InputLogRecord]) -> LogFileError? {
    guard let first = records.first else { return nil }
    let highest = records.reduce(first.sequence) { max($0, $1.sequence) }
    if current == nil, case .failing(_, let code) = condition.health, environment.monotonic() < nextTry {
      return LogFileError(code)
    }
    do throws(LogFileError) {
      let size = records.reduce(0) { $0 + RecordFormat.size($1) }
      try makeRoom(size, firstSequence: first.sequence)
      try append(records, highest: highest)
    } catch {
      fail(error)
      return error
    }
    lastSequence = max(lastSequence ?? 0, highest)
    condition.health = .healthy
    return nil
  }

  private mutating func append(_ records: [InputLogRecord], highest: UInt64) throws(LogFileError) {
    guard var segment = current else { throw LogFileError(Errno.inputOutput) }
    buffer.removeAll(keepingCapacity: true)
    for record in records { segment.format.append(record, to: &buffer) }
    defer { current = segment }
    try segment.write(buffer, highest: highest, files: environment.files)
    let start = environment.monotonic()
    defer { lastSync = max(0, environment.monotonic() - start) }
    try segment.sync(buffer.count, files: environment.files)
  }

  /// Sees to it that there is a segment with room for so many bytes.
  private mutating func makeRoom(_ size: Int, firstSequence: UInt64) throws(LogFileError) {
    if let segment = current {
      let isFull = segment.lastSequence != nil && segment.length + size > settings.segmentBytes
      guard isFull || isAged(segment) else { return }
      retire(segment)
    }
    try openNext(firstSequence: firstSequence)
  }

  private func isAged(_ segment: SegmentFile) -> Bool {
    environment.monotonic() - segment.openedAt >= settings.segmentAge
  }

  private mutating func openNext(firstSequence: UInt64) throws(LogFileError) {
    highestNumber += 1
    let header = SegmentHeader(
      number: highestNumber, createdAt: environment.now(), firstSequence: firstSequence, salt: environment.salt(),
      previousNumber: previous?.number ?? 0, previousLength: UInt64(previous?.length ?? 0))
    current = try SegmentFile(
      header, in: directory, files: environment.files, maximumPayload: settings.maximumPayload,
      openedAt: environment.monotonic())
  }

  /// The current segment is full, old or damaged. One without records is of no use to anybody.
  private mutating func retire(_ segment: SegmentFile) {
    segment.close(environment.files)
    current = nil
    guard let last = segment.lastSequence else {
      try? environment.files.remove(directory + "/" + LogNames.segment(segment.number))
      return
    }
    previous = (segment.number, segment.length)
    closed.append(
      ClosedSegment(number: segment.number, bytes: segment.length, lastSequence: last, confirmedAt: nil))
  }

  private mutating func fail(_ error: LogFileError) {
    if let current { retire(current) }
    noteFailure(error)
  }

  /// The first failure lets the next group try a new segment at once; later ones give the disk a pause.
  private mutating func noteFailure(_ error: LogFileError) {
    failures += 1
    // The condition is to be seen before the next look after it can end it.
    nextHousekeeping = environment.monotonic() + settings.interval
    switch condition.health {
    case .healthy:
      condition.health = .failing(since: environment.now(), errno: error.code)
      nextTry = 0
    case .failing(let since, _):
      condition.health = .failing(since: since, errno: error.code)
      nextTry = environment.monotonic() + settings.interval
    }
    if error.code == Errno.noSpace, reserve.isKept {
      reserve.release(environment.files)
      // There is room again for what is under way: no pause.
      nextTry = 0
    }
    condition.isReserveMissing = reserve.isMissing
  }

  /// Looks after segments, confirmations, reserve and a disk that fails, at most once in an interval.
  mutating func housekeep(_ confirmations: Confirmations) {
    let now = environment.monotonic()
    guard now >= nextHousekeeping else { return }
    nextHousekeeping = now + settings.interval
    if current == nil {
      if now >= nextTry { reopen() }
    } else if let segment = current, segment.lastSequence != nil, isAged(segment) {
      retire(segment)
      reopen()
    }
    confirm(confirmations)
    deleteOld()
    storeMarker()
    reserve.keep(environment.files)
    condition.isReserveMissing = reserve.isMissing
  }

  /// A new segment whose header is on the disk shows that the disk works.
  private mutating func reopen() {
    do throws(LogFileError) {
      try openNext(firstSequence: lastSequence.map { $0 &+ 1 } ?? 0)
      condition.health = .healthy
    } catch {
      noteFailure(error)
    }
  }

  /// Closes the segment and stores what was confirmed.
  mutating func close(_ confirmations: Confirmations) {
    if let current { retire(current) }
    confirm(confirmations)
    deleteOld()
    storeMarker()
  }
}
