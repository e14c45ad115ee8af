import CoreMetrics

/// What the console exports.
package struct ConsoleMetrics: Sendable {
  /// Names and what they mean.
  package static let help: [(name: String, help: String)] = [
    ("silverbell_http_requests_total", "Requests to console and API, by the class of their status.")
  ]

  private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]
  private let requests: [Counter]

  /// The series, in a registry.
  init(factory: any MetricsFactory) {
    requests = Self.classes.map {
      Counter(label: "silverbell_http_requests_total", dimensions: [("status", $0)], factory: factory)
    }
  }

  /// An answer was given.
  func answered(_ status: Int) { requests[min(max(status / 100, 1), Self.classes.count) - 1].increment() }
}
