import CareModel

/// Where the console listens, and how it behaves there.
package struct ConsoleSettings: Sendable {
  /// The language that a page starts in; each person may switch.
  package enum Language: String, Sendable, CaseIterable {
    /// Simplified Chinese.
    case chinese = "zh-Hans"
    /// English.
    case english = "en"
  }

  /// The address to listen on.
  package var host: String
  /// The port to listen on; 0 = any free one.
  package var port: Int
  /// The language that a page starts in.
  package var language: Language
  /// The session cookie is marked `Secure`: set where people come over TLS.
  package var isCookieSecure: Bool
  /// Silence on an event stream after which a comment is sent.
  package var keepAliveInterval: Swift.Duration
  /// Most event streams at once; a further one is told to come back.
  package var maximumStreams: Int

  /// Most bytes of a request's body.
  package static let maximumBodyBytes = 1 << 20
  /// Most connections at once; further ones wait in the listen queue.
  package static let maximumConnections = 4096

  /// Settings; the defaults are those of a demo on loopback.
  package init(
    host: String = "127.0.0.1", port: Int = 8080, language: Language = .chinese, isCookieSecure: Bool = false,
    keepAliveInterval: Swift.Duration = .seconds(15), maximumStreams: Int = 1024
  ) {
    self.host = host
    self.port = port
    self.language = language
    self.isCookieSecure = isCookieSecure
    self.keepAliveInterval = keepAliveInterval
    self.maximumStreams = maximumStreams
  }
}
