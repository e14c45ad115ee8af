import CareModel

/// How long people who press wait until somebody is asked: on the calm day, and in the storm after a power cut.
package struct Waits: Sendable, Equatable {
  /// Of presses outside the storm.
  package private(set) var calm: [TimeSpan] = []
  /// Of presses in it.
  package private(set) var storm: [TimeSpan] = []
  /// People whom nobody was asked about yet.
  package var open: Int { pressed.count }

  var stormBegins = Timestamp.distantFuture
  var stormEnds = Timestamp.distantPast
  private var pressed: [String: Timestamp] = [:]

  mutating func begin(_ serial: String, at now: Timestamp) {
    if pressed[serial] == nil { pressed[serial] = now }
  }

  mutating func end(_ serial: String, at now: Timestamp) {
    guard let since = pressed.removeValue(forKey: serial) else { return }
    if since >= stormBegins, since <= stormEnds { storm.append(now - since) } else { calm.append(now - since) }
  }

  /// Median, 99 of 100, and the longest, of both.
  package var summary: String { "calm \(Self.words(calm)); storm \(Self.words(storm))" }

  private static func words(_ spans: [TimeSpan]) -> String {
    guard let spread = spread(spans) else { return "none" }
    func milliseconds(_ span: TimeSpan) -> Int64 { span.microseconds / 1000 }
    return "\(spans.count) presses, \(milliseconds(spread.middle)) ms in the middle, "
      + "\(milliseconds(spread.late)) ms at 99 %, \(milliseconds(spread.most)) ms at most"
  }

  /// The median, the 99th of 100 and the longest; nil of nothing.
  static func spread(_ spans: [TimeSpan]) -> (middle: TimeSpan, late: TimeSpan, most: TimeSpan)? {
    let sorted = spans.sorted()
    guard let last = sorted.last else { return nil }
    return (sorted[sorted.count / 2], sorted[sorted.count * 99 / 100], last)
  }
}
