import AlertEngine
import CareModel

/// What happened last, in a ring; made into text only when somebody wants to read it.
struct Trace {
  private struct Entry {
    var at: Timestamp
    var word: StaticString
    var subject: String?
    var number: Int64
    var caseKey: CaseKey?
  }

  private var ring: [Entry] = []
  private var oldest = 0
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  mutating func note(_ word: StaticString, at time: Timestamp, _ number: Int64 = 0, _ subject: String? = nil) {
    keep(Entry(at: time, word: word, subject: subject, number: number))
  }

  /// A commit: its first timeline entry, or what it did with the outbox.
  mutating func note(_ commit: Commit, at time: Timestamp) {
    let subject = commit.events.first?.kind.rawValue ?? commit.outboxMarks.first?.fate.rawValue
    let caseKey = commit.events.first?.caseKey
    keep(Entry(at: time, word: "commit", subject: subject, number: commit.number, caseKey: caseKey))
  }

  private mutating func keep(_ entry: Entry) {
    if ring.count < limit {
      ring.append(entry)
    } else {
      ring[oldest] = entry
      oldest = (oldest + 1) % limit
    }
  }

  /// The lines, oldest first.
  var lines: [String] {
    (ring[oldest...] + ring[..<oldest]).map { entry in
      let time = entry.at.rfc3339.dropFirst(11)
      return "\(time) \(entry.word) \(entry.number) \(entry.subject ?? "") \(entry.caseKey?.short ?? "")"
    }
  }
}

extension CaseKey {
  /// Kind and the end of the id: enough to tell cases apart in a small world.
  fileprivate var short: String {
    switch self {
    case .resident(let id): "resident \(id.low)"
    case .dwelling(let id): "dwelling \(id.low)"
    case .staff(let id): "staff \(id.low)"
    case .device, .source: description
    }
  }
}
