/// Alarms at a fixed rate for a long time, with an operator who resolves each alert, so that the open work stays level.
package final class SteadyLoad {
  /// One span of a long run.
  package struct Span: Sendable {
    /// Seconds since the start, at the end of the span.
    package var at: Double
    /// Seconds of the span.
    package var seconds: Double
    /// Acknowledgements.
    package var acknowledged: Int
    /// From due to acknowledgement, nanoseconds.
    package var latency: Histogram
    /// Alerts that were seen on the stream, and resolved.
    package var opened: Int
    /// Alerts that were seen on the stream, and resolved.
    package var resolved: Int
    /// Memory of the daemon, bytes; 0 when it is not watched.
    package var daemonBytes: Int
    /// Memory of PostgreSQL with its processes, bytes; 0 when it is not watched.
    package var postgresBytes: Int

    /// Acknowledgements a second.
    package var rate: Double { seconds > 0 ? Double(acknowledged) / seconds : 0 }
  }

  /// Most alerts that wait to be resolved; past it the operator skips, and open work grows.
  package static let maximumUnresolved = 200_000

  private let load: MQTTLoad
  private let callers: [HTTPCaller]
  private let holdNanoseconds: UInt64
  private let spanNanoseconds: UInt64
  private let memory: () -> (daemon: Int, postgres: Int)
  private let report: (Span) -> Void
  private var waiting: [(id: String, due: UInt64)] = []
  private var head = 0
  private var current = Histogram()
  private var acknowledged = 0
  private var opened = 0
  private var resolved = 0
  private var start: UInt64 = 0
  private var spanStart: UInt64 = 0
  private(set) var spans: [Span] = []

  /// A long run.
  ///
  /// - Parameters:
  ///   - load: sends the alarms, at an open pace.
  ///   - stream: tells which alerts were opened.
  ///   - callers: the operator's connections.
  ///   - holdSeconds: how long an alert stays open.
  ///   - spanSeconds: how often there is a report.
  ///   - memory: bytes of the daemon and of PostgreSQL.
  ///   - report: called at the end of each span.
  package init(
    _ load: MQTTLoad, stream: EventStreamReader, callers: [HTTPCaller], holdSeconds: Double, spanSeconds: Double,
    memory: @escaping () -> (daemon: Int, postgres: Int), report: @escaping (Span) -> Void
  ) {
    precondition(!callers.isEmpty)
    self.load = load
    self.callers = callers
    holdNanoseconds = UInt64(holdSeconds * 1_000_000_000)
    spanNanoseconds = UInt64(spanSeconds * 1_000_000_000)
    self.memory = memory
    self.report = report
    load.onAcknowledged = { [unowned self] _, due, now in
      current.record(now - due)
      acknowledged += 1
    }
    stream.onAlert = { [unowned self] id, _, now in
      opened += 1
      if waiting.count - head < Self.maximumUnresolved { waiting.append((id, now + holdNanoseconds)) }
    }
    load.onTurn = { [unowned self] now in turn(now) }
  }

  /// Runs to the end of the load's time.
  package func run() -> (result: LoadResult, spans: [Span]) {
    start = Monotonic.now()
    spanStart = start
    let result = load.run()
    return (result, spans)
  }

  private func turn(_ now: UInt64) {
    while head < waiting.count, waiting[head].due <= now {
      callers[head % callers.count].post(
        "/api/v1/alerts/\(waiting[head].id)/resolve",
        #"{"cause":"test","action":"none","closedBy":"notNeeded"}"#)
      head += 1
      resolved += 1
    }
    if head > 10_000 {
      waiting.removeFirst(head)
      head = 0
    }
    guard now >= spanStart + spanNanoseconds else { return }
    let (daemon, postgres) = memory()
    let span = Span(
      at: Monotonic.seconds(from: start, to: now), seconds: Monotonic.seconds(from: spanStart, to: now),
      acknowledged: acknowledged, latency: current, opened: opened, resolved: resolved, daemonBytes: daemon,
      postgresBytes: postgres)
    spans.append(span)
    report(span)
    (current, acknowledged, opened, resolved, spanStart) = (Histogram(), 0, 0, 0, now)
  }
}

/// Whether a long run was the same at its end as at its beginning.
package struct Flatness: Sendable, Equatable {
  /// The last quarter's mean over the first quarter's.
  package var ratio: Double
  /// The rise of the straight line through all values, by hour, as a share of their mean.
  package var slopePerHour: Double

  /// Compares values at moments in seconds; nil for fewer than four.
  package init?(_ points: [(at: Double, value: Double)]) {
    guard points.count >= 4 else { return nil }
    let quarter = points.count / 4
    let mean = { (part: ArraySlice<(at: Double, value: Double)>) in
      part.reduce(0) { $0 + $1.value } / Double(part.count)
    }
    let (first, last, all) = (mean(points.prefix(quarter)), mean(points.suffix(quarter)), mean(points[...]))
    guard first > 0, all > 0 else { return nil }
    ratio = last / first
    let middle = points.reduce(0) { $0 + $1.at } / Double(points.count)
    let spread = points.reduce(0) { $0 + ($1.at - middle) * ($1.at - middle) }
    let rise = points.reduce(0) { $0 + ($1.at - middle) * ($1.value - all) }
    slopePerHour = spread > 0 ? rise / spread * 3600 / all : 0
  }

  /// Whether the last quarter is within `tolerance` (0.1 = a tenth) above the first.
  package func isFlat(tolerance: Double) -> Bool { ratio <= 1 + tolerance }
}
