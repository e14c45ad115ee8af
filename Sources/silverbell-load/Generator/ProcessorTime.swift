import Glibc

/// Processor time and memory of processes of this machine, from `/proc`.
package enum ProcessorTime {
  /// Seconds that a process and its children have used, running and ended ones; nil when there is no such process.
  package static func seconds(tree pid: Int32) -> Double? {
    guard let own = ticks(of: pid) else { return nil }
    let all = children(of: pid).compactMap { ticks(of: $0) }.reduce(own.running + own.ended) { $0 + $1.running }
    return Double(all) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Resident memory of one process in bytes; nil when there is no such process.
  package static func residentBytes(_ pid: Int32) -> Int? { kibibytes("VmRSS:", in: "/proc/\(pid)/status") }

  /// Proportional memory of a process and its children in bytes: what they share is counted once.
  package static func proportionalBytes(tree pid: Int32) -> Int? {
    guard let own = kibibytes("Pss:", in: "/proc/\(pid)/smaps_rollup") else { return nil }
    return children(of: pid).compactMap { kibibytes("Pss:", in: "/proc/\($0)/smaps_rollup") }.reduce(own, +)
  }

  static func children(of pid: Int32) -> [Int32] {
    guard let text = text("/proc/\(pid)/task/\(pid)/children") else { return [] }
    return text.split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
  }

  private static func ticks(of pid: Int32) -> (running: Int, ended: Int)? {
    guard let text = text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 14, let user = Int(fields[11]), let system = Int(fields[12]), let endedUser = Int(fields[13]),
      let endedSystem = Int(fields[14])
    else { return nil }
    return (user + system, endedUser + endedSystem)
  }

  private static func kibibytes(_ name: String, in path: String) -> Int? {
    guard let text = text(path),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 }
  }

  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      guard count > 0 else { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
