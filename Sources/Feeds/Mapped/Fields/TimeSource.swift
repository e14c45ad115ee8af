import CareModel
import FeedSession
import JSONText

/// Where a moment comes from, and how it is written there.
struct TimeSource: Sendable, Equatable {
  /// How moments are written.
  enum Format: String, Sendable, CaseIterable {
    /// `2026-11-23T10:00:00+08:00`.
    case rfc3339
    /// Seconds since 1970, perhaps with a fraction.
    case epochSeconds
    /// Milliseconds since 1970.
    case epochMilliseconds
    /// A local date, perhaps with a time: `2026-11-23 10:00:00`, `2026/11/23 10:00`, `2026年11月23日`,
    /// `20261123100000`. Text of RFC 3339 is read as such.
    case local
    /// Twelve digits `yyMMddHHmmss` of this century, as in BCD.
    case localShort
  }

  var paths: [MappingPath]
  var format: Format
  /// Of local times, in minutes east of UTC.
  var offsetMinutes: Int64

  /// What the field turned out to be; a moment before 2000 comes from a clock that was never set.
  func reading(in scope: MappingScope, absent: Set<String>) -> TimeReading {
    guard let value = paths.lazy.compactMap({ firstScalar(of: $0, in: scope, absent: absent) }).first else {
      return .absent
    }
    guard let moment = moment(value), moment >= SignalJSON.earliestPlausible else { return .unreadable }
    return .moment(moment)
  }

  private func moment(_ value: JSONValue) -> Timestamp? {
    switch format {
    case .rfc3339: value.string.flatMap { Timestamp(rfc3339: trimmed($0)) }
    case .epochSeconds: scalarNumber(value).flatMap { epoch($0, microseconds: 1_000_000) }
    case .epochMilliseconds: scalarNumber(value).flatMap { epoch($0, microseconds: 1000) }
    case .local: scalarText(value).flatMap { Timestamp(rfc3339: $0) ?? localMoment($0, offsetMinutes) }
    case .localShort: scalarText(value).flatMap { $0.utf8.count == 12 ? localMoment("20" + $0, offsetMinutes) : nil }
    }
  }
}

/// What a field that should be a moment turned out to be.
enum TimeReading: Equatable {
  case absent
  case unreadable
  case moment(Timestamp)

  var moment: Timestamp? {
    if case .moment(let moment) = self { moment } else { nil }
  }
}

/// A moment counted from 1970; nil beyond the year 9999 or so, where a unit was mistaken.
private func epoch(_ count: Double, microseconds unit: Double) -> Timestamp? {
  let microseconds = count * unit
  guard microseconds >= 0, microseconds < 253_402_300_800_000_000 else { return nil }
  return Timestamp(microseconds: Int64(microseconds))
}

/// A local date or date and time; nil for anything else.
func localMoment(_ text: String, _ offsetMinutes: Int64) -> Timestamp? {
  guard let parts = dateParts(text), (3...6).contains(parts.count) else { return nil }
  let clock = parts.dropFirst(3) + [0, 0, 0]
  let times = Array(clock.prefix(3))
  return Timestamp(
    year: parts[0], month: parts[1], day: parts[2], hour: times[0], minute: times[1], second: times[2],
    offsetMinutes: offsetMinutes)
}

/// The numbers of a date: year, month, day, and of a time as many as there are. Digits without separators count as
/// `yyyyMMdd[HHmm[ss]]`; a fraction of a second is left out.
private func dateParts(_ text: String) -> [Int64]? {
  guard text.utf8.count <= 48 else { return nil }
  var groups: [[UInt8]] = [[]]
  for scalar in text.unicodeScalars {
    if scalar.isASCII, isDigit(UInt8(truncatingIfNeeded: scalar.value)) {
      groups[groups.count - 1].append(UInt8(truncatingIfNeeded: scalar.value))
    } else if scalar == ".", groups.count >= 6 {
      break
    } else if "-/.: T年月日时分秒".unicodeScalars.contains(scalar) {
      if groups.last?.isEmpty == false { groups.append([]) }
    } else {
      return nil
    }
  }
  groups.removeAll { $0.isEmpty }
  if let first = groups.first, [8, 12, 14].contains(first.count) {
    groups = [Array(first.prefix(4))] + pairs(first.dropFirst(4)) + groups.dropFirst().flatMap { pairs($0[...]) }
  }
  guard groups.first?.count == 4, groups.dropFirst().allSatisfy({ $0.count <= 2 }) else { return nil }
  return groups.map { $0.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) } }
}

private func pairs(_ digits: ArraySlice<UInt8>) -> [[UInt8]] {
  guard digits.count > 2 else { return [Array(digits)] }
  return stride(from: digits.startIndex, to: digits.endIndex, by: 2).map {
    Array(digits[$0..<min($0 + 2, digits.endIndex)])
  }
}

/// A date of birth as `yyyymmdd`; nil for anything else.
func birthDate(_ text: String) -> String? {
  guard let parts = dateParts(text), parts.count >= 3,
    Timestamp(year: parts[0], month: parts[1], day: parts[2], hour: 0, minute: 0, second: 0, offsetMinutes: 0) != nil
  else { return nil }
  let digits = String(parts[0] * 10_000 + parts[1] * 100 + parts[2])
  return digits.utf8.count == 8 ? digits : nil
}
