import CEL
import Testing

@Suite("CEL language") struct CELLanguageTests {
    @Test("expressions give their values", arguments: [
        ("1 + 2 * 3 - 4 / 2 % 2", "7"),
        ("-9223372036854775808 == -9223372036854775807 - 1", "true"),
        ("7u + 1u", "8"),
        ("1.5 * 2.0", "3"),
        ("'a' + \"b\" + '''c''' + r'\\n'", "abc\\n"),
        ("size('e\\u0301')", "2"),
        ("'e\\u0301' == '\\u00e9'", "false"),
        ("{'e\\u0301': 1, '\\u00e9': 2}.size()", "2"),
        ("size('👩‍👩‍👧')", "5"),
        ("dyn(1) == 1u && dyn(1) == 1.0 && dyn(1u) == 1.0", "true"),
        ("0.0/0.0 == 0.0/0.0", "false"),
        ("1 < 2.5 && 3u > 2", "true"),
        ("[1, 2, 3].map(n, n > 1, n * 10)", "[20, 30]"),
        ("[1, 2, 3].filter(n, n != 2).size()", "2"),
        ("{'a': 1, 'b': 2}.exists(k, v, k == 'b' && v == 2)", "true"),
        ("[3, 4].transformMap(i, v, v * v)", "{0: 9, 1: 16}"),
        ("['a', 'b'].transformMapEntry(i, v, {v: i})", "{'a': 0, 'b': 1}"),
        ("cel.bind(t, 'x' + 'y', t + t)", "xyxy"),
        ("{'a': 1}.?b.orValue(5) + {'a': 1}[?'a'].orValue(7)", "6"),
        ("optional.of(1).orValue(1 / 0)", "1"),
        ("[?optional.none(), ?optional.of(2)]", "[2]"),
        ("optional.of(4).optMap(v, v * 2).value()", "8"),
        ("true ? 'yes' : 'no'", "yes"),
        ("type(1) == int && type('') == string && type(type(1)) == type", "true"),
        ("'%s is %d of %.2f'.format(['a', 1, 2.5])", "a is 1 of 2.50"),
        ("'a,b,c'.split(',').join('+')", "a+b+c"),
        ("1 // a comment\n + 2", "3"),
        ("x in [5, 6, 7]", "true"),
        ("resident.tags.exists(t, t == 'frail')", "true"),
        ("resident.notes.door", "left"),
        ("signal.device.model", "M1"),
        ("signal.?battery.orValue(0)", "11"),
        ("signal.?zone.orValue('none')", "none"),
        ("signal.at.getHours('+08:00')", "20"),
        ("math.greatest(1, 2.5, 2u)", "2.5"),
        ("base64.encode(b'hello')", "aGVsbG8="),
    ])
    func values(_ text: String, _ expected: String) throws {
        #expect(try outcome(text) == expected)
    }

    @Test("errors are reported as values of the language", arguments: [
        ("9223372036854775807 + x", CELErrorCode.overflow),
        ("-9223372036854775808 / (x - 8)", .overflow),
        ("-9223372036854775808 % (x - 8)", .overflow),
        ("0u - 1u", .overflow),
        ("x / (x - 7)", .divideByZero),
        ("x % (x - 7)", .divideByZero),
        ("[1][x]", .indexOutOfRange),
        ("{'a': 1}['b']", .noSuchKey),
        ("{'a': 1}[string(x)]", .noSuchKey),
        ("signal.zone", .absentField),
        ("signal.device.volts > 3.0", .absentField),
        ("any.field", .noSuchOverload),
        ("any + 1", .noSuchOverload),
        ("int('a')", .invalidConversion),
        ("string(b'\\xff')", .invalidUTF8),
        ("timestamp('2026-02-29T00:00:00Z')", .timestampRange),
        ("duration('1 hour')", .durationRange),
        ("signal.at.getHours('Mars/Olympus')", .unknownTimeZone),
        ("optional.none().value()", .emptyOptional),
        ("{x: 1, 7: 2}", .repeatedKey),
        ("'%d'.format(['a'])", .badFormat),
    ])
    func errors(_ text: String, _ code: CELErrorCode) throws {
        #expect(try outcome(text) == "error: \(code)")
    }

    @Test("&& and || absorb errors from either side", arguments: [
        ("x / 0 == 1 || true", "true"), ("true || x / 0 == 1", "true"),
        ("x / 0 == 1 && false", "false"), ("false && x / 0 == 1", "false"),
        ("x / 0 == 1 && true", "error: divideByZero"), ("x / 0 == 1 || false", "error: divideByZero"),
        ("signal.zone == 'k' || x == 7", "true"), ("signal.zone == 'k' && x == 8", "false"),
        ("[1, 0].exists(n, 1 / n == 1)", "true"), ("[0, 1].all(n, 1 / n != 1)", "false"),
    ])
    func absorption(_ text: String, _ expected: String) throws {
        #expect(try outcome(text) == expected)
    }

