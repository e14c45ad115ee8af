/// A packet identifier: 1 to 65,535 (3.1.1 section 2.3.1).
package struct PacketID: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  package let rawValue: UInt16

  /// An identifier; nil for 0.
  package init?(rawValue: UInt16) {
    guard rawValue != 0 else { return nil }
    self.rawValue = rawValue
  }

  /// The first identifier.
  package static let first = PacketID(one: 1)

  /// The next identifier; 1 after 65,535.
  package var next: PacketID { PacketID(rawValue: rawValue &+ 1) ?? .first }

  private init(one: UInt16) { rawValue = one }
}
