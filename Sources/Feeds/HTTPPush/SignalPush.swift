import CareModel
import FeedSession
import JSONText

/// `POST /api/v1/signals` without its server: a body in, signals or a refusal out (interfaces page, section 4).
package enum SignalPush {
  /// Most signals of one request.
  package static let maximumSignals = 1000
  /// Largest body in bytes.
  package static let maximumBodyBytes = 1 << 20

  /// What a request turned out to be.
  package enum Decoded: Sendable, Equatable {
    /// To be delivered, in this order; the answer waits for all of them.
    case signals([Signal])
    /// Answered at once; nothing of the request is delivered.
    case refusal(Refusal)
  }

  /// Why a request is refused; becomes a problem detail (RFC 9457).
  package struct Refusal: Sendable, Equatable {
    /// The HTTP status: 400, 403 or 413.
    package let status: Int
    /// What kind of problem, the same for every instance.
    package let title: String
    /// What is wrong with this request; quotes nothing of it.
    package let detail: String
  }

  /// Reads a body: one signal object, or an array of them.
  ///
  /// A signal that cannot be understood, or whose device nobody knows, is delivered all the same: it becomes a work
  /// item. A device speaks only for itself and need not say its serial; everybody else says it in `device`.
  ///
  /// - Parameters:
  ///   - body: the request's body.
  ///   - principal: the authenticated sender.
  package static func decode(body: [UInt8], principal: Principal) -> Decoded {
    let limits = JSONLimits(maximumBytes: maximumBodyBytes)
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue(parsing: body, limits: limits)
    } catch {
      return .refusal(refusal(for: error))
    }
    let elements: [JSONValue]
    let payloads: [[UInt8]]
    switch document {
    case .object: (elements, payloads) = ([document], [body])
    case .array(let values):
      guard values.count <= maximumSignals else { return .refusal(.tooManySignals) }
      (elements, payloads) = (values, arrayElements(of: body))
    case .null, .bool, .int, .double, .string: return .refusal(.notASignal)
    }
    var signals: [Signal] = []
    for (element, payload) in zip(elements, payloads) {
      guard let signal = signal(element, payload: payload, principal: principal) else {
        return .refusal(.foreignDevice)
      }
      signals.append(signal)
    }
    return .signals(signals)
  }

  /// One signal; nil when a device speaks for another.
  private static func signal(_ element: JSONValue, payload: [UInt8], principal: Principal) -> Signal? {
    let named = element["device"]?.string.flatMap { isSerial($0) ? $0 : nil }
    if case .device(let own) = principal {
      // Whatever else `device` holds, it is not the sender's own serial.
      guard element["device"].map({ $0.isNull || $0.string == own }) ?? true else { return nil }
      return SignalJSON.decode(payload: payload, feed: .http, sender: own, serial: own)
    }
    var signal = SignalJSON.decode(payload: payload, feed: .http, sender: senderName(principal), serial: named)
    if named == nil { signal.note(.missingField) }
    if principal == .anonymous { signal.note(.anonymousSender) }
    return signal
  }

  /// A serial that can be kept in a column.
  private static func isSerial(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= Signal.maximumTextBytes && !text.utf8.contains(0)
  }

  private static func senderName(_ principal: Principal) -> String {
    switch principal {
    case .device(let serial): serial
    case .staff(let id): "staff:\(id)"
    case .hospital(let code): code
    case .anonymous: "anonymous"
    }
  }

  private static func refusal(for error: JSONError) -> Refusal {
    switch error.problem {
    case .tooLarge: .tooLarge
    case .tooManyNodes, .tooDeep:
      Refusal(status: 413, title: "Body too large", detail: "Too many or too deep values at byte \(error.offset).")
    default:
      Refusal(status: 400, title: "Not JSON", detail: "\(error.problem.rawValue) at byte \(error.offset).")
    }
  }
}

extension SignalPush.Refusal {
  /// A device named another.
  static let foreignDevice = Self(
    status: 403, title: "Another device", detail: "A device may send signals only under its own serial.")
  /// JSON, but neither an object nor an array.
  static let notASignal = Self(
    status: 400, title: "Not a signal", detail: "The body is neither a signal object nor an array of them.")
  /// More than ``SignalPush/maximumSignals``.
  static let tooManySignals = Self(
    status: 413, title: "Too many signals", detail: "At most \(SignalPush.maximumSignals) signals a request.")
  /// More than ``SignalPush/maximumBodyBytes``.
  static let tooLarge = Self(
    status: 413, title: "Body too large", detail: "At most \(SignalPush.maximumBodyBytes) bytes a request.")
}