    @Test("a type error is refused with its place", arguments: [
        ("signal.knd == 'panic'", 1, 8, "signal has no field 'knd'."),
        ("x ==\n  'a'", 1, 3, "'==' does not take (int, string)."),
        ("x > 1 &&\n y > 2", 2, 2, "'y' is not declared."),
        ("x + 1", 1, 3, "The expression gives int; bool is expected."),
        ("'é' + 1 == 'a'", 1, 5, "'+' does not take (string, int)."),
        ("x.name", 1, 3, "int has no fields."),
        ("fn(x)", 1, 1, "The function 'fn' is not declared."),
        ("x.startsWith('a')", 1, 3, "'startsWith' does not take (int, string)."),
        ("x && true", 1, 1, "'&&' takes bool here, not int."),
        ("true ? 1 : 'a'", 1, 12, "Both results of '?:' must have one type; they are int and string."),
        ("x.all(y, true)", 1, 1, "A list or a map is expected here, not int."),
        ("has(x)", 1, 1, "has() takes one selection of a field, such as has(signal.battery)."),
        ("x ==", 1, 5, "The expression ends too early."),
        ("(x == 1", 1, 8, "')' is expected here."),
        ("'a", 1, 1, "This text has no closing quote."),
        ("x == 1 # 2", 1, 8, "This character has no meaning here."),
        ("if == 1", 1, 1, "'if' is a reserved word."),
        ("99999999999999999999 == x", 1, 1, "This number is out of the range of 64 bits."),
        ("math.greatest('a') == 'a'", 1, 6, "'math.greatest' takes numbers or one list of numbers."),
    ])
    func refusals(_ text: String, _ line: Int, _ column: Int, _ message: String) throws {
        let error = try #require(try refusal(text, expecting: .bool))
        #expect(error.message == message)
        #expect(error.line == line)
        #expect(error.column == column)
    }

    @Test("a refusal shows the line with a caret under the column")
    func caret() throws {
        let error = try #require(try refusal("x > 1 &&\n  signal.knd == 'é'"))
        #expect(error.render == "2:10: signal has no field 'knd'.\n |   signal.knd == 'é'\n | .........^")
    }

    @Test("an unchecked expression fails when evaluated, not when compiled")
    func unchecked() throws {
        let environment = try Sample.environment()
        let program = try environment.compileUnchecked("nothing == 1 || x == 7")
        #expect(program.evaluateBool(in: try Sample.activation()) == .isTrue)
        let failing = try environment.compileUnchecked("nothing == 1")
        #expect(failing.evaluateBool(in: try Sample.activation()) == .isError)
    }

    @Test("names are looked up in the container first, and a leading dot leaves it")
    func container() throws {
        var environment = CELEnvironment()
        environment.container = "a.b"
        try environment.declare("a.b.v", .int)
        try environment.declare("v", .int)
        let activation = environment.activation(["a.b.v": .int(1), "v": .int(2)])
        #expect(try environment.compile("v").evaluate(in: activation).description == "1")
        #expect(try environment.compile(".v").evaluate(in: activation).description == "2")
    }

    @Test("declarations refuse repeated and malformed names and signatures")
    func declarations() throws {
        var environment = CELEnvironment()
        #expect(try environment.declare("schedule.night", .bool) == 0)
        #expect(throws: CELDeclarationError.repeatedName("schedule.night")) {
            try environment.declare("schedule.night", .bool)
        }
        #expect(throws: CELDeclarationError.badName("a..b")) { try environment.declare("a..b", .bool) }
        #expect(throws: CELDeclarationError.badSignature("f(int")) {
            try environment.declare(CELFunction(overloads: ["f(int"], implementation: nil))
        }
        #expect(throws: CELDeclarationError.repeatedName("size")) {
            try environment.declare(CELFunction(overloads: ["size(duration) -> int"], implementation: nil))
        }
        try environment.declare(CELFunction(overloads: ["size(string, int) -> int"], implementation: nil))
    }

    @Test("a declared function is called with its arguments, the receiver first")
    func functions() throws {
        var environment = try Sample.environment()
        let overloads = ["(string).twice() -> string", "twice(string) -> string"]
        try environment.declare(
            CELFunction(overloads: overloads) { arguments throws(CELErrorCode) in
                guard case .string(let text) = arguments[0] else { throw .functionFailed }
                return .text(text.text + text.text)
            })
        let activation = try Sample.activation()
        #expect(try environment.compile("'a'.twice() + twice('b')").evaluate(in: activation).description == "aabb")
        let failing = try environment.compile("twice(any) == ''")
        #expect(throws: CELEvaluationError(code: .functionFailed, offset: 0)) { try failing.evaluate(in: activation) }
    }
}
