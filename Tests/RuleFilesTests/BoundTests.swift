import AlertRules
import RuleFiles
import Testing

@Suite struct BoundTests {
  @Test func `anchors and aliases are refused where they stand`() {
    let text = SmallFile.text.replacing("{class: life, severity: 7}", with: "&a {class: life, severity: 7}")
    #expect(SmallFile.problems(text).first?.hasPrefix("6:10: anchors (&) and aliases (*) are not allowed") == true)
    let alias = SmallFile.text.replacing("name: small", with: "name: *b")
    #expect(SmallFile.problems(alias).first?.hasPrefix("2:") == true)
  }

  @Test func `a file whose aliases would expand without end is refused before it is parsed`() {
    var text = "a0: &a0 x\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    #expect(SmallFile.problems(text).first?.contains("anchors (&) and aliases (*) are not allowed") == true)
  }

  @Test func `what looks like an alias in a comment is let through up to a bound`() {
    let few = String(repeating: "# *a\n", count: 8)
    #expect(SmallFile.problems(few + SmallFile.text) == [])
    #expect(SmallFile.problems(few + "# *a\n" + SmallFile.text).map { $0.prefix(4) } == ["9:3:"])
  }

  @Test func `conditions may use && and *`() {
    let text = SmallFile.text.replacing(
      "alert.class == 'life'", with: "alert.class == 'life' && 2 * alert.severity > 1 && true && true && true && true")
    #expect(SmallFile.problems(text) == [])
  }

  @Test func `a file of 1 MiB is read, and one byte more is refused`() {
    let filler = RuleFiles.maximumBytes - SmallFile.text.utf8.count
    let lines = String(repeating: "# " + String(repeating: "x", count: 61) + "\n", count: filler / 64)
    let whole = lines + String(repeating: "\n", count: filler % 64) + SmallFile.text
    #expect(whole.utf8.count == RuleFiles.maximumBytes)
    #expect(SmallFile.problems(whole) == [])
    #expect(SmallFile.problems(whole + "\n").first?.hasPrefix("1:1: the file is larger than 1 MiB") == true)
  }

  @Test func `nesting has a bound`() {
    func nested(_ depth: Int) -> String {
      SmallFile.text + "extra: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "\n"
    }
    #expect(SmallFile.problems(nested(47)).map { $0.contains("the key 'extra' is not known") } == [true])
    #expect(SmallFile.problems(nested(48)).map { $0.contains("nested more than 48 deep") } == [true])
    #expect(SmallFile.problems(nested(100_000)).count == 1)
  }

  @Test func `the number of entries has a bound`() {
    // The root, the list, the three keys' values and the file's own make up the rest.
    func list(_ count: Int) -> String {
      "extra: [" + Array(repeating: "1", count: count).joined(separator: ",") + "]\n"
    }
    #expect(SmallFile.problems(list(99_998)).contains { $0.contains("more than 100000 entries") } == false)
    #expect(SmallFile.problems(list(99_999)).map { $0.contains("more than 100000 entries") } == [true])
  }

  @Test(
    arguments: [
      ("", "1:1: the file is empty"), ("# nothing\n", "1:1: the file is empty"),
      ("- a\n", "1:1: a table of keys is expected here, not a list."),
      ("a: b: c\n", "1:5: not YAML ("), ("a: 1\na: 2\n", "1:1: the key 'a' is there twice"),
      ("a: [1\n", "2:1: not YAML ("), ("a: 1\n---\nb: 2\n", "2:1: not YAML ("), ("a: \u{1}\n", "1:4: a character"),
      ("[a]: 1\n", "1:1: a key must be a plain word."),
    ])
  func `what is no rule set at all is refused at its place`(text: String, expected: String) {
    #expect(SmallFile.problems(text).first?.hasPrefix(expected) == true, "\(SmallFile.problems(text))")
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: RuleFileRefusal.self) { _ = try RuleFiles.parse(bytes: [0x61, 0xFF], name: "f") }
  }

  @Test func `a file that cannot be read is refused by name`() {
    let error = #expect(throws: RuleFileRefusal.self) { _ = try RuleFiles.load(path: "/nonexistent/rules.yaml") }
    #expect(
      error?.description
        == "/nonexistent/rules.yaml:1:1: the file cannot be read: check its name and permissions.")
  }

  @Test func `tests and their signals have bounds`() {
    func tests(_ count: Int, signals: Int) -> String {
      let given = Array(repeating: "{kind: panic}", count: signals).joined(separator: ", ")
      let head = SmallFile.text.split(separator: "tests:")[0]
      let each = (0..<count).map { "  - {name: t\($0), given: [\(given)], expect: {class: life}}\n" }
      return head + "tests:\n" + each.joined()
    }
    #expect(SmallFile.problems(tests(1000, signals: 1)) == [])
    #expect(SmallFile.problems(tests(1001, signals: 1)).map { $0.contains("the limit is 1000") } == [true])
    #expect(SmallFile.problems(tests(1, signals: 100)) == [])
    #expect(SmallFile.problems(tests(1, signals: 101)).map { $0.contains("1 to 100 signals") } == [true])
    #expect(SmallFile.problems(tests(1, signals: 0)).map { $0.contains("1 to 100 signals") } == [true])
  }

  @Test func `the hash is SHA-256 of the bytes`() throws {
    let set = try RuleFiles.parse(text: SmallFile.text, name: "f")
    let other = try RuleFiles.parse(text: SmallFile.text + "\n", name: "f")
    #expect(set.hash.count == 64 && set.hash.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    #expect(set.hash != other.hash)
  }
}
