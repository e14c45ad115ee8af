/// Records that wait for the disk, with who wants to know of them. Bounded in number and bytes.
struct AppendQueue: Sendable {
  /// A record, and whom to tell with the last one of those that came together.
  struct Entry: Sendable {
    let record: InputLogRecord
    let since: Int64
    let completion: (@Sendable (InputLogOutcome) -> Void)?
    var bytes: Int { RecordFormat.size(record) }
  }

  /// New ones, oldest first.
  private var incoming: [Entry] = []
  /// Older ones, oldest last, so that taking one away moves none.
  private var outgoing: [Entry] = []
  /// Taken away and not yet told; they count as waiting.
  private var beingWritten: (count: Int, bytes: Int, since: Int64)?
  private(set) var bytes = 0

  var count: Int { incoming.count + outgoing.count + (beingWritten?.count ?? 0) }

  /// When the oldest came.
  var oldest: Int64? { beingWritten?.since ?? outgoing.last?.since ?? incoming.first?.since }

  /// Adds records that came together, all or none; false when there is no room.
  mutating func add(
    _ records: [InputLogRecord], since: Int64, settings: InputLogSettings,
    completion: @escaping @Sendable (InputLogOutcome) -> Void
  ) -> Bool {
    let size = records.reduce(0) { $0 + RecordFormat.size($1) }
    guard count + records.count <= settings.maximumQueuedRecords, bytes + size <= settings.maximumQueuedBytes else {
      return false
    }
    bytes += size
    for (index, record) in records.enumerated() {
      let isLast = index == records.count - 1
      incoming.append(Entry(record: record, since: since, completion: isLast ? completion : nil))
    }
    return true
  }

  /// Takes the next group away; nil when nothing waits.
  mutating func takeGroup(settings: InputLogSettings) -> [Entry]? {
    if outgoing.isEmpty {
      swap(&incoming, &outgoing)
      outgoing.reverse()
    }
    guard let first = outgoing.popLast() else { return nil }
    var group = [first]
    var size = first.bytes
    while let next = outgoing.last ?? refill(), group.count < settings.groupRecords,
      size + next.bytes <= settings.groupBytes
    {
      group.append(next)
      size += next.bytes
      outgoing.removeLast()
    }
    beingWritten = (group.count, size, first.since)
    return group
  }

  /// The group has been written, or has failed: its room is free.
  mutating func finishGroup() {
    bytes -= beingWritten?.bytes ?? 0
    beingWritten = nil
  }

  private mutating func refill() -> Entry? {
    swap(&incoming, &outgoing)
    outgoing.reverse()
    return outgoing.last
  }
}
