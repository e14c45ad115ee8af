import CareModel
import FeedSession

/// Turns messages into signals; remembers per connection what has been raised already.
struct SignalReader: Sendable {
  /// Whose code was believed; frames of another number are anonymous.
  var authenticatedPhone: String?
  private let configuration: JT808Configuration
  private var memory = ConditionMemory()
  /// The number of the last good frame; what has been raised is remembered for one terminal only.
  private var phone: String?

  init(configuration: JT808Configuration) { self.configuration = configuration }

  /// A heartbeat (0002). Every one counts, so it has no repeat key.
  mutating func heartbeat(_ message: JT808Message) -> Signal {
    signal(of: message, kind: .heartbeat)
  }

  /// A message whose id we do not know, or whose body nobody can read.
  mutating func unknown(_ message: JT808Message, _ oddity: SignalOddity) -> Signal {
    var signal = signal(of: message, kind: .unknown)
    signal.note(oddity)
    signal.repeatKey = contentKey(message.header, message.raw)
    return signal
  }

  /// Bytes with a wrong check byte. They may be a call for help, so they are shown; whose they are is a guess.
  func damaged(_ header: JT808Header, raw: [UInt8]) -> Signal {
    let phone = self.phone ?? header.phone
    return Signal(
      source: SignalSource(feed: .jt808, sender: phone, serial: phone), kind: .unknown,
      repeatKey: contentKey(header, raw), oddities: [.missingField, .anonymousSender], raw: raw)
  }

  /// A location report (0200): what it raises, else the position.
  mutating func location(_ message: JT808Message) -> [Signal] {
    let base = signal(of: message, kind: .position)
    return reports(message.body[...], base, name: "\(message.header.serial)", message.header, &memory)
  }

  /// A batch of location reports (0704), each with its own body as raw bytes.
  ///
  /// A supplement (type 1) tells of the past: what it raises says nothing about what holds now.
  mutating func batch(_ message: JT808Message) -> [Signal] {
    let base = signal(of: message, kind: .position)
    let body = message.body
    var reader = ByteReader(body[...])
    guard (try? reader.twoBytes()) != nil, let type = try? reader.byte() else { return [rest(of: message, base)] }
    var past = ConditionMemory()
    var signals: [Signal] = []
    var count = 0
    while count < configuration.maximumBatchReports {
      let before = reader
      guard let length = try? reader.twoBytes(), let report = try? reader.bytes(Int(length)) else {
        reader = before
        break
      }
      var own = base
      own.raw = Array(report)
      let name = "\(message.header.serial).\(count)"
      signals +=
        type == 1
        ? reports(report, own, name: name, message.header, &past)
        : reports(report, own, name: name, message.header, &memory)
      count += 1
    }
    if !reader.rest.isEmpty || signals.isEmpty {
      var rest = rest(of: message, base)
      if count == configuration.maximumBatchReports { rest.note(.tooLarge) }
      signals.append(rest)
    }
    return signals
  }

  /// What could not be taken apart, with all of the message.
  private func rest(of message: JT808Message, _ base: Signal) -> Signal {
    var signal = base
    signal.kind = .unknown
    signal.note(.missingField)
    signal.repeatKey = contentKey(message.header, message.raw)
    return signal
  }

  private mutating func signal(of message: JT808Message, kind: SignalKind) -> Signal {
    let phone = message.header.phone
    if self.phone != phone {
      self.phone = phone
      memory = ConditionMemory()
    }
    var signal = Signal(
      source: SignalSource(feed: .jt808, sender: phone, serial: phone), kind: kind, raw: message.raw)
    if authenticatedPhone != phone { signal.note(.anonymousSender) }
    if !message.isLengthRight { signal.note(.missingField) }
    return signal
  }

  private func reports(
    _ body: ArraySlice<UInt8>, _ base: Signal, name: String, _ header: JT808Header, _ memory: inout ConditionMemory
  ) -> [Signal] {
    guard let report = try? LocationReport(body) else { return cutOff(body, base, name: name, header, &memory) }
    var base = base
    base.occurredAt = report.time
    base.batteryPercent = report.batteryPercent
    if report.time == nil { base.note(.wrongClock) }
    let id = name + ":" + hexadecimal(report.timeDigits)
    let conditions = report.conditions(isOf2019: header.version != nil, configuration.vendorConditions)
    let rising = memory.rising(conditions, report: id)
    return (rising.isEmpty ? [.position] : rising).map { kind in
      var signal = base
      signal.kind = kind
      // Without a clock a serial may come again after a restart: then in doubt the signal is new.
      signal.repeatKey =
        report.time == nil
        ? .whileUnacknowledged(fingerprint: fixedHash(base.raw + Array("\(name)\(kind)".utf8)))
        : .message(
          id: kind == .panic ? id : "\(id):\(kind.rawValue)", window: JT808Configuration.repeatWindow)
      return signal
    }
  }

  /// A report that ends too early may still call for help.
  private func cutOff(
    _ body: ArraySlice<UInt8>, _ base: Signal, name: String, _ header: JT808Header, _ memory: inout ConditionMemory
  ) -> [Signal] {
    var reader = ByteReader(body)
    let alarm = (try? reader.fourBytes()) ?? 0
    let conditions = AlarmBits.conditions(alarm, isOf2019: header.version != nil)
    let rising = memory.rising(conditions, report: name)
    return (rising.isEmpty ? [.unknown] : rising).map { kind in
      var signal = base
      signal.kind = kind
      signal.note(.missingField)
      signal.repeatKey = .whileUnacknowledged(fingerprint: fixedHash(base.raw + Array("\(name)\(kind)".utf8)))
      return signal
    }
  }

  private func contentKey(_ header: JT808Header, _ raw: [UInt8]) -> RepeatKey {
    .message(
      id: "\(header.serial)#" + String(fixedHash(raw), radix: 16), window: JT808Configuration.repeatWindow)
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.flatMap { [$0 >> 4, $0 & 0xF] }.map { String($0, radix: 16) }.joined()
}
