import CareModel
import FeedSession
import JSONText

/// The pushes of one platform, without a server: a request in, signals or an answer out.
package struct MappedPush: Sendable {
  /// What a request turned out to be.
  package enum Decoded: Sendable, Equatable {
    /// Answered at once: the verification of our address.
    case handshake(PushAnswer)
    /// To be delivered, in this order; the answer waits for all of them. None: answered as accepted.
    case signals([Signal])
    /// Answered at once; nothing of the request is delivered.
    case refusal(PushRefusal)
  }

  /// The mapping.
  package let mapping: PushMapping
  private let secrets: [[UInt8]]

  /// A reader of pushes.
  ///
  /// - Parameters:
  ///   - mapping: the mapping.
  ///   - secrets: what the platform shows or signs with; several while they are changed, of which the first
  ///     ``MappedLimits/maximumSecrets`` count. Empty ones never fit.
  package init(mapping: PushMapping, secrets: [[UInt8]]) {
    self.mapping = mapping
    self.secrets = secrets.filter { !$0.isEmpty }.prefix(MappedLimits.maximumSecrets).map { $0 }
  }

  /// Reads a request. What an authenticated platform sends becomes at least one signal, whatever it is; only a blank
  /// body and an empty list are none.
  package func decode(_ request: PushRequest) -> Decoded {
    switch request.method {
    case .get: return handshake(request)
    case .other: return .refusal(.methodNotAllowed)
    case .post: break
    }
    guard request.body.count <= MappedLimits.maximumBodyBytes else { return .refusal(.tooLarge) }
    guard mapping.authentication.accepts(request, secrets: secrets) else {
      return .refusal(mapping.authentication == .loopback ? .notLoopback : .notAuthenticated)
    }
    return .signals(signals(of: request.body))
  }

  /// The answer once every signal of a request is settled: the mapping's when all are durable, else 503, so that the
  /// platform pushes again; what was durable already is then recognised by its id.
  package func encode(outcomes: [DeliveryOutcome]) -> PushAnswer {
    guard outcomes.allSatisfy({ $0 == .accepted }) else {
      return .problem(
        status: 503, title: "Not stored", detail: "Nothing can be made durable now; send the request again.",
        retryAfterSeconds: PushAnswer.unavailableRetrySeconds)
    }
    return mapping.answer
  }

  /// The answer to a request that was refused.
  package func encode(refusal: PushRefusal) -> PushAnswer { refusal.answer }

  private func handshake(_ request: PushRequest) -> Decoded {
    guard let verification = mapping.verification else { return .refusal(.methodNotAllowed) }
    guard let message = verification.message(in: request, secrets: secrets) else { return .refusal(.notVerified) }
    return .handshake(PushAnswer(status: 200, contentType: "text/plain; charset=utf-8", body: message))
  }

  // MARK: items

  private func signals(of body: [UInt8]) -> [Signal] {
    guard body.contains(where: { !isBlank($0) }) else { return [] }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: body)
    } catch {
      return [whole(body, error.oddities)]
    }
    var items: [Item] = []
    for piece in RawJSON(body).pieces(at: mapping.items, maximum: MappedLimits.maximumItems + 1) {
      items += piece.isFound ? self.items(in: piece.raw) : [Item(value: nil, raw: piece.raw)]
      guard items.count <= MappedLimits.maximumItems else { return [whole(body, [.tooLarge])] }
    }
    let reader = ItemReader(mapping: mapping.item, sender: mapping.name)
    return items.flatMap { item in
      guard let value = item.value else { return [whole(item.raw, [.missingField])] }
      return reader.signals(of: value, body: document, raw: item.raw) { _ in contentDigest(item.raw) }
    }
  }

  private struct Item {
    /// Nil for what lies beside the way to the items.
    var value: JSONValue?
    var raw: [UInt8]
  }

  /// An item; a text with JSON in it, as newer OneNET sends, is what that JSON is.
  private func items(in raw: [UInt8]) -> [Item] {
    let value = (try? JSONValue(parsing: raw)) ?? .null
    guard let text = value.string.map({ Array($0.utf8) }), let inner = try? JSONValue(parsing: text) else {
      return [Item(value: value, raw: raw)]
    }
    guard inner.array != nil else { return [Item(value: inner, raw: text)] }
    return RawJSON(text).pieces(at: .whole, maximum: MappedLimits.maximumItems + 1).map { piece in
      Item(value: try? JSONValue(parsing: piece.raw), raw: piece.raw)
    }
  }

  /// What cannot be taken apart is one unknown signal.
  private func whole(_ body: [UInt8], _ oddities: [SignalOddity]) -> Signal {
    Signal(
      source: SignalSource(feed: .mapped, sender: mapping.name), kind: .unknown, oddities: oddities, raw: body)
  }
}

extension JSONError {
  /// What is odd about a body with this error.
  fileprivate var oddities: [SignalOddity] {
    switch problem {
    case .invalidUTF8: [.notText, .notJSON]
    case .tooLarge, .tooDeep, .tooManyNodes: [.tooLarge, .notJSON]
    default: [.notJSON]
    }
  }
}
