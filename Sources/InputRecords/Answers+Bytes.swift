import AlertEngine
import CareModel

extension ByteWriter {
  mutating func put(_ message: StaffAnswerMessage) {
    put(message.staff)
    put(message.offer)
    put(message.answer)
    put(message.reason) { $0.put($1) }
  }

  mutating func put(_ report: DeliveryReport) {
    switch report {
    case .delivered: put(0 as UInt8)
    case .failed(isRetryable: false): put(1 as UInt8)
    case .failed(isRetryable: true): put(2 as UInt8)
    case .unreachable: put(3 as UInt8)
    }
  }
}

extension ByteReader {
  mutating func staffAnswer() throws(InputRecordError) -> StaffAnswerMessage {
    let staff: StaffID = try id()
    let offer: OfferID = try id()
    let answer: StaffAnswer = try word()
    return StaffAnswerMessage(staff: staff, offer: offer, answer: answer, reason: try optionalText())
  }

  mutating func report() throws(InputRecordError) -> DeliveryReport {
    switch try integer(UInt8.self) {
    case 0: return .delivered
    case 1: return .failed(isRetryable: false)
    case 2: return .failed(isRetryable: true)
    case 3: return .unreachable
    default: throw .unknownWord
    }
  }
}
