import CoreMetrics
import Glibc
import Operations
import Testing

@Suite struct ProcessFactsTests {
  @Test("The system says something about this process, and an open file is one descriptor more")
  func facts() throws {
    let before = ProcessFacts.read()
    #expect(before.residentBytes > 1 << 20)
    #expect(before.cpuSeconds > 0)
    #expect(before.uptimeSeconds >= 0 && before.uptimeSeconds < 86_400)
    #expect(before.startedAt > 1_700_000_000)
    #expect(before.maximumDescriptors >= before.openDescriptors)
    var held: [Int32] = []
    for _ in 0..<50 { held.append(open("/dev/null", O_RDONLY | O_CLOEXEC)) }
    defer { for descriptor in held { close(descriptor) } }
    #expect(ProcessFacts.read().openDescriptors >= before.openDescriptors + 25)
  }

  @Test("Every described metric is exported")
  func exported() {
    let registry = MetricsRegistry(describing: ProcessMetrics.help)
    ProcessMetrics(factory: registry).update()
    let text = registry.text()
    for (name, help) in ProcessMetrics.help { #expect(text.contains("# HELP \(name) \(help)\n")) }
    #expect(text.contains("silverbell_metrics_refused_total 0\n"))
  }
}
