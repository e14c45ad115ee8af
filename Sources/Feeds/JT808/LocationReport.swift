import CareModel

/// The body of a location report (0200), and of each report of a batch (0704).
///
/// A signal has no coordinates yet; who wants them reads them from its raw bytes with this.
package struct LocationReport: Sendable, Equatable {
  /// One additional item: its id and its bytes.
  package struct Item: Sendable, Equatable {
    /// 01-7F as the standard says, from E0 the maker's own.
    package let id: UInt8
    /// What it says.
    package let value: [UInt8]
  }

  /// The alarm bits.
  package let alarm: UInt32
  /// The status bits.
  package let status: UInt32
  /// Degrees north in millionths, negative in the south; WGS84 unless the maker says otherwise.
  package let latitudeMicrodegrees: Int
  /// Degrees east in millionths, negative in the west.
  package let longitudeMicrodegrees: Int
  /// Metres above the sea.
  package let altitudeMetres: Int
  /// Tenths of kilometres an hour.
  package let speedTenthsKmh: Int
  /// Degrees from north, clockwise.
  package let directionDegrees: Int
  /// The time as sent: six bytes of BCD, `YYMMDDhhmmss` in GMT+8.
  package let timeDigits: [UInt8]
  /// Additional items, up to the first that does not fit.
  package let items: [Item]

  /// The protocol is of 2011: a clock that says an earlier year is not set.
  private static let earliestYear: Int64 = 2011

  /// Reads a body.
  package init(_ body: ArraySlice<UInt8>) throws(EndOfBytes) {
    var reader = ByteReader(body)
    alarm = try reader.fourBytes()
    status = try reader.fourBytes()
    let latitude = Int(try reader.fourBytes())
    let longitude = Int(try reader.fourBytes())
    latitudeMicrodegrees = status & 1 << 2 == 0 ? latitude : -latitude
    longitudeMicrodegrees = status & 1 << 3 == 0 ? longitude : -longitude
    altitudeMetres = Int(try reader.twoBytes())
    speedTenthsKmh = Int(try reader.twoBytes())
    directionDegrees = Int(try reader.twoBytes())
    timeDigits = Array(try reader.bytes(6))
    items = readItems(&reader)
  }

  /// When it was; nil when the digits are no time or the clock is not set.
  package var time: Timestamp? {
    let values = timeDigits.map { $0 >> 4 < 10 && $0 & 0xF < 10 ? Int64($0 >> 4) * 10 + Int64($0 & 0xF) : 99 }
    guard values.count == 6, 2000 + values[0] >= Self.earliestYear else { return nil }
    return Timestamp(
      year: 2000 + values[0], month: values[1], day: values[2], hour: values[3], minute: values[4],
      second: values[5], offsetMinutes: 480)
  }

  /// Battery charge in percent, where a maker's item says it; nil otherwise.
  package var batteryPercent: Int? {
    for item in items {
      if let percent = percent(in: item), percent <= 100 { return percent }
    }
    return nil
  }

  private func percent(in item: Item) -> Int? {
    switch (item.id, item.value.count) {
    case (0xD4, 1), (0xFE, 1): Int(item.value[0])
    case (0xE4, 2): Int(item.value[1])
    case (0x56, 2): Int(item.value[0]) * 10
    case (0xEB, _): nestedPercent(in: item.value)
    default: nil
    }
  }

  /// Some makers put items of their own (length, id, value) into item EB.
  private func nestedPercent(in value: [UInt8]) -> Int? {
    var reader = ByteReader(value[...])
    while let length = try? reader.twoBytes(), let nested = try? reader.bytes(Int(length)) {
      let bytes = Array(nested)
      guard bytes.count == 3, bytes[0] == 0, bytes[1] == 0xA8 || bytes[1] == 0xE1 else { continue }
      return Int(bytes[2])
    }
    return nil
  }
}

private func readItems(_ reader: inout ByteReader) -> [LocationReport.Item] {
  var items: [LocationReport.Item] = []
  while let id = try? reader.byte(), let length = try? reader.byte(), let value = try? reader.bytes(Int(length)) {
    items.append(LocationReport.Item(id: id, value: Array(value)))
  }
  return items
}
