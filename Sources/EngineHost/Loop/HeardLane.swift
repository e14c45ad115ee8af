import AlertEngine
import CareModel

/// Signs of life on their way to the engine: one a device, bounded by the devices there are, and never in the mailbox
/// of the alarms. They are handed over in batches: after ``interval``, or at once when ``maximumBatch`` wait.
package struct HeardLane {
  /// Most signs handed over at once.
  package static let maximumBatch = 1_000
  /// Longest wait of a sign for its batch, in milliseconds.
  package static let intervalMilliseconds: Int64 = 100
  /// Devices whose sign may wait; of others it is left out until there is room, as the next one says the same.
  package static let maximumWaiting = 500_000

  /// What is to be done after a sign was noted.
  package enum Wake: Equatable {
    /// A hand-over is planned already.
    case planned
    /// The first sign of a batch: hand over after the interval.
    case afterInterval
    /// A batch is full: hand over now.
    case now
  }

  private let limit: Int
  private var waiting: [HeardDevice] = []
  private var head = 0
  private var places: [String: Int] = [:]
  private var isNowPlanned = false

  /// A lane in which the signs of so many devices may wait.
  package init(limit: Int = maximumWaiting) { self.limit = limit }

  /// Signs that wait.
  package var count: Int { waiting.count - head }

  /// Notes a sign; a newer one of the same device takes the place of the older.
  package mutating func note(_ sign: HeardDevice) -> Wake {
    if let place = places[sign.serial] {
      waiting[place].at = max(waiting[place].at, sign.at)
      waiting[place].batteryPercent = sign.batteryPercent ?? waiting[place].batteryPercent
      return .planned
    }
    guard count < limit else { return .planned }
    places[sign.serial] = waiting.count
    waiting.append(sign)
    if count >= Self.maximumBatch, !isNowPlanned {
      isNowPlanned = true
      return .now
    }
    return count == 1 ? .afterInterval : .planned
  }

  /// Takes the next batch out; what is left is to be taken at once.
  package mutating func take() -> (batch: [HeardDevice], isMore: Bool) {
    let end = min(head + Self.maximumBatch, waiting.count)
    let batch = Array(waiting[head..<end])
    for sign in batch { places[sign.serial] = nil }
    head = end
    let isMore = head < waiting.count
    isNowPlanned = isMore
    if !isMore {
      waiting.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= limit {
      // Under steady load the lane is never empty: what was taken is dropped once a lane's length.
      waiting.removeFirst(head)
      head = 0
      for (place, sign) in waiting.enumerated() { places[sign.serial] = place }
    }
    return (batch, isMore)
  }
}
