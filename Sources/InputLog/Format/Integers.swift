extension [UInt8] {
  /// Appends a number, least significant byte first.
  mutating func put(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  /// Appends a number, most significant byte first.
  mutating func putBigEndian(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  /// The number at a place, least significant byte first; the caller has made sure that it lies inside.
  func number<Number: FixedWidthInteger>(at place: Int, as type: Number.Type = Number.self) -> Number {
    precondition(place >= 0 && count - place >= MemoryLayout<Number>.size)
    return Number(littleEndian: loadUnaligned(fromByteOffset: place, as: Number.self))
  }
}
