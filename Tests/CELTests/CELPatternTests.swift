import CEL
import Testing

@Suite("CEL patterns") struct CELPatternTests {
    @Test("matches() searches as RE2 does", arguments: [
        ("abc", "b", true), ("abc", "^b", false), ("abc", "^abc$", true), ("abc", "a.c", true), ("a\\nc", "a.c", false),
        ("a\\nc", "(?s)a.c", true), ("x\\ny", "(?m)^y$", true), ("x\\ny", "^y$", false), ("", "", true),
        ("", "a*", true),
        ("aaa", "^a{3}$", true), ("aaa", "^a{4,}$", false), ("aaa", "^a{1,2}$", false), ("a{", "^a{$", true),
        ("ab12", "^\\\\w+\\\\d{2}$", true), ("été", "^\\\\pL+$", true), ("été", "^\\\\w+$", false),
        ("ABC", "(?i)abc", true), ("ABC", "abc", false), ("ABC", "^(?i:a)BC$", true), ("ÄÖ", "(?i)^äö$", true),
        ("a-b", "^[a-c-]+$", true), ("]", "^[]]$", true), ("x", "^[^a-w]$", true), ("5", "^[[:digit:]]$", true),
        ("foo bar", "\\\\bbar\\\\b", true), ("foobar", "\\\\bbar", false), ("a.b", "^a\\\\.b$", true),
        ("a+b", "^\\\\Qa+b\\\\E$", true), ("cat", "^(?:cat|dog)$", true), ("dog", "^(?P<pet>cat|dog)$", true),
        ("😀", "^.$", true), ("\\u0041", "^\\\\x{41}\\\\x42?$", true), ("ab", "^(a|ab)(c|bcd)?$", true),
        ("abab", "^(ab)+?$", true), ("9", "^\\\\D$", false), ("_", "^\\\\W$", false), ("\\t", "^\\\\s$", true),
        ("苏州", "^\\\\p{Lo}{2}$", true), ("a", "^\\\\P{Lu}$", true), ("A", "^[\\\\p{Lu}]$", true),
    ])
    func search(_ text: String, _ pattern: String, _ expected: Bool) throws {
        #expect(try outcome("'\(text)'.matches('\(pattern)')") == String(expected))
        #expect(try outcome("'\(text)'.matches(dyn('\(pattern)'))") == String(expected))
    }

    @Test("malformed patterns, look-around and back-references are refused when loaded", arguments: [
        ("(", "'('"), (")", "')'"), ("[", "'['"), ("*a", "nothing to repeat"), ("a**", "repeated"),
        ("(?=a)", "look-around"), ("(?!a)", "look-around"), ("(?<=a)", "look-around"), ("(?<!a)", "look-around"),
        ("(a)\\\\1", "back-references"), ("a{1001}", "count"), ("a{2,1}", "count"), ("[b-a]", "reversed"),
        ("\\\\pX", "class"), ("\\\\y", "escape"), ("(?z)a", "flag"), ("\\\\", "backslash"), ("[[:nope:]]", "class"),
        ("(a{1000}){1000}", "too large"),
    ])
    func refused(_ pattern: String, _ reason: String) throws {
        let error = try #require(try refusal("'x'.matches('\(pattern)')"))
        #expect(error.message.hasPrefix("The pattern is refused: "))
        #expect(error.message.contains(reason))
        #expect(try outcome("'x'.matches(dyn('\(pattern)'))") == "error: badPattern")
    }

    @Test("a pattern that makes back-tracking engines explode costs linear time")
    func linear() throws {
        let environment = try Sample.environment()
        let program = try environment.compile("any.matches('^(a+)+$')")
        func cost(_ count: Int) throws -> UInt64 {
            let text = CELValue.text(String(repeating: "a", count: count) + "!")
            return program.cost(in: try Sample.activation(any: text))
        }
        let (short, long) = (try cost(1_000), try cost(2_000))
        #expect(long < short * 2 + 100)
        #expect(long > short)
    }

    @Test("nested repetitions of nothing, deep groups and long patterns are bounded")
    func bombs() throws {
        let empty = String(repeating: "(", count: 49) + String(repeating: "){1000}", count: 49)
        #expect(try outcome("'x'.matches('\(empty)')") == "true")
        let deep = String(repeating: "(", count: 50) + String(repeating: ")", count: 50)
        #expect(try #require(try refusal("''.matches('\(deep)')")).message.contains("too deep"))
        let long = String(repeating: "a", count: 1_000)
        #expect(try outcome("'b'.matches('\(long)')") == "false")
        #expect(try #require(try refusal("''.matches('\(long)a')")).message.contains("too long"))
    }
}
