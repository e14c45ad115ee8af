import CareModel
import Mapped
import Testing

@Suite("Paths of mappings")
struct MappingPathTests {
  private let body = #"""
    {"a":{"b":[{"c":1},{"c":2,"d":[5,6]},{"c":3}]},"x.y":{"q\"z":7},"时间":8,"n":null,"list":[[1,2],[3]],"e":[]}
    """#

  /// The zones of one signal with every path tried as a field.
  private func found(_ path: String) throws -> String? {
    let escaped = quoted(path)
    return try pushed(body, #""kind":"panic","serial":{"text":"S"},"zone":\#(escaped)"#).first?.zone
  }

  @Test(
    "a path finds its first value",
    arguments: [
      ("a.b[0].c", "1"), ("a.b[1].c", "2"), ("a.b[*].c", "1"), ("a.b[*].d[1]", "6"), ("\"x.y\".\"q\"\"z\"", "7"),
      ("时间", "8"), ("list[1][0]", "3"), ("list[*][*]", "1"), ("$item.a.b[2].c", "3"), ("$body.a.b[2].c", "3"),
      ("a.b[3].c", nil), ("a.c", nil), ("n", nil), ("e[*]", nil), ("e[0]", nil), ("a", nil), ("$payload.a", nil),
      ("a[0]", nil), ("a.b.c", nil),
    ] as [(String, String?)])
  func finds(path: String, expected: String?) throws {
    #expect(try found(path) == expected)
  }

  @Test(
    "what is no path is refused with its place",
    arguments: [
      ("", .emptyName, 0), ("a.", .emptyName, 2), (".a", .emptyName, 0), ("a..b", .emptyName, 2),
      ("$x", .unknownRoot, 2),
      ("$", .unknownRoot, 1), ("a[", .unfinished, 2), ("a[]", .badIndex, 2), ("a[x]", .badIndex, 3),
      ("a[-1]", .badIndex, 4), ("a[10000]", .badIndex, 7), ("a[1", .unfinished, 3), ("a]", .unexpectedCharacter, 1),
      ("a\"b", .unexpectedCharacter, 1), ("\"a", .unfinished, 2), ("\"a\"b", .unexpectedCharacter, 3),
      ("\"\"", .emptyName, 2), ("a[1]b", .unexpectedCharacter, 4), ("a[[1]]", .unexpectedCharacter, 2),
      ("$itemx", .unknownRoot, 6),
    ] as [(String, MappingPathError.Problem, Int)])
  func refused(text: String, problem: MappingPathError.Problem, offset: Int) {
    #expect(throws: MappingPathError(problem: problem, offset: offset)) { try MappingPath(text) }
  }

  @Test("the bounds of a path")
  func bounds() throws {
    let steps = Array(repeating: "a", count: MappedLimits.maximumPathSteps)
    _ = try MappingPath(steps.joined(separator: "."))
    #expect(throws: MappingPathError.self) { try MappingPath((steps + ["a"]).joined(separator: ".")) }
    _ = try MappingPath(String(repeating: "a", count: MappedLimits.maximumTextBytes))
    #expect(throws: MappingPathError.self) {
      try MappingPath(String(repeating: "a", count: MappedLimits.maximumTextBytes + 1))
    }
    _ = try MappingPath("a[\(MappedLimits.maximumPathIndex)]")
  }

  @Test("of many values a path looks at so many and no more")
  func resultBound() throws {
    func zone(_ place: Int) throws -> String? {
      var elements = Array(repeating: #"{"b":1}"#, count: place)
      elements.append(#"{"z":"here","b":2}"#)
      let text = #"{"a":[\#(elements.joined(separator: ","))]}"#
      return try pushed(text, #""kind":"panic","serial":{"text":"S"},"zone":"a[*].z""#).first?.zone
    }
    #expect(try zone(MappedLimits.maximumPathResults - 1) == "here")
    #expect(try zone(MappedLimits.maximumPathResults) == nil)
  }
}
