import CareModel
import FeedSession
import HL7
import TextCodecs

/// Messages and helpers of this folder's tests.
enum Samples {
  static let now = Timestamp(seconds: 1_772_000_000)

  /// A message with segments by line; `id` and `event` go into its header.
  static func message(
    id: String = "C1", event: String = "ADT^A01", processing: String = "P", version: String = "2.4",
    accept: String = "", application: String = "", set: String = "UNICODE UTF-8", body: [String] = visit
  ) -> [UInt8] {
    let header =
      "MSH|^~\\&|HIS|HOSP1|TELECARE|ARC|20260301083000||\(event)|\(id)|\(processing)|\(version)|||\(accept)|"
      + "\(application)||\(set)"
    return Array(([header] + body).map { $0 + "\r" }.joined().utf8)
  }

  /// The shortest message that misses nothing.
  static func short(id: String) -> [UInt8] {
    Array("MSH|^~\\&|A|B|||20260301||ADT^A01|\(id)|P|2.4\rPID|1||9\rPV1|1|I\r".utf8)
  }

  static let visit = [
    "EVN|A01|20260301083000", "PID|1||900001^^^HOSP1^MR||张三||19410203|F",
    "PV1|1|I|3N^301^02^HOSP1||||||||||||||||V900001^^^HOSP1^VN|||||||||||||||||||||||||20260301082000",
  ]

  /// A block in its frame.
  static func frame(_ block: [UInt8]) -> [UInt8] { [0x0B] + block + [0x1C, 0x0D] }

  /// The message read and mapped with default settings.
  static func signal(_ block: [UInt8], _ configuration: MLLPConfiguration = MLLPConfiguration()) -> Signal? {
    HL7Intake(configuration: configuration).receive(block)?.signal
  }
}

/// A session with its host played by the test: settles what it is told to, and reads the answers.
struct Conversation {
  var session: MLLPSession
  var signals: [Signal] = []
  var unsettled: [DeliveryToken] = []
  var replies: [[UInt8]] = []
  var closed: CloseReason?
  var isPaused = false
  var wish: Timestamp?
  var now = Samples.now

  init(_ configuration: MLLPConfiguration = MLLPConfiguration()) { session = MLLPSession(configuration: configuration) }

  /// Feeds bytes; with an outcome, settles everything at once as an immediate store would.
  mutating func send(_ bytes: [UInt8], settling outcome: DeliveryOutcome? = .accepted) {
    handle(.bytes(bytes))
    guard let outcome else { return }
    settleAll(outcome)
  }

  mutating func settleAll(_ outcome: DeliveryOutcome = .accepted) {
    while !unsettled.isEmpty { handle(.settled(unsettled.removeFirst(), outcome)) }
  }

  mutating func handle(_ event: FeedEvent) {
    for action in session.handle(event, at: now) {
      switch action {
      case .deliver(let signal, let token):
        signals.append(signal)
        unsettled.append(token)
      case .reply(let bytes): replies.append(bytes)
      case .close(let reason): closed = reason
      case .pauseReading: isPaused = true
      case .resumeReading: isPaused = false
      case .wakeAt(let moment): wish = moment
      case .answer, .authenticate, .online, .downlinkReported: break
      }
    }
  }

  /// MSA-1 and MSA-2 of every answer, as in `AA C1`.
  var answers: [String] { replies.map(Self.answer) }

  static func answer(_ frame: [UInt8]) -> String {
    guard frame.first == 0x0B, frame.suffix(2) == [0x1C, 0x0D] else { return "not framed" }
    let text = String(decoding: frame.dropFirst().dropLast(2), as: UTF8.self)
    guard let message = HL7Message(text, codec: .utf8), let result = message.first("MSA") else { return "no MSA" }
    let id = result.field(2).raw
    return result.field(1).raw + (id.isEmpty ? "" : " " + id)
  }
}
