import NIOCore

/// Where connections come from, as limits count it: an IPv4 address, or the network (/64) of an IPv6 address.
///
/// An IPv6 customer has a whole /64, so single addresses would be no limit. Never logged: personal data.
package struct SourceAddress: Hashable, Sendable {
  private let number: UInt64
  private let isIPv6: Bool

  /// The source of an address; nil where it is no IP address.
  package init?(_ address: SocketAddress) {
    guard let bytes = address.ipBytes else { return nil }
    isIPv6 = bytes.count == 16
    number = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A block of IP addresses: `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`.
package struct AddressBlock: Sendable, Equatable {
  private let bytes: [UInt8]
  private let bits: Int

  /// Reads a block: an address alone, or an address and the number of bits that count.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first,
      let address = try? SocketAddress(ipAddress: String(first), port: 0), let bytes = address.rawIPBytes
    else { return nil }
    var bits = bytes.count * 8
    if parts.count == 2 {
      guard let number = Int(parts[1]), parts[1].allSatisfy(\.isNumber), (0...bits).contains(number) else { return nil }
      bits = number
    }
    self.bytes = bytes
    self.bits = bits
  }

  /// Whether an address is in the block; an IPv4 address is also found where it was mapped to IPv6.
  package func contains(_ address: SocketAddress) -> Bool {
    guard let other = address.ipBytes, other.count == bytes.count else { return false }
    let whole = bits / 8
    guard other.prefix(whole) == bytes.prefix(whole) else { return false }
    let rest = bits % 8
    return rest == 0 || (other[whole] ^ bytes[whole]) >> (8 - UInt8(rest)) == 0
  }
}

extension SocketAddress {
  /// The address in network order, 4 or 16 bytes; nil where it is no IP address.
  fileprivate var rawIPBytes: [UInt8]? {
    // Behind family and port; for IPv6 behind the flow label as well.
    let place: Range<Int>
    switch self {
    case .v4: place = 4..<8
    case .v6: place = 8..<24
    case .unixDomainSocket: return nil
    }
    return withSockAddr { pointer, size in
      size < place.upperBound ? nil : Array(UnsafeRawBufferPointer(start: pointer, count: size)[place])
    }
  }

  /// The same; 4 bytes as well for an IPv4 address that a listener for both kinds shows as `::ffff:192.0.2.7`.
  fileprivate var ipBytes: [UInt8]? {
    guard let bytes = rawIPBytes else { return nil }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
  }
}
