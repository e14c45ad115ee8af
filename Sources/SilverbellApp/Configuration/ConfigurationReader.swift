import Foundation

/// Brings file, environment and defaults together; collects everything that is wrong before it refuses.
struct ConfigurationReader {
  private var file: [String: SettingValue]
  private let environment: [String: String]
  private(set) var problems: [ConfigurationProblem]
  private(set) var resolved: [(key: SettingKey, value: SettingValue?)] = []

  /// Largest secret file.
  static let maximumSecretBytes = 8192

  init(file: ConfigurationFile?, environment: [String: String]) {
    self.file = file?.values ?? [:]
    self.environment = environment
    problems = file?.problems ?? []
    refuseUnknownVariables()
    for key in keys { resolved.append((key, value(of: key))) }
  }

  /// How many listeners are named in the file or in the environment; at least one.
  private var listenerCount: Int {
    let inFile = file.keys.compactMap { path -> Int? in
      let parts = path.split(separator: ".")
      return parts.count == 3 && parts[0] == SettingKey.listPath ? Int(parts[1]) : nil
    }
    let prefix = SettingKey.variable(for: SettingKey.listPath) + "_"
    let inEnvironment = environment.keys.compactMap { name -> Int? in
      guard name.hasPrefix(prefix) else { return nil }
      return Int(name.dropFirst(prefix.count).prefix { $0.isNumber })
    }
    let last = (inFile + inEnvironment).filter { $0 < SettingKey.maximumListeners }.max() ?? 0
    return last + 1
  }

  private var keys: [SettingKey] {
    SettingKey.single + (0..<listenerCount).flatMap { index in SettingKey.listener.map { $0.element(index) } }
  }

  /// Variables that begin like ours and are none of ours: a typing mistake would silently change nothing.
  private mutating func refuseUnknownVariables() {
    var known: Set<String> = ["SILVERBELL_CONFIG"]
    let elements = (0..<SettingKey.maximumListeners).flatMap { index in
      SettingKey.listener.map { $0.element(index) }
    }
    for key in SettingKey.single + elements {
      known.insert(key.variable)
      if key.isSecret { known.insert(key.variable + "_FILE") }
    }
    for name in environment.keys.sorted() where name.hasPrefix("SILVERBELL_") && !known.contains(name) {
      // Where the tests find their data; not the configuration's business.
      if name.hasSuffix("_DATA") { continue }
      problems.append(
        ConfigurationProblem(place: name, key: "", message: "no key has this variable: check its spelling."))
    }
  }

  private mutating func value(of key: SettingKey) -> SettingValue? {
    guard let given = environmentValue(of: key) ?? file[key.path] else {
      return key.defaultText.map { SettingValue(text: $0, place: nil) }
    }
    if let objection = key.objection(to: given.text) {
      problems.append(ConfigurationProblem(place: given.place, key: key.path, message: objection + "."))
      return nil
    }
    return given
  }

  private mutating func environmentValue(of key: SettingKey) -> SettingValue? {
    if let text = environment[key.variable] { return SettingValue(text: text, place: key.variable) }
    guard key.isSecret, let path = environment[key.variable + "_FILE"] else { return nil }
    let place = key.variable + "_FILE"
    guard let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: Self.maximumSecretBytes + 1),
      bytes.count <= Self.maximumSecretBytes, let text = String(validating: bytes, as: UTF8.self)
    else {
      problems.append(
        ConfigurationProblem(
          place: place, key: key.path, message: "the file cannot be read as text: check its name and permissions."))
      return nil
    }
    let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return SettingValue(text: secret, place: place)
  }

  // MARK: typed values

  func text(_ path: String) -> String? { resolved.first { $0.key.path == path }?.value?.text }

  func place(_ path: String) -> String? { resolved.first { $0.key.path == path }?.value?.place }

  func integer(_ path: String) -> Int { text(path).flatMap { Int($0) } ?? 0 }

  mutating func required(_ path: String, _ advice: String) -> String {
    if let text = text(path) { return text }
    if !problems.contains(where: { $0.key == path }) {
      problems.append(ConfigurationProblem(place: nil, key: path, message: advice))
    }
    return ""
  }

  mutating func refuse(_ path: String, _ message: String) {
    problems.append(ConfigurationProblem(place: place(path), key: path, message: message))
  }

  /// The numbers of the listeners.
  var listeners: Range<Int> { 0..<listenerCount }
}
