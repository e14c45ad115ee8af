import JSONText

/// What one look of the doctor found.
package struct Finding: Sendable, Equatable {
  /// How grave it is; the raw value stands in JSON.
  package enum Level: String, Sendable {
    /// As it should be.
    case ok
    /// The daemon runs, but something may go wrong later.
    case warning
    /// The daemon does not start, or its promises do not hold.
    case problem
  }

  /// What was looked at (`database`, `mqtt.port`).
  package var check: String
  /// How grave it is.
  package var level: Level
  /// What was found, in one sentence; without secrets and personal data.
  package var message: String
  /// What to do; nil when there is nothing to do.
  package var advice: String?

  /// Everything is well.
  static func ok(_ check: String, _ message: String) -> Finding { Finding(check, .ok, message, nil) }

  /// Something to do.
  static func warning(_ check: String, _ message: String, do advice: String) -> Finding {
    Finding(check, .warning, message, advice)
  }

  /// Something that has to be done.
  static func problem(_ check: String, _ message: String, do advice: String?) -> Finding {
    Finding(check, .problem, message, advice)
  }

  init(_ check: String, _ level: Level, _ message: String, _ advice: String?) {
    self.check = check
    self.level = level
    self.message = message
    self.advice = advice
  }

  /// A configuration that was refused.
  package init(_ refusal: ConfigurationRefusal) {
    self.init("configuration", .problem, refusal.description, nil)
  }

  /// One line for people.
  package var line: String {
    let mark = switch level {
    case .ok: "✓"
    case .warning: "!"
    case .problem: "✗"
    }
    return "\(mark) \(check): \(message)" + (advice.map { " " + $0 } ?? "")
  }

  /// All of them as a JSON array.
  package static func json(_ findings: [Finding]) -> String {
    var writer = JSONWriter()
    writer.array { array in
      for finding in findings {
        array.object { object in
          object.member("check", finding.check)
          object.member("level", finding.level.rawValue)
          object.member("message", finding.message)
          object.member("advice", finding.advice)
        }
      }
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
