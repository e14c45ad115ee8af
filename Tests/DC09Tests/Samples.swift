import CareModel
import FeedSession

import DC09

/// Frames and helpers of this folder's tests.
enum Samples {
  /// 2026-03-01T08:30:00Z.
  static let now = Timestamp(seconds: 1_772_353_800)
  static let time = "_08:30:00,03-01-2026"
  static let key = [UInt8](0x30..<0x40)

  /// A body in its frame.
  static func frame(_ body: String, isCheckBinary: Bool = false, length: String? = nil, check: UInt16? = nil) -> [UInt8]
  {
    let bytes = Array(body.utf8)
    let crc = check ?? checksum(bytes)
    let digits = length.map { Array($0.utf8) } ?? hexadecimal(UInt16(bytes.count))
    return [0x0A] + (isCheckBinary ? [UInt8(crc >> 8), UInt8(crc & 0xFF)] : hexadecimal(crc)) + digits + bytes + [0x0D]
  }

  /// A Contact ID frame in clear.
  static func contactID(_ block: String = "1101 00 003", sequence: String = "0076", account: String = "1234") -> [UInt8]
  {
    frame("\"ADM-CID\"\(sequence)L0#\(account)[#\(account)|\(block)]")
  }

  /// A frame encrypted with ``key``.
  static func encrypted(
    _ token: String = "ADM-CID", _ content: String = "|#ABCD|1101 00 003]", time: String = Samples.time,
    sequence: String = "0076", account: String = "ABCD", key: [UInt8] = Samples.key
  ) -> [UInt8] {
    let blocks = FrameCipher(key: key).encrypt(Array((content + time).utf8), seed: 1) ?? []
    return frame("\"*\(token)\"\(sequence)L0#\(account)[" + String(decoding: blocks, as: UTF8.self))
  }

  /// `_HH:MM:SS,MM-DD-YYYY` so many seconds from now.
  static func time(_ seconds: Int) -> String {
    String(decoding: FrameTime.written(now + .seconds(seconds)), as: UTF8.self)
  }

  static let configuration = DC09Configuration(keys: [" abcd ": key])
}

/// A session with its host played by the test: settles what it is told to, and reads the answers.
struct Conversation {
  var session: DC09Session
  var signals: [Signal] = []
  var unsettled: [DeliveryToken] = []
  var replies: [[UInt8]] = []
  var closed: CloseReason?
  var isPaused = false
  var wish: Timestamp?
  var now = Samples.now

  init(_ configuration: DC09Configuration = Samples.configuration, transport: DC09Transport = .stream) {
    session = DC09Session(configuration: configuration, transport: transport)
    handle(.bytes([]))
  }

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

  /// The body of every answer, encrypted content decrypted without its pad; `broken` where check or length is wrong.
  var answers: [String] { replies.map { Conversation.body(of: $0, key: Samples.key) } }

  static func body(of reply: [UInt8], key: [UInt8]) -> String {
    var deframer = Deframer(maximumFrameBytes: 4096, maximumSkippedBytes: 0)
    deframer.append(reply)
    guard let frame = try? deframer.next(), deframer.heldBytes == 0,
      let (header, content) = try? FrameHeader.read(frame.body)
    else { return "broken" }
    guard header.isEncrypted else { return String(decoding: frame.body, as: UTF8.self) }
    let clear = FrameCipher(key: key).decrypt(content) ?? Array("?".utf8)[...]
    return String(decoding: frame.body[..<content.startIndex] + clear, as: UTF8.self)
  }
}
