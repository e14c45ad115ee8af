/// Why bytes are not an MQTT packet that a server takes.
package enum DecodeFailure: Error, Sendable, Equatable {
  /// Against the packet's form (3.1.1 sections 1.5, 2 and 3; 5.0 section 1.2).
  case malformed
  /// Well formed, but not allowed there.
  case protocolError
  /// Larger than the session takes; known from the fixed header.
  case tooLarge
  /// A CONNECT whose client id is no allowed text; only said to clients of 5.0, else malformed.
  case badClientID
  /// A CONNECT with a protocol level that is not spoken here.
  case unsupportedLevel(UInt8)
}
