import CareModel
import JSONText

/// The JSON that devices send as signals and heartbeats (interfaces page, section 3), whatever carries it.
///
/// Reading never fails: what cannot be understood is a signal of kind `unknown` that says what is odd about it. Keys
/// that are not named here (`data` among them) stay in ``Signal/raw``.
package enum SignalJSON {
  /// Longest id used as it is; a longer one is replaced by a hash of itself.
  package static let maximumIDBytes = 128
  /// How long an id is remembered.
  package static let repeatWindow = TimeSpan.hours(7 * 24)
  /// Before 2000-01-01T00:00:00Z no device of ours existed: its clock is unset.
  package static let earliestPlausible = Timestamp(seconds: 946_684_800)

  /// Reads a signal message.
  ///
  /// - Parameters:
  ///   - payload: the message; kept as ``Signal/raw``.
  ///   - feed: the protocol that carried it.
  ///   - sender: the authenticated sender.
  ///   - serial: the device it is about.
  /// - Returns: the signal; `repeatKey` is nil when the message has no usable `id`.
  package static func decode(
    payload: [UInt8], feed: SignalSource.Feed, sender: String, serial: String?
  ) -> Signal {
    var signal = Signal(
      source: SignalSource(feed: feed, sender: sender, serial: serial), kind: .unknown, raw: payload)
    guard let message = readObject(payload, into: &signal) else { return signal }
    readKind(message["kind"], into: &signal)
    readID(message["id"], into: &signal)
    readTime(message["at"], into: &signal)
    readBattery(message["battery"], into: &signal)
    readZone(message["zone"], into: &signal)
    readValue(message["value"], into: &signal)
    return signal
  }

  /// Reads a heartbeat: empty, or an object with `battery` and perhaps `at`; always of kind `heartbeat`.
  ///
  /// Every heartbeat counts, so it has no repeat key.
  package static func decodeHeartbeat(
    payload: [UInt8], feed: SignalSource.Feed, sender: String, serial: String?
  ) -> Signal {
    var signal = Signal(
      source: SignalSource(feed: feed, sender: sender, serial: serial), kind: .heartbeat, raw: payload)
    guard !payload.isEmpty, let message = readObject(payload, into: &signal) else { return signal }
    readTime(message["at"], into: &signal)
    readBattery(message["battery"], into: &signal)
    return signal
  }

  private static func readObject(_ payload: [UInt8], into signal: inout Signal) -> JSONValue? {
    do throws(JSONError) {
      let message = try JSONValue(parsing: payload)
      if message.object != nil { return message }
      signal.note(.missingField)
    } catch {
      if error.problem == .invalidUTF8 { signal.note(.notText) }
      signal.note(.notJSON)
    }
    return nil
  }

  /// Hospital kinds are not a device's to say: they come only with a hospital message.
  private static func readKind(_ field: JSONValue?, into signal: inout Signal) {
    guard let word = field?.string else { return signal.note(.missingField) }
    guard let kind = SignalKind(rawValue: word), kind.group != .hospital, kind.group != .unknown else {
      return signal.note(.unknownKind)
    }
    signal.kind = kind
  }

  private static func readID(_ field: JSONValue?, into signal: inout Signal) {
    switch field {
    case nil, .null: return
    case .int(let number): signal.repeatKey = .message(id: String(number), window: repeatWindow)
    case .string(let text):
      if !text.isEmpty { signal.repeatKey = .message(id: boundedID(text), window: repeatWindow) }
    case .bool, .double, .array, .object: signal.note(.missingField)
    }
  }

  /// U+0000 cannot be stored as text, so an id with it is hashed as well.
  private static func boundedID(_ text: String) -> String {
    let bytes = text.utf8
    if bytes.count <= maximumIDBytes, !bytes.contains(0) { return text }
    let first = fixedHash(bytes)
    let second = fixedHash(bytes.reversed())
    return "hash:" + String(first, radix: 16) + "-" + String(second, radix: 16) + "-" + String(bytes.count)
  }

  private static func readTime(_ field: JSONValue?, into signal: inout Signal) {
    switch field {
    case nil, .null: return
    case .string(let text):
      guard let moment = Timestamp(rfc3339: text), moment >= earliestPlausible else {
        return signal.note(.wrongClock)
      }
      signal.occurredAt = moment
    case .bool, .int, .double, .array, .object: signal.note(.missingField)
    }
  }

  private static func readBattery(_ field: JSONValue?, into signal: inout Signal) {
    guard let field, !field.isNull else { return }
    guard let percent = field.double else { return signal.note(.missingField) }
    signal.batteryPercent = Int(min(max(percent, 0), 100) + 0.5)
  }

  private static func readZone(_ field: JSONValue?, into signal: inout Signal) {
    guard let field, !field.isNull else { return }
    guard let text = field.string else { return signal.note(.missingField) }
    signal.zone = boundedText(text)
  }

  private static func readValue(_ field: JSONValue?, into signal: inout Signal) {
    guard let field, !field.isNull else { return }
    guard let number = field.double else { return signal.note(.missingField) }
    signal.value = number
  }
}

/// `text` cut to ``Signal/maximumTextBytes`` at a character boundary, without U+0000; nil when nothing is left.
func boundedText(_ text: String) -> String? {
  var bounded = ""
  var size = 0
  for character in text where character != "\0" {
    size += character.utf8.count
    guard size <= Signal.maximumTextBytes else { break }
    bounded.append(character)
  }
  return bounded.isEmpty ? nil : bounded
}

extension Signal {
  /// Adds an oddity unless it is noted already.
  package mutating func note(_ oddity: SignalOddity) {
    if !oddities.contains(oddity) { oddities.append(oddity) }
  }
}
