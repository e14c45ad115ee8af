/// Prometheus' text format 0.0.4.
struct PrometheusText {
  /// The media type.
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// A family: what it is about, its type, its series.
  mutating func family(_ name: String, help: String, _ series: [(labels: String, cell: any MetricCell)]) {
    guard let first = series.first else { return }
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n"
    text += "# TYPE \(name) \(type(of: first.cell).type)\n"
    for (labels, cell) in series { cell.write(name, labels, into: &self) }
  }

  /// One line.
  mutating func sample(_ name: String, _ labels: String, _ number: String) {
    text += labels.isEmpty ? "\(name) \(number)\n" : "\(name){\(labels)} \(number)\n"
  }

  /// Labels as they stand between braces, in the order of their names.
  static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escaped($0.1, quotes: true))\"" }.joined(separator: ",")
  }

  /// Labels with one more behind them.
  static func adding(_ name: String, _ value: String, to labels: String) -> String {
    let label = "\(name)=\"\(escaped(value, quotes: true))\""
    return labels.isEmpty ? label : labels + "," + label
  }

  static func number(_ value: Int64) -> String { String(value) }

  /// Whole numbers without a fraction, as far as doubles hold them all.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return String(value)
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
