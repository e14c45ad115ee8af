import CareModel

/// Lengths of time as rule files write them.
enum SpanText {
  /// Most digits before the unit: more is a mistake, not a time.
  private static let maximumDigits = 6

  /// `90s`, `10m` or `12h`; nil for anything else.
  static func span(_ text: String) -> TimeSpan? {
    let digits = text.utf8.dropLast()
    guard let unit = text.utf8.last, (1...maximumDigits).contains(digits.count),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let count = Int(text.dropLast())
    else { return nil }
    return switch unit {
    case UInt8(ascii: "s"): .seconds(count)
    case UInt8(ascii: "m"): .minutes(count)
    case UInt8(ascii: "h"): .hours(count)
    default: nil
    }
  }
}
