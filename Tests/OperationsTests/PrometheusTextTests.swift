import CoreMetrics
import Operations
import Testing

@Suite struct PrometheusTextTests {
  private static let descriptions: [MetricsRegistry.Description] = [
    ("a_total", "Counts.\nA \\ and a \"quote\"."), ("b", "A gauge."), ("c_seconds", "A time."), ("d_size", "A size."),
    ("e_seconds_total", "A fraction."), ("nobody_asks", "Never made."),
  ]

  private static func registry(_ maximumSeries: Int = 100) -> MetricsRegistry {
    MetricsRegistry(describing: descriptions, maximumSeries: maximumSeries)
  }

  /// What is scraped, without this target's own counter.
  private static func scrape(_ registry: MetricsRegistry) -> [String] {
    registry.text().split(separator: "\n").map(String.init).filter { !$0.contains("silverbell_metrics_refused_total") }
  }

  @Test("Counters: escaped help and labels, labels in order, the same labels are the same series")
  func counters() {
    let registry = Self.registry()
    Counter(label: "a_total", dimensions: [("z", "1"), ("k", "a\"b\\c\nd")], factory: registry).increment(by: 2)
    Counter(label: "a_total", dimensions: [("k", "a\"b\\c\nd"), ("z", "1")], factory: registry).increment()
    Counter(label: "a_total", dimensions: [("k", "护")], factory: registry).increment(by: Int64.max)
    #expect(
      Self.scrape(registry) == [
        #"# HELP a_total Counts.\nA \\ and a "quote"."#, "# TYPE a_total counter",
        #"a_total{k="a\"b\\c\nd",z="1"} 3"#, #"a_total{k="护"} 9223372036854775807"#,
      ])
  }

  @Test("Gauges are written as short as they are exact", arguments: [
    (0.0, "0"), (-3.0, "-3"), (0.25, "0.25"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    (.nan, "NaN"), (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_992, "9007199254740992.0"),
  ])
  func gauges(_ value: Double, _ text: String) {
    let registry = Self.registry()
    Meter(label: "b", factory: registry).set(value)
    #expect(Self.scrape(registry) == ["# HELP b A gauge.", "# TYPE b gauge", "b \(text)"])
  }

  @Test("A gauge goes up and down")
  func gaugeMoves() {
    let registry = Self.registry()
    let gauge = Meter(label: "b", factory: registry)
    gauge.set(5)
    gauge.increment(by: 2.5)
    gauge.decrement(by: 10)
    #expect(Self.scrape(registry).last == "b -2.5")
  }

  @Test("A histogram of times: each bucket holds all below it, a value on the edge belongs to it, sums are seconds")
  func times() {
    let registry = Self.registry()
    let timer = Timer(label: "c_seconds", dimensions: [("feed", "mqtt")], factory: registry)
    // On an edge, one past it, past the last, before the first and from a clock that was set back.
    for nanoseconds in [1_000_000, 1_000_001, 60_000_000_001, 0, -5] { timer.recordNanoseconds(Int64(nanoseconds)) }
    let edges = ["0.001", "0.002", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30"]
    var expected = ["# HELP c_seconds A time.", "# TYPE c_seconds histogram"]
    for (index, edge) in (edges + ["60", "+Inf"]).enumerated() {
      expected.append(#"c_seconds_bucket{feed="mqtt",le="\#(edge)"} \#(index == 0 ? 3 : index < 15 ? 4 : 5)"#)
    }
    expected += [#"c_seconds_sum{feed="mqtt"} 60.002000002"#, #"c_seconds_count{feed="mqtt"} 5"#]
    #expect(Self.scrape(registry) == expected)
  }

  @Test("A histogram of sizes")
  func sizes() {
    let registry = Self.registry()
    let sizes = Recorder(label: "d_size", dimensions: [], aggregate: true, factory: registry)
    sizes.record(1)
    sizes.record(1001)
    let lines = Self.scrape(registry)
    #expect(lines.contains(#"d_size_bucket{le="1"} 1"#))
    #expect(lines.contains(#"d_size_bucket{le="1000"} 1"#))
    #expect(Array(lines.suffix(3)) == [#"d_size_bucket{le="+Inf"} 2"#, "d_size_sum 1002", "d_size_count 2"])
  }

  @Test("Counters of fractions")
  func fractions() {
    let registry = Self.registry()
    FloatingPointCounter(label: "e_seconds_total", factory: registry).increment(by: 0.5)
    #expect(Self.scrape(registry).last == "e_seconds_total 0.5")
  }

  @Test("As many series as the bound are exported, one past it counts nowhere but as refused")
  func bound() {
    let registry = Self.registry(2)
    for value in ["1", "2", "3"] {
      Counter(label: "a_total", dimensions: [("k", value)], factory: registry).increment()
    }
    // A known one is not a new one.
    Counter(label: "a_total", dimensions: [("k", "2")], factory: registry).increment()
    #expect(Self.scrape(registry).suffix(2) == [#"a_total{k="1"} 1"#, #"a_total{k="2"} 2"#])
    #expect(registry.text().contains("\nsilverbell_metrics_refused_total 1\n"))
  }

  @Test("What is undescribed, ill-named or of another type is refused and harms nothing")
  func refusals() {
    let registry = MetricsRegistry(describing: Self.descriptions + [("ill-named", "No."), ("9lives", "No.")])
    Counter(label: "a_total", factory: registry).increment()
    Counter(label: "unknown_total", factory: registry).increment()
    Counter(label: "ill-named", factory: registry).increment()
    Counter(label: "9lives", factory: registry).increment()
    Meter(label: "a_total", dimensions: [("k", "1")], factory: registry).set(1)
    for name in ["le", "__name__", "a-b", "", "a:b"] {
      Counter(label: "a_total", dimensions: [(name, "1")], factory: registry).increment()
    }
    #expect(Self.scrape(registry).suffix(1) == ["a_total 1"])
    #expect(registry.text().contains("\nsilverbell_metrics_refused_total 9\n"))
  }

  @Test("What is kept elsewhere is copied before every scrape")
  func updates() {
    let registry = Self.registry()
    let gauge = Meter(label: "b", factory: registry)
    registry.beforeScrape { gauge.increment(by: 1) }
    #expect(Self.scrape(registry).last == "b 1")
    #expect(Self.scrape(registry).last == "b 2")
  }
}
