import CareModel
import TextCodecs

/// The settings of one MLLP listener or peer, with the bounds of every session.
package struct MLLPConfiguration: Sendable, Equatable {
  /// The hospital behind the connection; nil when the message says it.
  package var hospitalCode: String?
  /// Hospital codes by sending facility (first component of MSH-4), for a connection that many hospitals share;
  /// goes before ``hospitalCode``.
  package var hospitalCodes: [String: String]
  /// The offset from UTC in minutes of times that have none, and of the answers' own time; -1439 to 1439.
  package var defaultOffsetMinutes: Int
  /// Sets tried where MSH-18 names none or the block is in none of those that it names.
  package var fallbackCodecs: [TextCodec]
  /// Whether messages marked as test or debugging (MSH-11 `T`, `D`) count like production; when not, they are test
  /// signals and change nothing.
  package var actsOnTestMessages: Bool
  /// Largest message in bytes; a larger one closes the connection and is never acknowledged.
  package var maximumMessageBytes: Int
  /// Most messages delivered and not settled; then reading pauses.
  package var maximumInFlight: Int
  /// Most bytes of complete messages that wait for their turn; one past it, the connection is closed after the
  /// messages before have been answered.
  package var maximumWaitingBytes: Int
  /// How long a connection may bring no message.
  package var idleLimit: TimeSpan
  /// How long one message may take from its first byte to its last.
  package var messageLimit: TimeSpan

  /// How long a resend is recognised.
  package static let repeatWindow = TimeSpan.hours(7 * 24)
  /// Most bytes of each of MSH-3, MSH-4 and MSH-10 in a repeat key; the hash covers the rest.
  package static let maximumRepeatKeyPartBytes = 64
  /// The sender's name where neither the configuration nor MSH-4 nor MSH-3 gives one.
  package static let namelessSender = "unknown"

  /// Settings; the defaults serve a hospital in China that sends UTF-8.
  package init(
    hospitalCode: String? = nil, hospitalCodes: [String: String] = [:], defaultOffsetMinutes: Int = 480,
    fallbackCodecs: [TextCodec] = [.utf8], actsOnTestMessages: Bool = false, maximumMessageBytes: Int = 1 << 20,
    maximumInFlight: Int = 16, maximumWaitingBytes: Int = 4 << 20, idleLimit: TimeSpan = .hours(1),
    messageLimit: TimeSpan = .seconds(60)
  ) {
    precondition(abs(defaultOffsetMinutes) < 1440 && maximumMessageBytes > 0 && maximumInFlight > 0)
    precondition(maximumMessageBytes <= TextCodec.maximumBytes)
    self.hospitalCode = hospitalCode
    self.hospitalCodes = hospitalCodes
    self.defaultOffsetMinutes = defaultOffsetMinutes
    self.fallbackCodecs = fallbackCodecs
    self.actsOnTestMessages = actsOnTestMessages
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumInFlight = maximumInFlight
    self.maximumWaitingBytes = maximumWaitingBytes
    self.idleLimit = idleLimit
    self.messageLimit = messageLimit
  }

  /// The code of the hospital that sent a message: by its sending facility, by the connection, else what it calls
  /// itself.
  package func hospitalCode(for message: HL7Message) -> String {
    let facility = message.header.field(4).component(1).word(maximumBytes: Signal.maximumTextBytes)
    if let facility, let code = hospitalCodes[facility] { return code }
    if let hospitalCode { return hospitalCode }
    let application = message.header.field(3).component(1).word(maximumBytes: Signal.maximumTextBytes)
    return facility ?? application ?? Self.namelessSender
  }
}
