/// What a peer tells its owner.
package protocol MQTTPeerOwner: AnyObject {
  /// CONNACK 0 came.
  func accepted(_ peer: MQTTPeer)
  /// All acknowledgements of one read: when each message was due.
  func acknowledged(_ peer: MQTTPeer, dues: [UInt64])
  /// A PUBLISH came; it is acknowledged already.
  func published(_ peer: MQTTPeer, payload: UnsafeRawBufferPointer)
  /// The connection is over without ``MQTTPeer/leave()``: refused, closed by the peer, or broken.
  func lost(_ peer: MQTTPeer)
}
