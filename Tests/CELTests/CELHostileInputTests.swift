import CEL
import Testing

@Suite("CEL hostile input") struct CELHostileInputTests {
    private func wide() -> CELLimits {
        var limits = CELLimits()
        limits.maxSourceBytes = 4_000_000
        return limits
    }

    @Test("nesting beyond the limit is refused before the stack ends", arguments: [
        ("(", ")"), ("[", "]"), ("{1:", "}"), ("!(", ")"), ("-(", ")"), ("f(", ")"), ("x.f(", ")"), ("x[", "]"),
        ("true ? 1 : ", ""),
    ])
    func nesting(_ open: String, _ close: String) throws {
        let text = String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
        #expect(try #require(try refusal(text, limits: wide())).message.contains("64 deep"))
    }

    @Test("parentheses pass at the nesting limit and not one deeper")
    func nestingBound() throws {
        let limit = CELLimits.standard.maxNesting
        for (depth, passes) in [(limit - 1, true), (limit, false)] {
            let text = String(repeating: "(", count: depth) + "x" + String(repeating: ")", count: depth)
            #expect(try (refusal(text) == nil) == passes)
        }
    }

    @Test("chains of one operator pass at the depth limit and not one longer", arguments: [" + x", ".y", "[0]"])
    func depthBound(_ link: String) throws {
        let limit = CELLimits.standard.maxDepth
        for (links, passes) in [(limit - 1, true), (limit, false)] {
            let text = (link == " + x" ? "x" : "any") + String(repeating: link, count: links)
            #expect(try (refusal(text) == nil) == passes, "\(links)")
        }
    }

    @Test("unary operators in a row are no depth")
    func unaryRow() throws {
        #expect(try outcome(String(repeating: "!", count: 60_000) + "true") == "true")
        #expect(try outcome(String(repeating: "-", count: 60_001) + "x") == "-7")
        #expect(try outcome("--9223372036854775808") == "error: overflow")
        #expect(try outcome("---5") == "-5")
    }

    @Test("an expression passes at the byte limit and not one longer")
    func sourceBound() throws {
        let limit = CELLimits.standard.maxSourceBytes
        #expect(try refusal("x" + String(repeating: " ", count: limit - 1)) == nil)
        #expect(try refusal("x" + String(repeating: " ", count: limit))?.message.contains("65536 bytes") == true)
        #expect(try refusal(String(repeating: "x+", count: 500_000) + "x") != nil)
    }

    @Test("an expression passes at the limit of parts and not one more")
    func nodeBound() throws {
        let elements = CELLimits.standard.maxNodes - 1
        let list = "[" + Array(repeating: "1", count: elements).joined(separator: ",")
        #expect(try refusal(list + "]") == nil)
        #expect(try refusal(list + ",1]")?.message.contains("10000 parts") == true)
    }

    @Test("huge literals are refused or read, never trapped", arguments: [
        String(repeating: "9", count: 60_000), "0x" + String(repeating: "f", count: 1_000),
        "1e999999999", "9223372036854775808", "18446744073709551616u", "'\\U00110000'", "'\\ud800'", "b'\\u0041'",
        "'\\400'", "\"", "'''", "r'", "b\"\\", "`", "@", "\\", "1..2", "0x", "1e", "a.`", "{", "[", "(", "a ? b",
        "\u{0}",
    ])
    func literals(_ text: String) throws {
        #expect(try refusal(text) != nil)
    }

    @Test("every prefix and every one-byte change of a rule is read without a trap")
    func mutations() throws {
        let rule = Array("has(s.b) && [1,2].map(n, n*2)[0] <= -3.5e2 ? 'a\\n' : b\"\\x41\" + r'''x''' {1u:2}.?c".utf8)
        var refused = 0
        for cut in 0...rule.count {
            if try refusal(String(decoding: rule[..<cut], as: UTF8.self)) != nil { refused += 1 }
        }
        for position in rule.indices {
            for byte in [UInt8(0), 0x22, 0x27, 0x28, 0x5C, 0x60, 0x7B, 0xFF] {
                var changed = rule
                changed[position] = byte
                if try refusal(String(decoding: changed, as: UTF8.self)) != nil { refused += 1 }
            }
        }
        #expect(refused == rule.count * 9 + 1)
    }

