import CareModel

/// What happened last, in a ring; made into text only when somebody wants to read it.
struct Trace {
  private struct Entry {
    var at: Timestamp
    var word: StaticString
    var subject: String?
    var number: Int64
  }

  private var ring: [Entry] = []
  private var oldest = 0
  private let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }

  mutating func note(_ word: StaticString, at time: Timestamp, _ number: Int64 = 0, _ subject: String? = nil) {
    let entry = Entry(at: time, word: word, subject: subject, number: number)
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
      return "\(time) \(entry.word) \(entry.number) \(entry.subject ?? "")"
    }
  }
}
