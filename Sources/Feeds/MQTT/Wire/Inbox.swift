/// Cuts the byte stream into packets.
struct Inbox: Sendable {
  private var buffer = ReceiveBuffer()
  private let maximumPacketBytes: Int
  /// What the client speaks, once its CONNECT has said so.
  var version = ProtocolVersion.mqtt311

  init(maximumPacketBytes: Int) { self.maximumPacketBytes = maximumPacketBytes }

  /// How many bytes wait.
  var count: Int { buffer.count }

  mutating func append(_ chunk: [UInt8]) { buffer.append(chunk) }

  /// The header of the next packet, once it is there.
  func nextHeader() throws(DecodeFailure) -> FixedHeader? {
    try FixedHeader(reading: buffer.unread, maximumPacketBytes: maximumPacketBytes, version: version)
  }

  /// What is there of the next packet's body, if it is a CONNECT.
  func connectBody() -> ArraySlice<UInt8> {
    guard let header = try? nextHeader(), header.type == .connect else { return [] }
    return buffer.unread.dropFirst(header.headerBytes).prefix(header.bodyBytes)
  }

  /// Takes the next packet, once it is there whole.
  mutating func nextPacket() throws(DecodeFailure) -> InboundPacket? {
    guard let header = try nextHeader(), buffer.count - header.headerBytes >= header.bodyBytes else { return nil }
    let body = buffer.unread.dropFirst(header.headerBytes).prefix(header.bodyBytes)
    let packet = try InboundPacket(header: header, body: body, version: version)
    buffer.consume(header.headerBytes + header.bodyBytes)
    return packet
  }
}
