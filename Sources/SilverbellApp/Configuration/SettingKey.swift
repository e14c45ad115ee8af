/// One key of the configuration: its place in the file, its type and its default.
package struct SettingKey: Sendable, Equatable {
  /// What a value must be.
  package enum Kind: Sendable, Equatable {
    /// A text of at least so many bytes, at most ``SettingKey/maximumTextBytes``.
    case text(minimumBytes: Int)
    /// A whole number within a range.
    case integer(ClosedRange<Int>)
    /// One of these words.
    case word([String])
    /// `true` or `false`.
    case flag
  }

  /// The place in the file, with dots (`http.port`); `*` stands for the number of a list's element.
  package let path: String
  /// What the value must be.
  package let kind: Kind
  /// The value when nobody gives one; nil = none.
  package let defaultText: String?
  /// Never shown; may come from a file named by `…_FILE` in the environment.
  package let isSecret: Bool

  /// Most bytes of a value.
  package static let maximumTextBytes = 4096

  /// The variable of the environment that goes before the file: `SILVERBELL_HTTP_PORT`.
  package var variable: String { Self.variable(for: path) }

  init(_ path: String, _ kind: Kind, default defaultText: String? = nil, isSecret: Bool = false) {
    self.path = path
    self.kind = kind
    self.defaultText = defaultText
    self.isSecret = isSecret
  }

  /// The same key for one element of its list.
  func element(_ index: Int) -> SettingKey {
    SettingKey(
      path.split(separator: ".").map { $0 == "*" ? "\(index)" : String($0) }.joined(separator: "."), kind,
      default: defaultText, isSecret: isSecret)
  }

  static func variable(for path: String) -> String {
    var name = "SILVERBELL_"
    for scalar in path.unicodeScalars {
      switch scalar {
      case ".": name += "_"
      case "A"..."Z": name += "_" + String(scalar)
      default: name += String(scalar).uppercased()
      }
    }
    return name
  }

  /// Why a value is none of this kind, with what to do; nil when it is right.
  func objection(to text: String) -> String? {
    switch kind {
    case .text(let minimum):
      if text.utf8.contains(0) { return "must be text without U+0000" }
      guard text.utf8.count <= Self.maximumTextBytes else { return "must have at most \(Self.maximumTextBytes) bytes" }
      guard text.utf8.count >= minimum else {
        return minimum == 1 ? "must not be empty" : "must have at least \(minimum) bytes"
      }
    case .integer(let range):
      guard let number = Int(text), range.contains(number) else {
        return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      }
    case .word(let words):
      guard words.contains(text) else { return "must be one of: " + words.joined(separator: ", ") }
    case .flag:
      guard text == "true" || text == "false" else { return "must be true or false" }
    }
    return nil
  }
}

extension SettingKey {
  static let port = Kind.integer(0...65_535)
  static let listPath = "mllp"
  /// Most MLLP listeners.
  package static let maximumListeners = 16

  /// Every key that is not of a list.
  package static let single: [SettingKey] = [
    SettingKey("ackPolicy", .word(["strict", "available"]), default: "strict"),
    SettingKey("inputLog.directory", .text(minimumBytes: 1)),
    SettingKey("shard", .text(minimumBytes: 1), default: "s1"),
    SettingKey("database.url", .text(minimumBytes: 1), isSecret: true),
    SettingKey("database.waitSeconds", .integer(0...86_400), default: "60"),
    SettingKey("database.poolSize", .integer(1...64), default: "4"),
    SettingKey("security.secretKey", .text(minimumBytes: 32), isSecret: true),
    SettingKey("rules.path", .text(minimumBytes: 1), default: "deploy/rules/default.yaml"),
    SettingKey("time.offsetMinutes", .integer(-1439...1439), default: "480"),
    SettingKey("mqtt.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("mqtt.port", port, default: "1883"),
    SettingKey("mqtt.tlsPort", port),
    SettingKey("dc09.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("dc09.port", port, default: "10500"),
    SettingKey("dc09.keysFile", .text(minimumBytes: 1)),
    SettingKey("scaip.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("scaip.port", port),
    SettingKey("jt808.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("jt808.port", port),
    SettingKey("watch.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("watch.port", port),
    SettingKey("mappings.directory", .text(minimumBytes: 1)),
    SettingKey("mappings.secretsFile", .text(minimumBytes: 1)),
    SettingKey("mappings.inbox", .text(minimumBytes: 1)),
    SettingKey("tls.certificate", .text(minimumBytes: 1)),
    SettingKey("tls.key", .text(minimumBytes: 1)),
    SettingKey("tls.clientAuthority", .text(minimumBytes: 1)),
    SettingKey("tls.clientCertificates", .word(["none", "optional", "required"]), default: "none"),
    SettingKey("tls.minimumVersion", .word(["1.2", "1.3"]), default: "1.2"),
    SettingKey("tls.plainListeners", .word(["loopback", "anywhere"]), default: "loopback"),
    SettingKey("http.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("http.port", port, default: "8080"),
    SettingKey("http.language", .word(["zh-Hans", "en"]), default: "zh-Hans"),
    SettingKey("http.secureCookies", .flag, default: "false"),
    SettingKey("webhook.secret", .text(minimumBytes: 16), isSecret: true),
    SettingKey("operations.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("operations.port", port, default: "9464"),
    SettingKey("log.level", .word(["debug", "info", "notice", "warning", "error"]), default: "info"),
    SettingKey("log.format", .word(["text", "json"]), default: "text"),
  ]

  /// The keys of each MLLP listener.
  package static let listener: [SettingKey] = [
    SettingKey("mllp.*.host", .text(minimumBytes: 1), default: "127.0.0.1"),
    SettingKey("mllp.*.port", port, default: "2575"),
    SettingKey("mllp.*.tlsPort", port),
    SettingKey("mllp.*.hospital", .text(minimumBytes: 1)),
  ]
}
