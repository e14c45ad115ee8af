import CareModel
import FeedSession

/// What a frame brings: what is delivered, and the answer once that is settled.
struct Reading: Sendable, Equatable {
  var signals: [Signal]
  /// Nil for a frame that is itself an answer.
  var reply: Reply?
}

/// Turns frames into signals and answers; remembers what was refused.
struct FrameReader: Sendable {
  /// Stands for the account of a frame that names none.
  static let namelessSender = "unknown"

  private static let answers: Set = ["ACK", "NAK", "DUH", "RSP"]
  private static let linkTests: Set = ["NULL", "XNM"]
  /// Formats of old panels: known, kept, not taken apart.
  private static let oldFormats: Set = [
    "SIA-PUL", "ACR-SF", "ADM-41E", "ADM-42E", "ADM-HS", "DSC-43", "FBI-SF", "ITI-I", "SCN-S8", "SCN-S16", "SCN-S24",
    "SCT", "SES-SS", "SIA-S2K", "SK-FSK1", "SK-FSK2",
  ]

  private let configuration: DC09Configuration
  /// Frames that have been refused for their clock: their resend is accepted, whatever its clock says.
  private var refused: RecentNames<UInt64>
  /// Accounts whose link tests nobody can read: told already.
  private var mismatched: RecentNames<String>

  init(configuration: DC09Configuration) {
    self.configuration = configuration
    refused = RecentNames(maximumCount: configuration.maximumRemembered, window: DC09Configuration.repeatWindow)
    mismatched = RecentNames(maximumCount: configuration.maximumRemembered, window: DC09Configuration.mismatchWindow)
  }

  /// Reads one frame.
  mutating func read(_ frame: RawFrame, at now: Timestamp) -> Reading {
    var header = FrameHeader.unreadable
    var content: ArraySlice<UInt8> = []
    do throws(FrameHeader.Malformed) {
      (header, content) = try FrameHeader.read(frame.body)
    } catch {
      var base = base(frame, sender: nil)
      base.repeatKey = .message(
        id: "frame:" + String(fixedHash(frame.body), radix: 16), window: DC09Configuration.repeatWindow)
      return reading([unreadable(base, .missingField)], frame, header, .notUnderstood)
    }
    if Self.answers.contains(header.token) { return Reading(signals: [], reply: nil) }
    return header.isEncrypted
      ? readEncrypted(frame, header, content, at: now) : readPlain(frame, header, FrameContent(content), at: now)
  }

  /// Notes that a frame has been refused for its clock.
  mutating func noteRefused(_ resend: UInt64, at now: Timestamp) { refused.note(resend, at: now) }

  private func readPlain(
    _ frame: RawFrame, _ header: FrameHeader, _ content: FrameContent, at now: Timestamp
  ) -> Reading {
    var header = header
    header.account = header.account ?? content.account
    var base = base(frame, sender: header.account)
    if configuration.keys[base.source.sender] != nil { base.note(.anonymousSender) }
    if content.time != .absent, !content.time.isInTime(at: now) { base.note(.wrongClock) }
    let understood = understand(base, header, content)
    return reading(understood.signals, frame, header, understood.isEnough ? .accepted(key: nil) : .notUnderstood)
  }

  private mutating func readEncrypted(
    _ frame: RawFrame, _ header: FrameHeader, _ text: ArraySlice<UInt8>, at now: Timestamp
  ) -> Reading {
    var base = base(frame, sender: header.account)
    guard let key = configuration.keys[base.source.sender],
      let content = FrameCipher(key: key).decrypt(text).map(FrameContent.init),
      isBelievable(content, of: base.source.sender)
    else { return mismatch(base, frame, header, at: now) }
    var refusal: Reply.Kind?
    if !content.time.isInTime(at: now) {
      base.note(.wrongClock)
      let resend = fixedHash(Array("\(base.source.sender) ".utf8) + header.sequence + content.lasting)
      if !refused.contains(resend, at: now) { refusal = .refused(resend: resend) }
    }
    let understood = understand(base, header, content)
    let answer: Reply.Kind = understood.isEnough ? .accepted(key: key) : .notUnderstood
    return reading(understood.signals, frame, header, refusal ?? answer)
  }

  /// A wrong key leaves neither a closed bracket with something like a time behind it nor the account in the data.
  private func isBelievable(_ content: FrameContent, of account: String) -> Bool {
    switch content.time {
    case .absent, .unreadable: content.account.map(accountName) == account
    case .impossible, .moment: true
    }
  }

  private func reading(
    _ signals: [Signal], _ frame: RawFrame, _ header: FrameHeader, _ kind: Reply.Kind
  ) -> Reading {
    Reading(signals: signals, reply: Reply(kind: kind, header: header, isCheckBinary: frame.isCheckBinary))
  }
}

