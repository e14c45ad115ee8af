import CareModel

/// The phase of an instance as the database keeps it; the deadline has a column of its own.
extension CorrelationState {
  /// Appends the phase.
  package func write(to writer: inout StateWriter) {
    switch phase {
    case .holding: writer.byte(1)
    case .awaiting(let firsts):
      writer.byte(2)
      writer.number(firsts.count)
      for first in firsts { first.write(to: &writer) }
    case .armed(let span):
      writer.byte(3)
      writer.number(span.microseconds)
    case .counting(let signals):
      writer.byte(4)
      writer.number(signals.count)
      for signal in signals {
        writer.number(signal.at.microseconds)
        writer.optional(signal.distinct) { $0.number($1) }
      }
    case .open(let since):
      writer.byte(5)
      writer.number(since.microseconds)
    case .quiet: writer.byte(6)
    }
  }

  /// Reads a phase; refuses more signals than an instance has.
  package init(from reader: inout StateReader, until deadline: Timestamp) throws(StateUnreadable) {
    switch try reader.byte() {
    case 1: self.init(.holding, until: deadline)
    case 2:
      var firsts: [RecordedSignal] = []
      for _ in 0..<(try Self.count(&reader, limit: RuleLimits.sequenceFirsts)) {
        firsts.append(try RecordedSignal(from: &reader))
      }
      self.init(.awaiting(firsts), until: deadline)
    case 3: self.init(.armed(span: TimeSpan(microseconds: try reader.number())), until: deadline)
    case 4:
      var signals: [CountedSignal] = []
      for _ in 0..<(try Self.count(&reader, limit: RuleLimits.counted)) {
        let at = Timestamp(microseconds: try reader.number())
        let distinct = try reader.optional { reader throws(StateUnreadable) in try reader.number() }
        signals.append(CountedSignal(at: at, distinct: distinct.map { UInt64(bitPattern: $0) }))
      }
      self.init(.counting(signals), until: deadline)
    case 5: self.init(.open(since: Timestamp(microseconds: try reader.number())), until: deadline)
    case 6: self.init(.quiet, until: deadline)
    default: throw StateUnreadable()
    }
  }

  private static func count(_ reader: inout StateReader, limit: Int) throws(StateUnreadable) -> Int {
    let count = try reader.number()
    guard (0...Int64(limit)).contains(count) else { throw StateUnreadable() }
    return Int(count)
  }
}

extension RecordedSignal {
  fileprivate func write(to writer: inout StateWriter) {
    writer.number(at.microseconds)
    writer.text(signal.kind.rawValue)
    writer.text(signal.source.feed.rawValue)
    writer.text(signal.source.sender)
    writer.optional(signal.source.serial) { $0.text($1) }
    writer.optional(signal.batteryPercent) { $0.number($1) }
    writer.optional(signal.zone) { $0.text($1) }
    writer.optional(signal.value) { $0.number($1.bitPattern) }
    writer.optional(signal.hospital) { writer, hospital in
      writer.text(hospital.hospitalCode)
      writer.text(hospital.patientClass.rawValue)
    }
    writer.text(signal.oddities.map(\.rawValue).joined(separator: ","))
  }

  /// Words that this version does not know become `unknown`; such oddities are left out.
  fileprivate init(from reader: inout StateReader) throws(StateUnreadable) {
    let at = Timestamp(microseconds: try reader.number())
    let kind = SignalKind(rawValue: try reader.text()) ?? .unknown
    let feed = SignalSource.Feed(rawValue: try reader.text()) ?? .engine
    let sender = try reader.text()
    let serial = try reader.optional { reader throws(StateUnreadable) in try reader.text() }
    var signal = Signal(source: SignalSource(feed: feed, sender: sender, serial: serial), kind: kind)
    let battery = try reader.optional { reader throws(StateUnreadable) in try reader.number() }
    signal.batteryPercent = battery.map { Int(clamping: $0) }
    signal.zone = try reader.optional { reader throws(StateUnreadable) in try reader.text() }
    let value = try reader.optional { reader throws(StateUnreadable) in try reader.number() }
    signal.value = value.map { Double(bitPattern: UInt64(bitPattern: $0)) }
    signal.hospital = try reader.optional { reader throws(StateUnreadable) in
      let code = try reader.text()
      return HospitalMessage(
        hospitalCode: code, eventCode: "", patient: PatientIdentity(),
        patientClass: PatientClass(rawValue: try reader.text()) ?? .unknown)
    }
    signal.oddities = try reader.text().split(separator: ",").compactMap { SignalOddity(rawValue: String($0)) }
    self.init(signal, at: at)
  }
}
