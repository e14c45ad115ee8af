import AlertRules
import CareModel

/// Which instance of which rule.
package struct CorrelationKey: Sendable, Hashable, Comparable {
  /// The rule's id.
  package var rule: String
  /// The key text.
  package var key: String

  /// A key.
  package init(rule: String, key: String) {
    self.rule = rule
    self.key = key
  }

  package static func < (left: Self, right: Self) -> Bool { (left.rule, left.key) < (right.rule, right.key) }
}

/// An instance as the database keeps it; written with the commit that changes it.
package struct CorrelationRow: Sendable, Equatable {
  /// Which.
  package var key: CorrelationKey
  /// The district of its subject; 0 = several, or unassigned.
  package var district: DistrictID
  /// When something happens by itself; nil = the instance is gone, and so is its row.
  package var deadline: Timestamp?
  /// Everything else, as ``CorrelationInstance`` writes it.
  package var state: [UInt8]

  /// A row.
  package init(key: CorrelationKey, district: DistrictID, deadline: Timestamp?, state: [UInt8]) {
    self.key = key
    self.district = district
    self.deadline = deadline
    self.state = state
  }
}

/// What the signals of an instance have in common: whom and what its emission is about.
struct CorrelationSubject: Sendable, Equatable {
  var serial: String?
  var resident: ResidentID?
  var dwelling: DwellingID?
  var district: DistrictID

  init(_ signal: Signal, _ subject: SignalSubject) {
    serial = signal.source.serial
    resident = subject.resident?.id
    dwelling = subject.dwelling?.id
    district = subject.district
  }

  init(serial: String? = nil, resident: ResidentID? = nil, dwelling: DwellingID? = nil, district: DistrictID) {
    self.serial = serial
    self.resident = resident
    self.dwelling = dwelling
    self.district = district
  }

  /// What both are about.
  func common(with other: Self) -> Self {
    Self(
      serial: serial == other.serial ? serial : nil, resident: resident == other.resident ? resident : nil,
      dwelling: dwelling == other.dwelling ? dwelling : nil, district: district == other.district ? district : 0)
  }

  /// The sender of an emission about it.
  var sender: String {
    serial ?? resident.map { "resident:\($0)" } ?? dwelling.map { "dwelling:\($0)" } ?? "district:\(district)"
  }
}

/// One instance of a `correlate` rule.
struct CorrelationInstance: Sendable, Equatable {
  var operation: CorrelationOperator
  var state: CorrelationState
  var subject: CorrelationSubject
  /// When it was last changed; time before that is accounted for in its deadline.
  var changedAt: Timestamp
  /// Among equal deadlines the one that was set first comes first, also after a restart.
  var order: Int64
  /// Names it in the deadline queue; not kept.
  var handle: Int64 = 0

  private static let version: UInt8 = 1

  /// What the database keeps beside key, district and deadline.
  var bytes: [UInt8] {
    var writer = StateWriter()
    writer.byte(Self.version)
    writer.byte(operation.rawValue)
    writer.number(changedAt.microseconds)
    writer.number(order)
    writer.optional(subject.serial) { $0.text($1) }
    writer.optional(subject.resident) { $0.id($1) }
    writer.optional(subject.dwelling) { $0.id($1) }
    state.write(to: &writer)
    return writer.bytes
  }

  init(
    operation: CorrelationOperator, state: CorrelationState, subject: CorrelationSubject, changedAt: Timestamp,
    order: Int64
  ) {
    self.operation = operation
    self.state = state
    self.subject = subject
    self.changedAt = changedAt
    self.order = order
  }

  /// Nil when the bytes are of another version or damaged, or the row has no deadline.
  init?(_ row: CorrelationRow) {
    guard let deadline = row.deadline else { return nil }
    var reader = StateReader(row.state)
    do throws(StateUnreadable) {
      guard try reader.byte() == Self.version, let operation = CorrelationOperator(rawValue: try reader.byte()) else {
        return nil
      }
      self.operation = operation
      changedAt = Timestamp(microseconds: try reader.number())
      order = try reader.number()
      let serial = try reader.optional { reader throws(StateUnreadable) in try reader.text() }
      let resident: ResidentID? = try reader.optional { reader throws(StateUnreadable) in try reader.id() }
      let dwelling: DwellingID? = try reader.optional { reader throws(StateUnreadable) in try reader.id() }
      subject = CorrelationSubject(serial: serial, resident: resident, dwelling: dwelling, district: row.district)
      state = try CorrelationState(from: &reader, until: deadline)
      guard reader.isAtEnd else { return nil }
    } catch {
      return nil
    }
  }
}

extension StateWriter {
  fileprivate mutating func id<Entity>(_ id: Identifier<Entity>) {
    number(id.high)
    number(id.low)
  }
}

extension StateReader {
  fileprivate mutating func id<Entity>() throws(StateUnreadable) -> Identifier<Entity> {
    let high = UInt64(bitPattern: try number())
    return Identifier(high: high, low: UInt64(bitPattern: try number()))
  }
}
