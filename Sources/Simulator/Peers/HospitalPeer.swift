import CareModel

/// A hospital's sending system: one message at a time, again and again until it is acknowledged.
struct HospitalPeer {
  let code: String
  private(set) var connection: Int?
  private(set) var queue: [[UInt8]] = []
  private(set) var turn = 0
  private var inbox: [UInt8] = []
  private var control = 0

  init(code: String) { self.code = code }

  mutating func open(_ connection: Int) -> [UInt8] {
    self.connection = connection
    inbox = []
    return retry()
  }

  mutating func closed(_ connection: Int) {
    if self.connection == connection { self.connection = nil }
  }

  /// The first message that is not acknowledged, in its frame.
  mutating func retry() -> [UInt8] {
    turn += 1
    guard connection != nil, let first = queue.first else { return [] }
    return [0x0B] + first + [0x1C, 0x0D]
  }

  mutating func receive(_ bytes: [UInt8]) -> (reply: [UInt8], acknowledged: [[UInt8]]) {
    inbox += bytes
    var acknowledged: [[UInt8]] = []
    while let end = inbox.firstIndex(of: 0x1C) {
      let block = Array(inbox[..<end])
      inbox.removeFirst(min(end + 2, inbox.count))
      guard let first = queue.first, block.contains("MSA|AA|\(Self.control(of: first))\r") else { continue }
      acknowledged.append(queue.removeFirst())
    }
    return (acknowledged.isEmpty ? [] : retry(), acknowledged)
  }

  /// Queues the messages of one patient's story: late, twice and out of order. Returns how many are new.
  mutating func tell(patient: String, visit: String, at now: Timestamp, random: inout SeededRandom) -> Int {
    let events = ["A01", "A02", "A03", "A11", "A13", "A04", "A08", "A01"]
    var messages: [[UInt8]] = []
    let begin = now - random.span(.zero, .hours(30))
    for (index, event) in events.enumerated() where index == 0 || random.happens(500) {
      control += 1
      messages.append(
        message(event, patient: patient, visit: visit, admitted: begin, at: begin + .minutes(index * 20)))
    }
    if random.happens(500) { messages.shuffle(using: &random) }
    let count = messages.count
    if random.happens(300), let twice = random.pick(messages) { messages.append(twice) }
    queue += messages
    return count
  }

  private func message(
    _ event: String, patient: String, visit: String, admitted: Timestamp, at: Timestamp
  ) -> [UInt8] {
    let discharged = event == "A03" ? at.hl7 : ""
    let visitFields = "PV1|1|I|3N^301^02" + String(repeating: "|", count: 16) + visit
      + String(repeating: "|", count: 25) + admitted.hl7 + "|" + discharged
    let segments = [
      "MSH|^~\\&|HIS|\(code)|CARE|C|\(at.hl7)||ADT^\(event)|\(code)-\(control)|P|2.5|||||CHN|UNICODE UTF-8",
      "EVN|\(event)|\(at.hl7)", "PID|1||\(patient)^^^\(code)^MR||somebody", visitFields,
    ]
    return Array(segments.map { $0 + "\r" }.joined().utf8)
  }

  private static func control(of message: [UInt8]) -> String {
    let header = message.prefix { $0 != 0x0D }.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    return header.count > 9 ? String(decoding: header[9], as: UTF8.self) : "?"
  }
}

extension Timestamp {
  /// `yyyymmddhhmmss+0000`.
  fileprivate var hl7: String { rfc3339.prefix(19).filter(\.isNumber) + "+0000" }
}

extension [UInt8] {
  fileprivate func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return false }
    return (0...(count - wanted.count)).contains { self[$0..<$0 + wanted.count].elementsEqual(wanted) }
  }
}
