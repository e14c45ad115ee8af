import CEL
import Testing

@Suite("CEL introspection") struct CELIntrospectionTests {
    private func program(_ text: String) throws -> CELProgram {
        try Sample.environment().compile(text, expecting: .bool)
    }

    @Test("variables and reads are listed in order of use, with their places")
    func reads() throws {
        let program = try program("resident.risk > 1 &&\n signal.battery < 20 && signal.device.model == 'M1'")
        #expect(program.variables == ["resident", "signal"])
        #expect(
            program.fieldReads.map(\.path)
                == ["resident.risk", "signal.battery", "signal.device.model", "signal.device"])
        let battery = try #require(program.fieldReads.first { $0.path == "signal.battery" })
        #expect(battery.isOptional)
        #expect(battery.variable == "signal")
        #expect(battery.field == "battery")
        #expect(battery.line == 2)
        #expect(battery.column == 9)
    }

    @Test("a read of an optional field is guarded by a test to its left", arguments: [
        ("signal.battery < 20", false),
        ("has(signal.battery) && signal.battery < 20", true),
        ("signal.battery < 20 && has(signal.battery)", false),
        ("has(signal.battery) || signal.battery < 20", false),
        ("!has(signal.battery) || signal.battery < 20", true),
        ("has(signal.battery) ? signal.battery < 20 : false", true),
        ("has(signal.battery) ? true : signal.battery < 20", false),
        ("signal.kind == 'panic' && x > 1 && signal.battery < 20", true),
        ("'panic' == signal.kind && signal.battery < 20", true),
        ("signal.kind in ['panic', 'fall'] && signal.battery < 20", true),
        ("(signal.kind == 'panic' || signal.kind == 'fall') && signal.battery < 20", true),
        ("(signal.kind == 'panic' || x == 1) && signal.battery < 20", false),
        ("signal.kind != 'panic' && signal.battery < 20", false),
        ("signal.kind != 'panic' || signal.battery < 20", true),
        ("!(signal.kind != 'panic') && signal.battery < 20", true),
        ("resident.district == 'SIP' && signal.battery < 20", false),
        ("has(signal.zone) && signal.battery < 20", false),
        ("has(signal.battery) && [1].exists(n, signal.battery < n)", true),
    ])
    func guards(_ text: String, _ isGuarded: Bool) throws {
        let read = try #require(try program(text).fieldReads.first { $0.path == "signal.battery" })
        #expect(read.isGuarded(byTestOf: ["signal.kind"]) == isGuarded)
    }

    @Test("a field that is not optional needs no guard, and .? is no read at all")
    func unguarded() throws {
        let read = try #require(try program("resident.risk > 1").fieldReads.first)
        #expect(read.isGuarded(byTestOf: []))
        #expect(try program("signal.?battery.orValue(9) < 20").fieldReads.isEmpty)
    }

    @Test("the guards of a read carry the constants of the test")
    func guardValues() throws {
        let read = try #require(
            try program("signal.kind in ['a', 'b'] && signal.battery < 20").fieldReads.first { $0.field == "battery" })
        guard case .oneOf(let path, let values)? = read.guards.first else {
            Issue.record("no guard")
            return
        }
        #expect(path == "signal.kind")
        #expect(values.map(\.description) == ["a", "b"])
    }

    @Test("the constants of a field outside which a condition is false", arguments: [
        ("signal.kind == 'panic'", ["panic"]),
        ("'panic' == signal.kind && x > 1", ["panic"]),
        ("x > 1 && (signal.kind == 'a' || signal.kind in ['b', 'a'])", ["a", "b"]),
        ("signal.kind in ['a', 'b'] && signal.kind in ['b', 'c']", ["b"]),
        ("signal.kind == 'a' && signal.kind == 'b'", []),
        ("!(signal.kind != 'a')", ["a"]),
        ("signal.kind == 'a' || x > 1", nil),
        ("signal.kind != 'a'", nil),
        ("x > 1", nil),
        ("signal.kind.startsWith('a')", nil),
        ("x > 1 ? signal.kind == 'a' : signal.kind == 'b'", nil),
    ] as [(String, [String]?)])
    func possibleValues(_ text: String, _ expected: [String]?) throws {
        let values = try program(text).possibleValues(of: "signal.kind")
        #expect(values?.map(\.description) == expected)
    }

    @Test("an explanation gives the value of what was needed, and leaves out what was not")
    func explanation() throws {
        let text = "signal.kind == 'panic' && signal.battery < 5 && resident.risk > 1"
        let lines = try program(text).explain(in: try Sample.activation())
        #expect(
            lines.map { line in
                let value = (try? line.outcome.get())?.description ?? "error"
                return String(repeating: " ", count: line.depth) + line.text + " = " + value
            } == [
                text + " = false", " signal.kind == 'panic' = true", "  signal.kind = panic",
                " signal.battery < 5 = false", "  signal.battery = 11",
            ])
    }

    @Test("an explanation shows the error of an absent field and the branch that was taken")
    func explanationOfErrors() throws {
        let lines = try program("x == 7 ? signal.zone == 'k' : signal.battery > 1").explain(in: try Sample.activation())
        #expect(lines.map(\.text).contains("signal.battery") == false)
        let zone = try #require(lines.first { $0.text == "signal.zone" })
        #expect(throws: CELEvaluationError.self) { try zone.outcome.get() }
        #expect(zone.offset == 9)
    }

    @Test("an explanation has at most 500 lines")
    func explanationBound() throws {
        let text = (0..<400).map { _ in "x == 7" }.joined(separator: " && ")
        #expect(try program(text).explain(in: try Sample.activation()).count == 500)
        let short = (0..<249).map { _ in "x == 7" }.joined(separator: " && ")
        #expect(try program(short).explain(in: try Sample.activation()).count == 499)
    }
}