    @Test("evaluation stops at the cost limit, also inside && and ||", arguments: [
        "[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, [1,2,3,4,5,6,7,8].all(c, [1,2,3,4,5,6,7,8].all(d, "
            + "[1,2,3,4,5,6,7,8].all(e, [1,2,3,4,5,6,7,8].all(f, [1,2,3,4,5,6,7,8].all(g, a+b+c+d+e+f+g > 0)))))))",
        "cel.bind(a, 'xxxxxxxxxxxxxxxx', cel.bind(b, a.replace('', a), cel.bind(c, b.replace('', b), "
            + "c.replace('', c).size() > 0)))",
        "[1,2,3,4,5,6,7,8].exists(a, [1,2,3,4,5,6,7,8].map(b, [1,2,3,4,5,6,7,8].map(c, [1,2,3,4,5,6,7,8].map(d, "
            + "[1,2,3,4,5,6,7,8].map(e, [1,2,3,4,5,6,7,8].map(f, [1,2,3,4,5,6,7,8].map(g, f)))))).size() < 0) "
            + "|| x == 0",
    ])
    func costBombs(_ text: String) throws {
        #expect(try outcome(text) == "error: costExceeded")
        let program = try Sample.environment().compile(text)
        #expect(program.evaluateBool(in: try Sample.activation()) == .isError)
        #expect(program.estimatedCost > CELLimits.standard.maxRunCost)
    }

    @Test("shared lists of exponential size are compared within the cost limit")
    func sharedLists() throws {
        var text = "a0 == a0 + []"
        for level in (0..<30).reversed() {
            let inner = level == 29 ? "1" : "a\(level + 1)"
            text = "cel.bind(a\(level), [\(inner), \(inner)], \(text))"
        }
        var nested = "[a29, a29] == [a29, a29]"
        for level in (0..<30).reversed() {
            let inner = level == 0 ? "1" : "a\(level - 1)"
            nested = "cel.bind(a\(level), [\(inner), \(inner)], \(nested))"
        }
        #expect(try refusal(text) != nil)
        #expect(try outcome(nested) == "error: costExceeded")
    }

    @Test("the cost counter stops exactly past its limit")
    func costBound() throws {
        var environment = try Sample.environment()
        let text = "[1, 2, x].exists(n, n == 7)"
        let activation = try Sample.activation()
        let cost = try environment.compile(text).cost(in: activation)
        environment.limits.maxRunCost = cost
        #expect(try environment.compile(text).evaluateBool(in: activation) == .isTrue)
        environment.limits.maxRunCost = cost - 1
        #expect(try environment.compile(text).evaluateBool(in: activation) == .isError)
    }

    @Test("the estimate grows with the declared sizes and can refuse an expression")
    func estimate() throws {
        var environment = CELEnvironment()
        try environment.declare("short", .list(.int), maxSize: 2)
        try environment.declare("long", .list(.int), maxSize: 1_000)
        let cheap = try environment.compile("short.all(n, n > 0)").estimatedCost
        let costly = try environment.compile("long.all(n, n > 0)").estimatedCost
        #expect(cheap < 50)
        #expect(costly > 1_000)
        environment.limits.maxEstimatedCost = costly
        #expect(throws: Never.self) { try environment.compile("long.all(n, n > 0)") }
        environment.limits.maxEstimatedCost = costly - 1
        #expect(throws: CELCompileError.self) { try environment.compile("long.all(n, n > 0)") }
    }

    @Test("deep and long descriptions are cut")
    func descriptions() {
        let list = CELValue.list(ContiguousArray(repeating: .text("text"), count: 100_000))
        let text = list.description
        #expect(text.utf8.count < CELValue.maxDescriptionBytes + 100)
        #expect(text.hasSuffix("…]"))
    }
}
