import AlertEngine
import CareModel
import EngineHost

/// What waits to be written; every row is answered exactly once by whoever takes it out.
struct TelemetryQueue {
  /// A row and who waits for it.
  struct Entry: Sendable {
    var signal: StoredSignal
    var answer: @Sendable (Bool) -> Void
    /// A row with its id may be there already.
    var isPossibleRepeat = false
    var resends = 0
  }

  /// The last sign of a device.
  struct Heard: Sendable {
    var at: Timestamp
    var batteryPercent: Int?
  }

  private let settings: TelemetrySettings
  private var entries: [Entry] = []
  private var head = 0
  private var heard: [String: Heard] = [:]
  /// The partition that was last found missing.
  private var missing: String?
  /// Nothing more is taken.
  private(set) var isFinished = false

  init(settings: TelemetrySettings) { self.settings = settings }

  /// Rows waiting.
  var count: Int { entries.count - head }

  /// When the oldest of them came.
  var oldest: Timestamp? { head < entries.count ? entries[head].signal.receivedAt : nil }

  /// Puts a row in line; false when the line is full or closed.
  mutating func append(_ entry: Entry) -> Bool {
    guard !isFinished, count < settings.maximumQueued else { return false }
    entries.append(entry)
    return true
  }

  /// Takes the next batch out.
  mutating func takeBatch() -> [Entry] {
    let end = min(head + settings.maximumBatch, entries.count)
    let batch = Array(entries[head..<end])
    head = end
    if head == entries.count {
      entries.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 4 * settings.maximumBatch {
      entries.removeFirst(head)
      head = 0
    }
    return batch
  }

  /// Puts rows back in front whose fate is not known; gives back those that were sent often enough.
  mutating func putBack(_ batch: [Entry]) -> [Entry] {
    var again: [Entry] = []
    var givenUp: [Entry] = []
    for var entry in batch {
      entry.resends += 1
      entry.isPossibleRepeat = true
      if entry.resends > settings.maximumResends { givenUp.append(entry) } else { again.append(entry) }
    }
    entries.replaceSubrange(0..<head, with: again)
    head = 0
    return givenUp
  }

  /// Takes everything out.
  mutating func takeAll() -> [Entry] {
    defer {
      entries.removeAll()
      head = 0
    }
    return Array(entries[head...])
  }

  /// Whether this partition is found missing for the first time in a row.
  mutating func firstMissing(_ partition: String) -> Bool {
    defer { missing = partition }
    return missing != partition
  }

  /// No more rows are taken.
  mutating func finish() { isFinished = true }

  /// Notes the newest sign of a device; a charge that is not told again stays.
  mutating func note(_ serial: String, at: Timestamp, batteryPercent: Int?) {
    if let known = heard[serial] {
      let newer = Heard(at: at, batteryPercent: batteryPercent ?? known.batteryPercent)
      let older = Heard(at: known.at, batteryPercent: known.batteryPercent ?? batteryPercent)
      heard[serial] = at >= known.at ? newer : older
    } else if heard.count < settings.maximumHeard {
      heard[serial] = Heard(at: at, batteryPercent: batteryPercent)
    }
  }

  /// Takes out what was heard, in the order of the serials.
  mutating func takeHeard() -> [(serial: String, heard: Heard)] {
    defer { heard.removeAll(keepingCapacity: true) }
    return heard.map { (serial: $0.key, heard: $0.value) }.sorted { $0.serial < $1.serial }
  }
}
