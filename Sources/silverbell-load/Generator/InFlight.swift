/// Messages of one connection that are not acknowledged: when each was due, by packet id, oldest first.
package struct InFlight: Sendable {
  /// Most messages of one connection: every packet id once.
  package static let maximum = 65_535

  private var dues: [UInt64] = []
  private var head = 0
  private var firstID: UInt16 = 1
  private var holes = 0

  /// Nothing in flight.
  package init() {}

  /// Messages in flight.
  package var count: Int { dues.count - head - holes }
  /// Whether another packet id is free.
  package var hasRoom: Bool { dues.count - head < Self.maximum }

  /// Adds a message and gives its packet id; only while ``hasRoom``.
  package mutating func add(due: UInt64) -> UInt16 {
    precondition(hasRoom)
    if head == dues.count {
      dues.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 1024, head > dues.count / 2 {
      dues.removeFirst(head)
      head = 0
    }
    dues.append(due)
    return Self.id(firstID, plus: dues.count - head - 1)
  }

  /// Takes an acknowledgement: when the message was due; nil when the id is not in flight.
  package mutating func acknowledge(_ id: UInt16) -> UInt64? {
    guard id != 0 else { return nil }
    let offset = (Int(id) - Int(firstID) + Self.maximum) % Self.maximum
    guard head + offset < dues.count, dues[head + offset] != .max else { return nil }
    let due = dues[head + offset]
    dues[head + offset] = .max
    holes += 1
    while head < dues.count, dues[head] == .max {
      head += 1
      holes -= 1
      firstID = Self.id(firstID, plus: 1)
    }
    return due
  }

  private static func id(_ first: UInt16, plus offset: Int) -> UInt16 {
    UInt16((Int(first) - 1 + offset) % maximum + 1)
  }
}