/// From content to signals.
extension FrameReader {
  private func base(_ frame: RawFrame, sender account: [UInt8]?) -> Signal {
    let serial = account.map(accountName)
    var signal = Signal(
      source: SignalSource(feed: .dc09, sender: serial ?? Self.namelessSender, serial: serial), kind: .unknown,
      raw: frame.bytes)
    if account == nil { signal.note(.missingField) }
    return signal
  }

  /// What a frame in clear says, and whether its sender may take it as understood.
  private func understand(
    _ base: Signal, _ header: FrameHeader, _ content: FrameContent
  ) -> (signals: [Signal], isEnough: Bool) {
    var base = base
    base.occurredAt = occurredAt(content)
    if Self.linkTests.contains(header.token) {
      base.kind = .heartbeat
      return ([base], true)
    }
    base.repeatKey = repeatKey(header, content.lasting)
    let report: PanelReport
    switch header.token {
    case "ADM-CID": report = ContactID.read(content.data)
    case "SIA-DCS": report = DCSBlocks.read(content.data)
    default:
      let oddity: SignalOddity = Self.oldFormats.contains(header.token) ? .unsupportedEvent : .unknownKind
      return ([unreadable(base, oddity)], false)
    }
    if !report.isWhole || !content.isWellFormed { base.note(.missingField) }
    guard !report.events.isEmpty else { return ([unreadable(base, .missingField)], false) }
    return (signals(report.events, base), content.isWellFormed)
  }

  /// One signal an event. All but the first add their place to the repeat key; every sign of life counts, so those have
  /// none.
  private func signals(_ events: [PanelEvent], _ base: Signal) -> [Signal] {
    let limit = configuration.maximumEvents
    let isTooMany = events.count > limit
    return events.prefix(limit).enumerated().map { place, event in
      var signal = base
      if place > 0 { signal.repeatKey = base.repeatKey.map { key($0, place: place) } }
      if isTooMany, place == limit - 1 { return unreadable(signal, .tooLarge) }
      signal.kind = event.kind
      if event.kind == .heartbeat { signal.repeatKey = nil }
      signal.zone = event.zone
      if let oddity = event.oddity { signal.note(oddity) }
      return signal
    }
  }

  private func unreadable(_ base: Signal, _ oddity: SignalOddity) -> Signal {
    var signal = base
    signal.kind = .unknown
    signal.note(oddity)
    return signal
  }

  /// Extended data `H` say when it happened, the frame's time when it was sent. Clocks that stand before 2000 were
  /// never set.
  private func occurredAt(_ content: FrameContent) -> Timestamp? {
    [content.happened.moment, content.time.moment].compactMap(\.self).first { $0 >= SignalJSON.earliestPlausible }
  }

  /// Sequence numbers of events run from 0001; a sender that stays at 0000 numbers nothing, so there only what is
  /// unacknowledged is a repeat.
  private func repeatKey(_ header: FrameHeader, _ lasting: ArraySlice<UInt8>) -> RepeatKey {
    let hash = fixedHash(Array("\(header.token) ".utf8) + lasting)
    guard header.sequence != FrameHeader.unreadable.sequence else { return .whileUnacknowledged(fingerprint: hash) }
    let sequence = String(decoding: header.sequence, as: UTF8.self)
    return .message(id: "\(sequence):" + String(hash, radix: 16), window: DC09Configuration.repeatWindow)
  }

  private func key(_ key: RepeatKey, place: Int) -> RepeatKey {
    switch key {
    case .message(let id, let window): .message(id: "\(id):\(place)", window: window)
    case .whileUnacknowledged(let fingerprint):
      .whileUnacknowledged(fingerprint: fixedMix(fingerprint &+ UInt64(place)))
    }
  }

  /// A frame that the account's key does not open, or of an account without one.
  ///
  /// An event may be a call for help, so each is shown, resends aside; of link tests the account's first one.
  private mutating func mismatch(
    _ base: Signal, _ frame: RawFrame, _ header: FrameHeader, at now: Timestamp
  ) -> Reading {
    var signal = base
    signal.note(.notText)
    signal.note(.anonymousSender)
    let isLinkTest = Self.linkTests.contains(header.token)
    if isLinkTest {
      guard !mismatched.contains(base.source.sender, at: now) else {
        return reading([], frame, header, .refused(resend: nil))
      }
      mismatched.note(base.source.sender, at: now)
      signal.kind = .deviceFault
      signal.repeatKey = .message(id: "key mismatch", window: DC09Configuration.mismatchWindow)
    } else {
      // A resend is encrypted anew, so nothing but its number is the same.
      signal.repeatKey =
        header.sequence == FrameHeader.unreadable.sequence
        ? .whileUnacknowledged(fingerprint: fixedHash(frame.body))
        : .message(
          id: String(decoding: header.sequence, as: UTF8.self) + ":key mismatch",
          window: DC09Configuration.repeatWindow)
    }
    return reading([signal], frame, header, .refused(resend: nil))
  }
}
