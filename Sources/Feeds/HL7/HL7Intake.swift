import CareModel

/// What one block means: a signal for the engine, and what its sender is told once that is durable.
package struct HL7Receipt: Sendable {
  /// The signal.
  package var signal: Signal
  /// The answer after ``DeliveryOutcome/accepted``.
  package var acknowledgement: Acknowledgement
}

/// Reads one block, whatever it is. A pure function; nothing is refused before it is stored.
package struct HL7Intake: Sendable {
  /// The settings of the connection.
  package let configuration: MLLPConfiguration

  /// An intake.
  package init(configuration: MLLPConfiguration) { self.configuration = configuration }

  /// The receipt of one block; nil for blocks that want nothing: empty ones, and answers that came the wrong way
  /// (to acknowledge an acknowledgement would never end).
  package func receive(_ block: [UInt8]) -> HL7Receipt? {
    guard block.contains(where: { !isBlank($0) }) else { return nil }
    switch HL7Reader(fallbackCodecs: configuration.fallbackCodecs).read(block) {
    case .noHeader:
      let sender = configuration.hospitalCode ?? MLLPConfiguration.namelessSender
      let signal = Signal(
        source: SignalSource(feed: .mllp, sender: sender), kind: .unknown, oddities: [.missingField], raw: block)
      return HL7Receipt(signal: signal, acknowledgement: .toNoHeader)
    case .notText(let header):
      return receipt(for: header, block: block, isText: false)
    case .message(let message):
      guard HL7Event(of: message).type != "ACK" else { return nil }
      return receipt(for: message, block: block, isText: true)
    }
  }

  private func receipt(for message: HL7Message, block: [UInt8], isText: Bool) -> HL7Receipt {
    let refusal = HL7Refusal(header: message.header)
    let mapping = HospitalMapping(configuration: configuration)
    var signal: Signal
    if refusal == nil, isText {
      signal = mapping.signal(for: message, raw: block)
    } else {
      signal = Signal(
        source: SignalSource(feed: .mllp, sender: configuration.hospitalCode(for: message)), kind: .unknown,
        repeatKey: mapping.repeatKey(message, block), oddities: [isText ? .unsupportedEvent : .notText], raw: block)
    }
    let processing = message.header.field(11).component(1).raw
    if refusal == nil, !configuration.actsOnTestMessages, processing == "T" || processing == "D" {
      signal.kind = .unknown
      signal.hospital = nil
      signal.oddities = [.testMessage]
    }
    return HL7Receipt(signal: signal, acknowledgement: Acknowledgement(to: message, refusal: refusal))
  }
}
