import CareModel

/// Messages that come in parts, until they are whole; bounded.
struct SubpackageStore: Sendable {
  /// What becomes of a part.
  enum Outcome: Sendable, Equatable {
    /// The message waits for more, or has this part already.
    case waits
    /// The message is whole: its parts in order.
    case whole([JT808Frame])
    /// The part makes no sense or does not fit.
    case alone
  }

  private struct Key: Hashable {
    let phone: [UInt8]
    let message: UInt16
    /// The serial that the first part has; parts of one message are numbered through.
    let firstSerial: UInt16
  }

  private struct Assembly {
    let key: Key
    let total: UInt16
    var parts: [UInt16: JT808Frame]
    var expiresAt: Timestamp

    var inOrder: [JT808Frame] { parts.sorted { $0.key < $1.key }.map(\.value) }
  }

  private let configuration: JT808Configuration
  private var assemblies: [Assembly] = []
  private var bytes = 0

  init(configuration: JT808Configuration) { self.configuration = configuration }

  /// When the first message has waited for too long; nil when none waits.
  var nextExpiry: Timestamp? { assemblies.map(\.expiresAt).min() }

  mutating func add(_ frame: JT808Frame, part: JT808Header.Part, at now: Timestamp) -> Outcome {
    guard part.index >= 1, part.index <= part.total, Int(part.total) <= configuration.maximumParts else {
      return .alone
    }
    let key = Key(
      phone: frame.header.phoneDigits, message: frame.header.message,
      firstSerial: frame.header.serial &- (part.index - 1))
    guard let index = assemblies.firstIndex(where: { $0.key == key && $0.total == part.total }) else {
      return begin(key, frame, part, at: now)
    }
    guard assemblies[index].parts[part.index] == nil else { return .waits }
    guard fits(frame) else { return .alone }
    assemblies[index].parts[part.index] = frame
    assemblies[index].expiresAt = now + configuration.assemblyLimit
    bytes += frame.raw.count
    guard assemblies[index].parts.count == Int(part.total) else { return .waits }
    return .whole(remove(at: index))
  }

  /// Takes out the messages that have waited for too long, or all of them: their parts, in order.
  mutating func takeExpired(at now: Timestamp?) -> [JT808Frame] {
    var expired: [JT808Frame] = []
    while let index = assemblies.firstIndex(where: { assembly in now.map { assembly.expiresAt <= $0 } ?? true }) {
      expired += remove(at: index)
    }
    return expired
  }

  private mutating func begin(
    _ key: Key, _ frame: JT808Frame, _ part: JT808Header.Part, at now: Timestamp
  ) -> Outcome {
    guard part.total > 1 else { return .whole([frame]) }
    guard assemblies.count < configuration.maximumAssemblies, fits(frame) else { return .alone }
    let expiresAt = now + configuration.assemblyLimit
    assemblies.append(Assembly(key: key, total: part.total, parts: [part.index: frame], expiresAt: expiresAt))
    bytes += frame.raw.count
    return .waits
  }

  private func fits(_ frame: JT808Frame) -> Bool { bytes + frame.raw.count <= configuration.maximumAssemblyBytes }

  private mutating func remove(at index: Int) -> [JT808Frame] {
    let parts = assemblies.remove(at: index).inOrder
    bytes -= parts.reduce(0) { $0 + $1.raw.count }
    return parts
  }
}
