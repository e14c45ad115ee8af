import CareModel
import FeedSession
import JSONText

/// Makes signals of one item or row; whatever it holds, at least one.
struct ItemReader {
  let mapping: ItemMapping
  /// The mapping's name.
  let sender: String

  /// The signals of one item.
  ///
  /// - Parameters:
  ///   - item: the item.
  ///   - body: the whole body that it came in, for paths under `$body`.
  ///   - raw: the item as it came.
  ///   - digest: a hash of all that must be the same in a second copy, without the columns that it is given.
  func signals(of item: JSONValue, body: JSONValue?, raw: [UInt8], digest: ([String]) -> String) -> [Signal] {
    var scope = MappingScope(item: item, body: body)
    let oddities = decodePayload(into: &scope)
    var signals: [Signal] = []
    func add(_ kind: KindSource, _ fields: ItemFields) {
      signals.append(signal(kind, fields, scope, before: signals, raw: raw, digest: digest))
    }
    for rule in mapping.rules where signals.count < MappedLimits.maximumSignalsPerItem {
      guard rule.when.allSatisfy({ $0.holds(in: scope, absent: mapping.absent) }) else { continue }
      add(rule.kind, rule.fields)
      if !rule.continues { break }
    }
    if signals.isEmpty { add(mapping.fallback, mapping.fields) }
    for index in signals.indices {
      for oddity in oddities { signals[index].note(oddity) }
    }
    return signals
  }

  /// The first decoder that finds a payload counts; what is damaged counts only when none does.
  private func decodePayload(into scope: inout MappingScope) -> [SignalOddity] {
    var damaged: SignalOddity?
    for decoder in mapping.payloads {
      switch decoder.reading(in: scope, absent: mapping.absent) {
      case .notMine: continue
      case .unreadable(let oddity): damaged = damaged ?? oddity
      case .value(let value, let isShort):
        scope.payload = value
        return isShort ? [.missingField] : []
      }
    }
    return damaged.map { [$0] } ?? []
  }

  private func signal(
    _ source: KindSource, _ fields: ItemFields, _ scope: MappingScope, before: [Signal], raw: [UInt8],
    digest: ([String]) -> String
  ) -> Signal {
    let kind = source.kind(in: scope, absent: mapping.absent)
    var signal = Signal(
      source: SignalSource(feed: .mapped, sender: sender), kind: kind ?? .unknown, raw: raw)
    if kind == nil { signal.note(.missingField) }
    if kind == .unknown { signal.note(.unknownKind) }
    readID(fields.id, scope, copy: before.count { $0.kind == signal.kind }, digest: digest, into: &signal)
    readTime(fields.at, scope, into: &signal)
    readNumbers(fields, scope, into: &signal)
    if signal.kind.group == .hospital, let hospital = mapping.hospital {
      HospitalReader(fields: hospital, absent: mapping.absent).read(scope, into: &signal)
    } else {
      readSerial(fields.serial, scope, into: &signal)
    }
    return signal
  }

  private func readSerial(_ field: FieldSource?, _ scope: MappingScope, into signal: inout Signal) {
    guard let serial = field?.text(in: scope, absent: mapping.absent), isStorable(serial) else {
      return signal.note(.missingField)
    }
    signal.source.serial = serial
  }

  /// The kind is part of the id: an admission that comes again with a discharge is news. Every heartbeat counts.
  private func readID(
    _ field: IdentitySource?, _ scope: MappingScope, copy: Int, digest: ([String]) -> String, into signal: inout Signal
  ) {
    guard signal.kind != .heartbeat,
      let id = field?.id(in: scope, absent: mapping.absent, digest: digest)
    else { return }
    let ordinal = copy == 0 ? "" : "#\(copy + 1)"
    signal.repeatKey = .message(
      id: id + "|" + signal.kind.rawValue + ordinal, window: IdentitySource.repeatWindow)
  }

  private func readTime(_ field: TimeSource?, _ scope: MappingScope, into signal: inout Signal) {
    switch field?.reading(in: scope, absent: mapping.absent) {
    case nil, .absent: return
    case .unreadable: signal.note(.wrongClock)
    case .moment(let moment): signal.occurredAt = moment
    }
  }

  private func readNumbers(_ fields: ItemFields, _ scope: MappingScope, into signal: inout Signal) {
    func number(_ field: FieldSource?) -> Double? {
      switch field?.number(in: scope, absent: mapping.absent) {
      case nil, .absent: break
      case .unreadable: signal.note(.missingField)
      case .number(let number): return number
      }
      return nil
    }
    signal.batteryPercent = number(fields.battery).map { Int(min(max($0, 0), 100) + 0.5) }
    signal.value = number(fields.value)
    signal.zone = fields.zone?.text(in: scope, absent: mapping.absent).flatMap(boundedText)
  }
}

/// Whether a text can be kept in a decision column.
func isStorable(_ text: String) -> Bool {
  !text.isEmpty && text.utf8.count <= Signal.maximumTextBytes && !text.utf8.contains(0)
}

/// `text` cut to ``Signal/maximumTextBytes`` at a character, without U+0000; nil when nothing is left.
func boundedText(_ text: String) -> String? {
  var bounded = ""
  var size = 0
  for character in text where !character.utf8.contains(0) {
    size += character.utf8.count
    guard size <= Signal.maximumTextBytes else { break }
    bounded.append(character)
  }
  return bounded.isEmpty ? nil : bounded
}
