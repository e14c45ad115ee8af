import CoreMetrics
import Glibc

/// What the system knows about this process, under the names that Prometheus' own clients use.
package struct ProcessMetrics: Sendable {
  /// What is exported.
  package static let help: [MetricsRegistry.Description] = [
    ("process_cpu_seconds_total", "User and system CPU time spent, in seconds."),
    ("process_max_fds", "Most file descriptors that this process may have open."),
    ("process_open_fds", "File descriptors that are open."),
    ("process_resident_memory_bytes", "Resident memory."),
    ("process_start_time_seconds", "When this process started, in seconds since 1970."),
    ("process_uptime_seconds", "How long this process has been up."),
  ]

  private let cpu: FloatingPointCounter
  private let maximumDescriptors, descriptors, memory, start, uptime: Meter

  /// The series, in a registry.
  package init(factory: any MetricsFactory) {
    cpu = FloatingPointCounter(label: "process_cpu_seconds_total", factory: factory)
    maximumDescriptors = Meter(label: "process_max_fds", factory: factory)
    descriptors = Meter(label: "process_open_fds", factory: factory)
    memory = Meter(label: "process_resident_memory_bytes", factory: factory)
    start = Meter(label: "process_start_time_seconds", factory: factory)
    uptime = Meter(label: "process_uptime_seconds", factory: factory)
  }

  /// Asks the system.
  package func update() {
    let facts = ProcessFacts.read()
    cpu.reset()
    cpu.increment(by: facts.cpuSeconds)
    maximumDescriptors.set(facts.maximumDescriptors)
    descriptors.set(facts.openDescriptors)
    memory.set(facts.residentBytes)
    start.set(facts.startedAt)
    uptime.set(facts.uptimeSeconds)
  }
}

/// What the system knows about this process; 0 where it does not say.
package struct ProcessFacts: Sendable {
  /// User and system time.
  package var cpuSeconds = 0.0
  /// The soft limit.
  package var maximumDescriptors: Int64 = 0
  /// Open ones.
  package var openDescriptors: Int64 = 0
  /// Resident memory.
  package var residentBytes: Int64 = 0
  /// Seconds since 1970.
  package var startedAt = 0.0
  /// Seconds since the start.
  package var uptimeSeconds = 0.0

  /// Asks now.
  package static func read() -> ProcessFacts {
    var facts = ProcessFacts()
    var usage = rusage()
    if getrusage(RUSAGE_SELF.rawValue, &usage) == 0 {
      facts.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      facts.maximumDescriptors = Int64(clamping: limit.rlim_cur)
    }
    facts.openDescriptors = openDescriptorCount()
    let pages = words(of: "/proc/self/statm")
    if pages.count > 1 { facts.residentBytes = (Int64(pages[1]) ?? 0) &* Int64(sysconf(Int32(_SC_PAGESIZE))) }
    // The name in parentheses, the second word, may hold blanks: it is counted from behind it.
    let status = words(of: "/proc/self/stat", behind: ")")
    let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    var (wall, boot) = (timespec(), timespec())
    if status.count > 19, let ticks = Double(status[19]), clock_gettime(CLOCK_BOOTTIME, &boot) == 0,
      clock_gettime(CLOCK_REALTIME, &wall) == 0
    {
      facts.uptimeSeconds = max(0, seconds(boot) - ticks / ticksPerSecond)
      facts.startedAt = seconds(wall) - facts.uptimeSeconds
    }
    return facts
  }

  private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
  private static func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }

  /// Without the one that counts.
  private static func openDescriptorCount() -> Int64 {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count: Int64 = 0
    while readdir(folder) != nil { count += 1 }
    return max(0, count - 3)
  }

  /// The words of a short file of the system's.
  private static func words(of path: String, behind mark: Character? = nil) -> [Substring] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return [] }
    var text = String(decoding: bytes[..<count], as: UTF8.self)[...]
    if let mark, let position = text.lastIndex(of: mark) { text = text[text.index(after: position)...] }
    return text.split { $0 == " " || $0 == "\n" }
  }
}
