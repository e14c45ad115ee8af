import CareModel
import FeedSession

/// What one MESSAGE means: a signal for the engine, and what its sender is told once that is durable.
struct SCAIPReceipt: Sendable {
  var signal: Signal
  var status: SIPAnswer.Status
  /// The answer in the application; nil when there is none to give.
  var answer: ScaipAnswer?
}

/// Reads one MESSAGE, whatever it is. A pure function; what is refused is a signal as well.
struct SCAIPIntake: Sendable {
  let configuration: SCAIPConfiguration
  let peer: SCAIPPeer?

  /// The receipt of one message.
  ///
  /// - Parameter failure: why the stream cannot go on behind it.
  func receive(_ message: SIPMessage, failure: CloseReason? = nil) -> SCAIPReceipt {
    let head = message.head
    let user = SIPAddress(head.value("from") ?? "").user
    if let status = refusal(of: message, failure) {
      let oddity: SignalOddity = status == .entityTooLarge ? .tooLarge : .missingField
      return SCAIPReceipt(signal: unknown(message, user: user, oddity), status: status, answer: nil)
    }
    let type = MediaType(head.value("content-type"))
    let document = Document(message.body, charset: type.charset)
    let isEncoded = head.value("content-encoding").map { $0.lowercased() != "identity" && !$0.isEmpty } ?? false
    // A request under a foreign name is a request all the same; only what is none is refused by its type.
    if isEncoded || !type.isAccepted && !ScaipRequest.roots.contains(document.root) {
      return SCAIPReceipt(
        signal: unknown(message, user: user, .unsupportedEvent), status: .unsupportedMediaType, answer: nil)
    }
    do throws(ScaipRequest.Refusal) {
      let request = try ScaipRequest(document, user: user)
      return accepted(request, document, message)
    } catch {
      return refused(error, document, message, user: user)
    }
  }

  /// Why a message is refused before its body is read; nil when it is not.
  private func refusal(of message: SIPMessage, _ failure: CloseReason?) -> SIPAnswer.Status? {
    guard case .request(_, _, let version) = message.head.start else { return .badRequest }
    if version != "SIP/2.0" { return .versionNotSupported }
    if failure == .tooLarge { return .entityTooLarge }
    let isComplete = ["via", "from", "to", "call-id"].allSatisfy { message.head.value($0)?.isEmpty == false }
    guard isComplete, !message.isIncomplete, message.head.sequenceMethod == "MESSAGE" else { return .badRequest }
    return nil
  }

  private func accepted(_ request: ScaipRequest, _ document: Document, _ message: SIPMessage) -> SCAIPReceipt {
    let meaning = ScaipCodes.meaning(of: request)
    var signal = Signal(
      source: SignalSource(feed: .scaip, sender: request.controller, serial: request.controller), kind: meaning.kind,
      zone: request.place.flatMap(boundedText), raw: message.body)
    // Every heartbeat counts.
    if meaning.kind != .heartbeat {
      signal.repeatKey = .message(id: request.reference, window: SCAIPConfiguration.repeatWindow)
    }
    if meaning.isUnknownCode { signal.note(.unknownKind) }
    if document.isGuess { signal.note(.notText) }
    var answer = ScaipAnswer(reference: request.reference, statusNumber: 0)
    if request.messageType == .message, !request.wantsNoVoice { answer.words = configuration.answerWords }
    return SCAIPReceipt(signal: signal, status: .ok, answer: answer)
  }

  private func refused(
    _ refusal: ScaipRequest.Refusal, _ document: Document, _ message: SIPMessage, user: String?
  ) -> SCAIPReceipt {
    var signal = unknown(message, user: user, refusal.oddity)
    if document.problem == nil { signal.raw = message.body }
    if let controller = document.value("cid").flatMap(boundedText) { signal.source.serial = controller }
    if document.isGuess { signal.note(.notText) }
    let answer = refusal.statusNumber.map { ScaipAnswer(reference: document.value("ref"), statusNumber: $0) }
    return SCAIPReceipt(signal: signal, status: .ok, answer: answer)
  }

  /// The signal of a message that is refused. Its `ref` must not make a right message of the same name a repeat.
  private func unknown(_ message: SIPMessage, user: String?, _ oddity: SignalOddity) -> Signal {
    let user = user.flatMap(boundedText)
    let sender = user ?? peer?.address ?? SCAIPConfiguration.namelessSender
    let content = message.body.isEmpty ? message.raw : message.body
    return Signal(
      source: SignalSource(feed: .scaip, sender: sender, serial: user), kind: .unknown,
      repeatKey: .message(id: "refused:" + hexadecimal(fixedHash(content)), window: SCAIPConfiguration.repeatWindow),
      oddities: [oddity], raw: message.raw)
  }
}

extension ScaipRequest.Refusal {
  fileprivate var oddity: SignalOddity {
    switch self {
    case .tooLong: .tooLarge
    case .invalidFormat: .notText
    case .wrongContent, .notRequest: .unsupportedEvent
    case .missingTag: .missingField
    case .otherSender: .anonymousSender
    }
  }
}

/// `text` cut to what a decision column takes; nil when nothing is left.
private func boundedText(_ text: String) -> String? {
  var bounded = ""
  for scalar in text.unicodeScalars where scalar.value != 0 {
    guard bounded.utf8.count + String(scalar).utf8.count <= Signal.maximumTextBytes else { break }
    bounded.unicodeScalars.append(scalar)
  }
  return bounded.isEmpty ? nil : bounded
}
