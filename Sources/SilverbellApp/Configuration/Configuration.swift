import AlertEngine
import Foundation
import TransportSecurity

/// What `silverbell serve` needs to know: one YAML file, overridden by the environment, over defaults for loopback.
package struct Configuration: Sendable {
  /// An address to listen on, and the key that a complaint about it names.
  package struct Listener: Sendable, Equatable {
    /// The address.
    package var host: String
    /// The port; 0 = any free one.
    package var port: Int
    /// The key of the port.
    package var key: String
    /// Where the port was given; nil for the default.
    package var place: String?

    /// A listener.
    package init(host: String, port: Int, key: String, place: String? = nil) {
      self.host = host
      self.port = port
      self.key = key
      self.place = place
    }
  }

  /// A listener for hospital messages.
  package struct HospitalListener: Sendable, Equatable {
    /// Where it listens.
    package var listener: Listener
    /// Where it listens with transport security; nil = nowhere.
    package var secured: Listener?
    /// The hospital behind it; nil when the messages say it.
    package var hospital: String?

    /// A hospital's listener.
    package init(listener: Listener, secured: Listener? = nil, hospital: String?) {
      self.listener = listener
      self.secured = secured
      self.hospital = hospital
    }
  }

  /// What libpq understands: `host=… dbname=…` or `postgresql://…`.
  package var databaseURL: String
  /// How long a start waits for the database.
  package var databaseWaitSeconds: Int
  /// Connections for the console and the register.
  package var databasePoolSize: Int
  /// Who is answered while the database is away.
  package var ackPolicy: AckPolicy
  /// The folder of the local input log; nil = there is one copy only.
  package var inputLogFolder: String?
  /// The shard's name.
  package var shard: String
  /// Key of the digests of device and staff secrets.
  package var secretKey: String
  /// The rule file.
  package var rulesPath: String
  /// Offset from UTC in minutes of times in hospital messages that have none.
  package var offsetMinutes: Int
  /// Where devices and phones connect.
  package var mqtt: Listener
  /// Where they connect with transport security; nil = nowhere.
  package var securedMQTT: Listener?
  /// Where alarm panels connect, over TCP and UDP.
  package var dc09: Listener
  /// The file with the keys of alarm panels; nil = none encrypts.
  package var dc09KeysFile: String?
  /// Where social alarms (SCAIP) connect, over TCP and UDP; nil = nowhere.
  package var scaip: Listener?
  /// Where JT/T 808 locators connect; nil = nowhere.
  package var jt808: Listener?
  /// Where SOS watches connect; nil = nowhere.
  package var watch: Listener?
  /// The folder of mapping files; nil = none.
  package var mappingFolder: String?
  /// The file with the secrets that platforms push with; nil = none.
  package var mappingSecretsFile: String?
  /// The folder in which platforms leave tables, one folder a mapping; nil = none.
  package var tableInbox: String?
  /// The certificate and how it is used; nil = no transport security.
  package var security: TLSSettings?
  /// Listeners without transport security may be reached from other machines.
  package var allowsPlainListeners: Bool
  /// Where people and programs connect.
  package var http: Listener
  /// The language that a page starts in: `zh-Hans` or `en`.
  package var language: String
  /// Session cookies are marked `Secure`.
  package var hasSecureCookies: Bool
  /// Where hospitals connect.
  package var mllp: [HospitalListener]
  /// Key of the signatures of webhook messages; nil = no webhook channel.
  package var webhookSecret: String?
  /// Where the operations page is.
  package var operations: Listener
  /// The least severe messages that are logged.
  package var logLevel: String
  /// How they are written: `text` or `json`.
  package var logFormat: String
  /// Every key with its value, for printing; secrets included.
  package var settings: [(key: SettingKey, value: SettingValue?)]

  /// Reads a file (none: defaults and environment only).
  /// - Throws: ``ConfigurationRefusal`` with everything that is wrong.
  package static func load(path: String?, environment: [String: String]) throws(ConfigurationRefusal) -> Self {
    try Self(path.map { ConfigurationFile(path: $0) }, environment)
  }

  /// Reads a text; `name` stands for the file in problems.
  package static func parse(
    text: String, name: String, environment: [String: String] = [:]
  ) throws(ConfigurationRefusal) -> Self {
    try Self(ConfigurationFile(text: text, name: name), environment)
  }

  private init(_ file: ConfigurationFile?, _ environment: [String: String]) throws(ConfigurationRefusal) {
    if let file, file.isUnreadable { throw ConfigurationRefusal(problems: file.problems) }
    var reader = ConfigurationReader(file: file, environment: environment)
    databaseURL = reader.required("database.url", "is not given: set it, or SILVERBELL_DATABASE_URL.")
    databaseWaitSeconds = reader.integer("database.waitSeconds")
    databasePoolSize = reader.integer("database.poolSize")
    ackPolicy = reader.text("ackPolicy").flatMap(AckPolicy.init) ?? .strict
    inputLogFolder = reader.text("inputLog.directory")
    shard = reader.text("shard") ?? "s1"
    secretKey = reader.required(
      "security.secretKey",
      "is not given: set SILVERBELL_SECURITY_SECRET_KEY_FILE to a file with 64 random hexadecimal digits.")
    rulesPath = reader.text("rules.path") ?? ""
    offsetMinutes = reader.integer("time.offsetMinutes")
    mqtt = Self.listener(reader, "mqtt")
    securedMQTT = Self.optional(reader, "mqtt", port: "tlsPort")
    dc09 = Self.listener(reader, "dc09")
    dc09KeysFile = reader.text("dc09.keysFile")
    scaip = Self.optional(reader, "scaip")
    jt808 = Self.optional(reader, "jt808")
    watch = Self.optional(reader, "watch")
    mappingFolder = reader.text("mappings.directory")
    mappingSecretsFile = reader.text("mappings.secretsFile")
    tableInbox = reader.text("mappings.inbox")
    security = Self.security(&reader)
    allowsPlainListeners = reader.text("tls.plainListeners") == "anywhere"
    http = Self.listener(reader, "http")
    language = reader.text("http.language") ?? "zh-Hans"
    hasSecureCookies = reader.text("http.secureCookies") == "true"
    mllp = reader.listeners.map { index in
      HospitalListener(
        listener: Self.listener(reader, "mllp.\(index)"),
        secured: Self.optional(reader, "mllp.\(index)", port: "tlsPort"),
        hospital: reader.text("mllp.\(index).hospital"))
    }
    webhookSecret = reader.text("webhook.secret")
    operations = Self.listener(reader, "operations")
    logLevel = reader.text("log.level") ?? "info"
    logFormat = reader.text("log.format") ?? "text"
    settings = reader.resolved
    Self.check(&reader)
    guard reader.problems.isEmpty else { throw ConfigurationRefusal(problems: reader.problems) }
  }

  private static func listener(
    _ reader: ConfigurationReader, _ section: String, port name: String = "port"
  ) -> Listener {
    let key = "\(section).\(name)"
    return Listener(
      host: reader.text(section + ".host") ?? "", port: reader.integer(key), key: key, place: reader.place(key))
  }

  /// A listener that is there only when its port is given.
  private static func optional(
    _ reader: ConfigurationReader, _ section: String, port name: String = "port"
  ) -> Listener? {
    reader.text("\(section).\(name)") == nil ? nil : listener(reader, section, port: name)
  }

  private static func security(_ reader: inout ConfigurationReader) -> TLSSettings? {
    guard let certificate = reader.text("tls.certificate"), let key = reader.text("tls.key") else {
      if reader.text("tls.certificate") != nil { reader.refuse("tls.certificate", "needs its key: set tls.key.") }
      if reader.text("tls.key") != nil { reader.refuse("tls.key", "needs its certificate: set tls.certificate.") }
      return nil
    }
    let clients = reader.text("tls.clientCertificates").flatMap(TLSSettings.ClientCertificates.init) ?? .none
    if clients != .none, reader.text("tls.clientAuthority") == nil {
      reader.refuse("tls.clientCertificates", "needs the authorities that sign them: set tls.clientAuthority.")
    }
    return TLSSettings(
      certificateFile: certificate, keyFile: key, clientAuthorityFile: reader.text("tls.clientAuthority"),
      clientCertificates: clients,
      minimumVersion: reader.text("tls.minimumVersion").flatMap(TLSSettings.Version.init) ?? .tls12)
  }

  /// What no single key can tell.
  private static func check(_ reader: inout ConfigurationReader) {
    if reader.text("ackPolicy") == "available", reader.text("inputLog.directory") == nil {
      reader.refuse("ackPolicy", "'available' needs the local input log: set inputLog.directory, or use 'strict'.")
    }
    let shard = reader.text("shard") ?? ""
    if !shard.utf8.allSatisfy(isShardByte) || shard.utf8.count > 16 {
      reader.refuse("shard", "must be 1 to 16 characters a-z and 0-9.")
    }
    checkPorts(&reader)
  }

  private static func checkPorts(_ reader: inout ConfigurationReader) {
    var taken: [String: String] = [:]
    let lists = reader.listeners.map { "mllp.\($0)" }
    let sections = ["mqtt", "dc09", "scaip", "jt808", "watch", "http", "operations"] + lists
    for (section, name) in sections.flatMap({ [($0, "port"), ($0, "tlsPort")] }) {
      let key = "\(section).\(name)"
      guard let host = reader.text(section + ".host"), let port = reader.text(key) else { continue }
      if name == "tlsPort", reader.text("tls.certificate") == nil {
        reader.refuse(key, "needs a certificate: set tls.certificate and tls.key.")
      }
      guard port != "0" else { continue }
      if let other = taken["\(host) \(port)"] {
        reader.refuse(key, "is the same as \(other): give each listener a port of its own.")
      }
      taken["\(host) \(port)"] = key
    }
  }

  private static func isShardByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// All listeners.
  package var listeners: [Listener] { plainFeeds + [securedMQTT].compactMap(\.self) + secured + [http, operations] }

  /// Listeners of feeds without transport security.
  package var plainFeeds: [Listener] { [mqtt, dc09] + [scaip, jt808, watch].compactMap(\.self) + mllp.map(\.listener) }

  private var secured: [Listener] { mllp.compactMap(\.secured) }

  /// The configuration as it counts, one line a key with where it comes from; secrets redacted.
  package var printed: String {
    settings.map { key, value in
      let text = value.map { key.isSecret ? "<redacted>" : Self.quoted($0.text) } ?? "<not set>"
      return "\(key.path): \(text)  # \(value?.place ?? "default")"
    }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
  }
}
