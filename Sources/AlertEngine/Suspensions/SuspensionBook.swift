import CareModel
import DequeModule

/// Suspensions that have not ended, by person; of ended ones only that they have. Nothing here decides.
struct SuspensionBook: Sendable {
  /// Those in memory: unfinished ones, and within a step those that it has ended.
  private(set) var unfinished: [SuspensionID: Suspension] = [:]
  private var byResident: [ResidentID: [SuspensionID]] = [:]
  private var ended: Set<SuspensionID> = []
  private var endedOrder: Deque<SuspensionID> = []
  private let maximumEnded: Int

  init(maximumEnded: Int) { self.maximumEnded = maximumEnded }

  subscript(id: SuspensionID) -> Suspension? { unfinished[id] }

  mutating func put(_ suspension: Suspension) {
    guard unfinished.updateValue(suspension, forKey: suspension.id) == nil else { return }
    byResident[suspension.resident, default: []].append(suspension.id)
  }

  /// It was there and has ended, as far as memory reaches.
  func hasEnded(_ id: SuspensionID) -> Bool { ended.contains(id) }

  /// Takes one out that has ended, and remembers that.
  mutating func leave(_ id: SuspensionID) {
    remove(id)
    if ended.insert(id).inserted { endedOrder.append(id) }
    while endedOrder.count > maximumEnded, let oldest = endedOrder.popFirst() { ended.remove(oldest) }
  }

  mutating func remove(_ id: SuspensionID) {
    guard let suspension = unfinished.removeValue(forKey: id) else { return }
    byResident[suspension.resident]?.removeAll { $0 == id }
    if byResident[suspension.resident]?.isEmpty == true { byResident[suspension.resident] = nil }
  }

  /// How many of a person have not ended.
  func count(of resident: ResidentID) -> Int { byResident[resident]?.count ?? 0 }

  /// Those of a person that hold at a moment, the longest running first.
  func running(_ resident: ResidentID, at now: Timestamp) -> [Suspension] {
    guard let ids = byResident[resident] else { return [] }
    return ids.compactMap { unfinished[$0] }.filter { $0.isRunning(at: now) }
      .sorted { ($0.from, $0.id) < ($1.from, $1.id) }
  }
}
