import AlertEngine
import CareModel

/// The form of an input in the local log: equal inputs give equal bytes, and reading gives back what was written.
///
/// A tag, then the values in a fixed order; a change of the form takes a new tag, so that older logs stay readable.
package enum InputRecord {
  private enum Tag: UInt8 {
    case signal = 1
    case staffAnswer, action, delivery, deadline
  }

  /// The bytes of an input that changes state; nil for news about store, log and register, which are not logged.
  package static func encode(_ input: Input) -> [UInt8]? {
    switch input {
    case .signalReceived(let id, let signal):
      var writer = begin(.signal, id, capacity: 256 + signal.raw.count)
      writer.put(signal)
      return writer.bytes
    case .staffAnswered(let id, let message):
      var writer = begin(.staffAnswer, id)
      writer.put(message)
      return writer.bytes
    case .operatorActed(let id, let action, let staff):
      var writer = begin(.action, id)
      writer.put(staff)
      writer.put(action)
      return writer.bytes
    case .deliveryReported(let id, let notification, let report):
      var writer = begin(.delivery, id)
      writer.put(notification)
      writer.put(report)
      return writer.bytes
    case .deadlineReached(let id): return begin(.deadline, id).bytes
    case .recipientOnline, .heard, .referenceChanged, .committed, .commitFailed, .logged, .logLost, .logReady,
      .casesLoaded, .storeLost, .storeBack:
      return nil
    }
  }

  /// The input of ``encode(_:)``'s bytes.
  package static func decode(_ bytes: ArraySlice<UInt8>) throws(InputRecordError) -> Input {
    var reader = ByteReader(bytes)
    guard let tag = Tag(rawValue: try reader.integer()) else { throw .unknownWord }
    let id: InputID = try reader.id()
    let input: Input
    switch tag {
    case .signal: input = .signalReceived(id, try reader.signal())
    case .staffAnswer: input = .staffAnswered(id, try reader.staffAnswer())
    case .action:
      let staff: StaffID = try reader.id()
      input = .operatorActed(id, try reader.action(), by: staff)
    case .delivery:
      let notification: NotificationID = try reader.id()
      input = .deliveryReported(id, notification, try reader.report())
    case .deadline: input = .deadlineReached(id)
    }
    guard reader.isAtEnd else { throw .tooLong }
    return input
  }

  private static func begin(_ tag: Tag, _ id: InputID, capacity: Int = 128) -> ByteWriter {
    var writer = ByteWriter(capacity: capacity)
    writer.put(tag.rawValue)
    writer.put(id)
    return writer
  }
}
