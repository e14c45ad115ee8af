import CEL
import Testing

/// What the specification's data leave out, decided as by its grammar and by the reference implementations: each line
/// was compared with Google's C++ engine.
@Suite("CEL beside the reference implementations") struct CELReferenceTests {
    @Test("numbers become text as %g writes them, and as format() writes them", arguments: [
        ("1000000.0", "1e+06", "1000000"), ("999999.5", "999999.5", "999999.5"),
        ("1000000.5", "1.0000005e+06", "1000000.5"),
        ("123456.0", "123456", "123456"), ("0.0001", "0.0001", "0.0001"), ("0.00001", "1e-05", "0.00001"),
        ("1e21", "1e+21", "1000000000000000000000"), ("1.25e-7", "1.25e-07", "0.000000125"), ("-0.0", "-0", "-0"),
        ("-1e100", "-1e+100", "-1" + String(repeating: "0", count: 100)), ("0.0 / 0.0", "NaN", "NaN"),
        ("-1.0 / 0.0", "-Infinity", "-Infinity"),
        ("4.9e-324", "5e-324", "0." + String(repeating: "0", count: 323) + "5"),
        ("1.7976931348623157e308", "1.7976931348623157e+308", "17976931348623157" + String(repeating: "0", count: 292)),
    ])
    func doubles(_ number: String, _ text: String, _ formatted: String) throws {
        #expect(try outcome("string(\(number))") == text)
        #expect(try outcome("'%s'.format([\(number)])") == formatted)
        #expect(try outcome("'%d'.format([\(number)])") == formatted)
    }

    @Test("the grammar's corners", arguments: [
        ("[,]", "[]"), ("{,}", "{}"), ("[1,]", "[1]"), ("{1: 2,}", "{1: 2}"), ("0xFu", "15"), ("0xfU", "15"),
        ("br'\\x41' == b'\\\\x41'", "true"), ("bR'''a'b''' == b\"a'b\"", "true"), ("R'\\'", "\\"), ("1 // note", "1"),
        ("1--1", "2"), ("- 1", "-1"), ("true ? (false ? 1 : 2) : 3", "2"), ("1 < 2 == true", "true"),
        ("'\\x41\\101\\u0041'", "AAA"),
        ("has({1u: 2}.b)", "false"), ("has({'a': {'b': 2}}.a.b)", "true"), ("math.sqrt(9)", "3"),
        ("math.sqrt(2u) > 1.41", "true"),
        ("math.sqrt(-1.0)", "NaN"), ("timestamp('2020-01-01T00:00:00.1234567891Z').getMilliseconds()", "123"),
    ])
    func grammar(_ text: String, _ result: String) throws {
        #expect(try outcome(text) == result)
    }

    @Test("what the grammar does not have is refused where it stands", arguments: [
        ("rb'x'", 3), ("0XF", 2), ("[,,]", 3), ("[,1]", 3), ("{,1: 2}", 3), ("f(1,)", 5), ("1 ? : 2", 5),
        ("'a", 1), ("a.1", 2),
        ("1.", 3), ("in", 1), ("while", 1), ("x.in", 3), ("'\\400'", 2), ("b'\\u0041'", 3), ("'\\ud800'", 2),
        ("== 1", 1),
        ("1 = 1", 3), ("1 & 1", 3), ("`x`", 1), ("x.``", 3), ("\u{B}1", 1), ("true && && true", 9),
    ])
    func refusals(_ text: String, _ column: Int) throws {
        let error = try #require(try refusal(text), "accepted: \(text)")
        #expect(error.column == column, "\(text): \(error.render)")
        let caret = try #require(error.render.split(separator: "\n").last)
        #expect(caret == " | " + String(repeating: ".", count: column - 1) + "^")
    }
}
