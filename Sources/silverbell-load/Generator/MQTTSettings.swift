/// What an MQTT measurement does.
package struct MQTTSettings: Sendable {
  /// When messages are sent.
  package enum Pace: Sendable, Equatable {
    /// Each connection always has this many unacknowledged messages.
    case closed(inFlight: Int)
    /// This many messages a second in total, evenly spaced, whatever the answers do.
    case open(rate: Double)
  }

  /// Where to connect.
  package var host = "127.0.0.1"
  /// Where to connect.
  package var port = 1883
  /// One connection each.
  package var logins: [DeviceLogin] = []
  /// When messages are sent.
  package var pace = Pace.closed(inFlight: 100)
  /// The kinds that follow one another, at least one.
  package var kinds = ["temperature"]
  /// Beginning of all message ids; nil = messages without ids.
  package var run: String?
  /// Each connection sends one message only, so that every alarm is the first of its device; under a closed pace
  /// `inFlight` then counts over all connections.
  package var isOnceEach = false
  /// Seconds before anything is counted.
  package var warmup = 2.0
  /// Seconds that are counted.
  package var seconds = 10.0
  /// Seconds that the last acknowledgements are waited for.
  package var drain = 10.0

  /// The defaults.
  package init() {}
}
