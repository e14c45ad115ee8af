/// A 128-bit id that knows what it identifies, so that an alert's id can never be passed for a task's.
///
/// Written as a UUID (RFC 9562). Inputs carry a UUIDv7 made once by the shell; every other id is derived from the
/// input that caused it, so that deciding the same input again, on any node, gives the same ids.
package struct Identifier<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first 64 bits in network order.
  package let high: UInt64
  /// The last 64 bits in network order.
  package let low: UInt64

  /// An id from its two halves in network order.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Parses the canonical form of 36 characters, upper or lower case; anything else is nil.
  package init?(_ text: some StringProtocol) { self.init(bytes: text.utf8) }

  /// As ``init(_:)``, from the text's bytes.
  package init?(utf8 text: UnsafeBufferPointer<UInt8>) { self.init(bytes: text) }

  @inline(__always)
  private init?(bytes: some Sequence<UInt8>) {
    var nibbles = 0
    var position = 0
    var halves: (UInt64, UInt64) = (0, 0)
    for byte in bytes {
      if position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        guard let digit = hexadecimalDigit(byte), nibbles < 32 else { return nil }
        if nibbles < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
        nibbles += 1
      }
      position += 1
      if position > 36 { return nil }
    }
    guard nibbles == 32 else { return nil }
    self.init(high: halves.0, low: halves.1)
  }

  /// The id of what `input` caused: its milliseconds, then a fixed hash of the input id, the kind and the ordinal.
  ///
  /// Version 8 of RFC 9562 (custom). `kind` is one of ``DerivedKind``; `ordinal` counts within the input.
  package static func derived(from input: InputID, _ kind: DerivedKind, ordinal: Int) -> Self {
    let salt = UInt64(kind.rawValue) << 48 ^ UInt64(truncatingIfNeeded: ordinal)
    let first = fixedMix(input.low ^ fixedMix(input.high ^ salt))
    let second = fixedMix(first ^ input.high ^ 0x9E37_79B9_7F4A_7C15)
    return Self(
      high: input.high & 0xFFFF_FFFF_FFFF_0000 | 0x8000 | first & 0x0FFF,
      low: 0x8000_0000_0000_0000 | second & 0x3FFF_FFFF_FFFF_FFFF)
  }

  /// The same 128 bits seen as the id of something else; for keys that are shared on purpose.
  package func cast<Other>(to _: Other.Type = Other.self) -> Identifier<Other> {
    Identifier<Other>(high: high, low: low)
  }

  /// The canonical lower-case form of 36 characters.
  package var description: String {
    String(unsafeUninitializedCapacity: 36) { buffer in
      withCanonicalBytes { _ = buffer.update(fromContentsOf: $0) }
      return 36
    }
  }

  /// Appends the canonical form: 36 bytes of ASCII.
  package func append(to bytes: inout [UInt8]) { withCanonicalBytes { bytes.append(contentsOf: $0) } }

  private func withCanonicalBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { text in
      text.initialize(repeating: UInt8(ascii: "-"))
      text.putHexadecimal(high >> 32, digits: 8, at: 0)
      text.putHexadecimal(high >> 16, digits: 4, at: 9)
      text.putHexadecimal(high, digits: 4, at: 14)
      text.putHexadecimal(low >> 48, digits: 4, at: 19)
      text.putHexadecimal(low, digits: 12, at: 24)
      body(UnsafeBufferPointer(text))
    }
  }

  package static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Writes the lowest digits of a number, the last first.
  fileprivate func putHexadecimal(_ number: UInt64, digits: Int, at start: Int) {
    var rest = number
    for place in stride(from: start + digits - 1, through: start, by: -1) {
      let digit = UInt8(truncatingIfNeeded: rest & 0xF)
      // Without a branch: 39 is the way from the digits to the letters.
      self[place] = UInt8(ascii: "0") &+ digit &+ (digit &+ 6) >> 4 &* 39
      rest >>= 4
    }
  }
}

/// What a derived id stands for; the raw value is part of the hash and never changes.
package enum DerivedKind: UInt16, Sendable {
  case signal = 1, alert, task, offer, notification, stay, reminder, call, event, suspension
}

/// Marks ids of engine inputs.
package enum EngineInput {}
/// The id of one engine input: a UUIDv7 made once by the shell.
package typealias InputID = Identifier<EngineInput>

extension Identifier where Entity == EngineInput {
  /// A UUIDv7 (RFC 9562 section 5.7) from a time and 74 random bits.
  package init(at time: Timestamp, random: (UInt64, UInt64)) {
    let milliseconds = UInt64(bitPattern: max(0, time.microseconds / 1000))
    self.init(
      high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF,
      low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
  }
}

/// A fixed 64-bit mixing function (the finaliser of SplitMix64): the same on every run, machine and version.
package func fixedMix(_ value: UInt64) -> UInt64 {
  var mixed = value &+ 0x9E37_79B9_7F4A_7C15
  mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
  mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
  return mixed ^ mixed >> 31
}

/// A fixed 64-bit hash of bytes (FNV-1a, then mixed); not for secrets.
package func fixedHash(_ bytes: some Sequence<UInt8>) -> UInt64 {
  if let hash = bytes.withContiguousStorageIfAvailable({ fixedHash(of: $0) }) { return hash }
  return fixedHash(of: Array(bytes))
}

private func fixedHash(of bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return fixedMix(hash)
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
  default: nil
  }
}
