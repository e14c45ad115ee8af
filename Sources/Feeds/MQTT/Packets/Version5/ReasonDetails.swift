/// What may come with a reason code: PUBACK, PUBREC, PUBREL, PUBCOMP (5.0 sections 3.4.2.2 to 3.7.2.2).
package struct ReasonDetails: Sendable, Equatable {
  /// For people; UTF-8.
  package var reasonString: [UInt8]?
  /// What the client adds of its own.
  package var userProperties: [UserProperty] = []

  /// Reads the properties.
  init(reading reader: inout PacketReader) throws(DecodeFailure) {
    var section = try PropertySection(reading: &reader)
    while let property = try section.next() {
      switch property {
      case .reasonString(let text): reasonString = Array(text)
      case .userProperty(let property): userProperties.append(property)
      default: throw .protocolError
      }
    }
  }
}
