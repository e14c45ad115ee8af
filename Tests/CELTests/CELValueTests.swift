import CEL
import Testing

@Suite("CEL values and slots") struct CELValueTests {
    private static let rule =
        "signal.kind == 'panic' && resident.risk >= 3 && !(resident.district in ['SIP','Gusu']) && signal.battery < 20"

    @Test("the reference rule is decided by each of its parts")
    func referenceRule() throws {
        let program = try Sample.environment().compile(Self.rule, expecting: .bool)
        let cases: [(CELActivation, CELBool)] = [
            (try Sample.activation(), .isTrue),
            (try Sample.activation(Sample.signal(kind: "fall")), .isFalse),
            (try Sample.activation(risk: 2), .isFalse),
            (try Sample.activation(district: "SIP"), .isFalse),
            (try Sample.activation(Sample.signal(battery: 20)), .isFalse),
            (try Sample.activation(Sample.signal(battery: nil)), .isError),
            (try Sample.activation(Sample.signal(battery: nil), risk: 1), .isFalse),
        ]
        for (activation, expected) in cases {
            #expect(program.evaluateBool(in: activation) == expected)
        }
        #expect(
            program.evaluateBoolReporting(in: try Sample.activation(Sample.signal(battery: nil)))
                == .failure(CELEvaluationError(code: .absentField, offset: 97)))
    }

    @Test("comparisons of a slot with a constant agree with the general ones", arguments: [
        "==", "!=", "<", "<=", ">", ">=",
    ])
    func specialised(_ relation: String) throws {
        for value in [CELValue.int(4), .int(5), .int(6), .uint(5), .double(5.5), .text("5"), .null] {
            let activation = try Sample.activation(any: value)
            for (special, general) in [
                ("any \(relation) 5", "any \(relation) dyn(int('5'))"),
                ("5 \(relation) any", "dyn(int('5')) \(relation) any"),
                ("any == '5'", "any == dyn(string('5'))"), ("any in ['4', '5']", "any in ['4', string('5')]"),
            ] {
                #expect(try outcome(special, activation) == outcome(general, activation), "\(special) of \(value)")
            }
        }
    }

    @Test("a slot without a value, a missing slot and a record of another shape are errors")
    func unbound() throws {
        let program = try Sample.environment().compile("x == 7")
        #expect(program.evaluateBool(in: CELActivation([nil, nil, .int(7)])) == .isTrue)
        #expect(program.evaluateBool(in: CELActivation([nil, nil, nil])) == .isError)
        #expect(program.evaluateBool(in: CELActivation([])) == .isError)
        let other = CELRecordType(name: "other", fields: [])
        let record = CELValue.record(try #require(CELRecord(other, [])))
        for text in ["signal.battery < 5", "signal.zone == 'a'", "has(signal.zone)", "signal.zone in ['a']"] {
            let program = try Sample.environment().compile(text)
            #expect(program.evaluateBool(in: CELActivation([record, nil, nil, nil])) == .isError)
            #expect(program.evaluateBool(in: CELActivation([.int(1), nil, nil, nil])) == .isError)
        }
        #expect(CELRecord(other, [.null]) == nil)
    }

    @Test("has() of an absent optional field is false, of a present one true")
    func presence() throws {
        let program = try Sample.environment().compile("has(signal.battery)")
        #expect(program.evaluateBool(in: try Sample.activation()) == .isTrue)
        #expect(program.evaluateBool(in: try Sample.activation(Sample.signal(battery: nil))) == .isFalse)
    }

    @Test("a condition whose value is not a bool is an error")
    func notBool() throws {
        let program = try Sample.environment().compile("any", expecting: .bool)
        #expect(program.evaluateBool(in: try Sample.activation(any: .bool(true))) == .isTrue)
        #expect(program.evaluateBool(in: try Sample.activation(any: .int(1))) == .isError)
    }

    @Test("maps refuse repeated and impossible keys and keep their order")
    func maps() throws {
        #expect(CELMap([(.int(1), .null), (.uint(1), .null)]) == nil)
        #expect(CELMap([(.double(1), .null)]) == nil)
        let map = try #require(CELMap([(.text("b"), .int(1)), (.text("a"), .int(2))]))
        #expect(CELValue.map(map).description == "{'b': 1, 'a': 2}")
        #expect(map.value(for: .text("a"))?.isEqual(to: .int(2)) == true)
    }

    @Test("strings are validated bytewise", arguments: [
        ([0x61, 0xC3, 0xA9], true), ([0xC3], false), ([0xC0, 0x80], false),
        ([0xED, 0xA0, 0x80], false), ([0xF4, 0x90, 0x80, 0x80], false), ([0xF0, 0x8F, 0xBF, 0xBF], false),
        ([0xE0, 0x9F, 0xBF], false), ([0x80], false), ([0xF0, 0x9F, 0x98, 0x80], true), ([], true),
    ] as [([UInt8], Bool)])
    func validation(_ bytes: [UInt8], _ isValid: Bool) {
        #expect((CELString(validating: ContiguousArray(bytes)) != nil) == isValid)
    }

    @Test("types are read from text and written back", arguments: [
        ("int", "int"), ("list(int)", "list(int)"), ("map(string, list(dyn))", "map(string, list(dyn))"),
        ("optional_type(timestamp)", "optional_type(timestamp)"), ("type(int)", "type(int)"), ("list(int", nil),
        ("map(int)", nil), ("", nil), ("int)", nil),
        (String(repeating: "list(", count: 40) + "int" + String(repeating: ")", count: 40), nil),
    ] as [(String, String?)])
    func types(_ text: String, _ name: String?) {
        #expect(CELType(parsing: text)?.name == name)
    }

    @Test("every error code has a sentence")
    func messages() {
        let messages = CELErrorCode.allCases.map(\.message)
        #expect(Set(messages).count == messages.count)
    }
}
