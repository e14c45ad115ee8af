import RuleFiles
import Testing

/// All files of deploy/rules, and what the default set does for people who have a plan of their own.
@Suite struct ShippedSetTests {
  private static var folder: String { DefaultSet.path.split(separator: "/").dropLast().joined(separator: "/") }

  /// The default set with one override and tests of its own instead of the file's.
  private static func check(override: String, test: String) throws {
    let text = String(decoding: try RuleFiles.bytes(path: DefaultSet.path), as: UTF8.self)
    let resident = "00000000-0000-0001-0000-000000000001"
    let overrides = """
      overrides:
        - {resident: \(resident), reason: a test, by: tester, until: "2027-01-01", \(override)}

      tests:
      """
    _ = try RuleFiles.parse(
      text: text.replacing("\ntests:\n", with: "\n" + overrides + "\n\(test)\n", maxReplacements: 1), name: "default")
  }

  @Test(arguments: ["care-home.yaml", "default.yaml"])
  func `every shipped set is right, with its own tests`(_ file: String) throws {
    _ = try RuleFiles.load(path: "/" + Self.folder + "/" + file)
  }

  @Test func `one person's door at night calls the contacts first, another's asks the desk`() throws {
    try Self.check(
      override: "thresholds: {nightDoor: 1}",
      test: """
          - name: the door at night
            start: 2026-01-01T15:00:00Z
            given:
              - {kind: doorOpen, serial: K1, resident: {}}
              - {kind: doorOpen, serial: K2, resident: {}, at: 1s}
            expect:
              - {alert: {class: urgent, severity: 6, policy: night-door, serial: K1}, at: 0s}
              - {alert: {class: urgent, severity: 5, policy: urgent, serial: K2}, at: 1s}
          - name: the door by day
            start: 2026-01-01T04:00:00Z
            given:
              - {kind: doorOpen, serial: K1, resident: {}}
            expect:
              - {alert: {class: urgent, severity: 5, policy: urgent}, at: 0s}
        """)
  }

  @Test func `no sign of life is noticed after the person's own time`() throws {
    try Self.check(
      override: "thresholds: {noSignOfLifeHours: 3}",
      test: """
          - name: silent
            given:
              - {kind: motion, serial: K1, resident: {}}
              - {kind: motion, serial: K1, resident: {}, at: 1h}
            expect:
              - {nothing: {alert: {}}, at: 239m}
              - {alert: {kind: inactivity, class: urgent, severity: 7}, at: 4h}
        """)
  }
}
