import CEL
import Foundation
import Testing

/// The specification's own tests, file by file, when the data is at hand.
@Suite("CELConformance", .serialized) struct CELConformanceTests {
    /// Files of which every test must pass.
    static let claimed = [
        "comparisons", "parse", "conversions", "timestamps", "integer_math", "fields", "string", "macros", "basic",
        "lists", "fp_math", "logic", "type_deduction", "namespace", "plumbing", "macros2", "string_ext", "math_ext",
        "optionals", "bindings_ext", "encoders_ext",
    ]

    @Test("every claimed file of the specification's data passes whole")
    func claimedFilesPass() throws {
        guard let folder = ConformanceData.folder, FileManager.default.fileExists(atPath: folder.path) else {
            print("CEL conformance data is absent; set SILVERBELL_CEL_DATA to run it.")
            return
        }
        var table = "file             tests passed failed\n"
        var (tests, passed) = (0, 0)
        for file in Self.claimed {
            let cases = try #require(ConformanceData.cases(file), "\(file).json cannot be read")
            let failures = cases.compactMap { test in Self.failure(of: test).map { "  \(test.name): \($0)" } }
            tests += cases.count
            passed += cases.count - failures.count
            let name = file.padding(toLength: 16, withPad: " ", startingAt: 0)
            let good = cases.count - failures.count
            table += "\(name) \(column(cases.count)) \(column(good)) \(column(failures.count))\n"
            table += failures.map { $0 + "\n" }.joined()
            #expect(failures.isEmpty, "\(file): \(failures.joined(separator: "; "))")
        }
        print(table + "all              \(column(tests)) \(column(passed)) \(column(tests - passed))")
    }

    private func column(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }

    /// Why a test fails; nil when it passes.
    static func failure(of test: ConformanceCase) -> String? {
        let program: CELProgram
        var environment = CELEnvironment()
        environment.container = test.container
        environment.zones = { zone, seconds in
            TimeZone(identifier: zone)?.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds)))
        }
        do {
            try declare(test, in: &environment)
            program = try test.isChecked
                ? environment.compile(test.expression)
                : environment.compileUnchecked(test.expression, expandsMacros: test.expandsMacros)
        } catch let error as CELCompileError {
            return expectsError(test) ? nil : "refused: \(error.message)"
        } catch {
            return "not declared: \(error)"
        }
        if let type = test.expectation["type"] as? String, program.resultType.name != type {
            return "has type \(program.resultType.name), not \(type)"
        }
        guard !test.isCheckOnly else { return nil }
        let values = test.bindings.compactMapValues { ConformanceData.value($0) }
        do {
            let result = try program.evaluate(in: environment.activation(values))
            guard let json = test.expectation["value"], let wanted = ConformanceData.value(json) else {
                return "gives \(result) where an error is expected"
            }
            return ConformanceData.isSame(result, wanted) ? nil : "gives \(result), not \(wanted)"
        } catch {
            return expectsError(test) ? nil : "fails: \(program.render(error))"
        }
    }

    private static func expectsError(_ test: ConformanceCase) -> Bool {
        test.expectation["error"] != nil || test.expectation["any_error"] != nil
    }

    private static func declare(_ test: ConformanceCase, in environment: inout CELEnvironment) throws {
        var names: Set<String> = ["true", "false", "null"]
        for declaration in test.declarations {
            guard let name = declaration["name"] as? String else { continue }
            let signatures = (declaration["overloads"] as? [[String: Any]] ?? []).map { overload in
                var types = overload["params"] as? [String] ?? []
                let receiver = overload["instance"] as? Bool == true ? "(\(types.removeFirst()))." : ""
                return "\(receiver)\(name)(\(types.joined(separator: ", "))) -> \(overload["result"] as? String ?? "")"
            }
            try environment.declare(CELFunction(overloads: signatures, implementation: nil))
            guard let text = declaration["type"] as? String, names.insert(name).inserted else { continue }
            try environment.declare(name, try #require(CELType(parsing: text), "type \(text)"))
        }
        for name in test.bindings.keys.sorted() where names.insert(name).inserted {
            try environment.declare(name, .dyn)
        }
    }
}
