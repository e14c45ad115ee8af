import CEL
import Testing

@Suite("CEL time") struct CELTimeTests {
    @Test("timestamps are read and written as RFC 3339", arguments: [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("2026-01-02T03:04:05.120Z", "2026-01-02T03:04:05.12Z"),
        ("2026-01-01T00:30:00+08:00", "2025-12-31T16:30:00Z"), ("2024-02-29T23:59:59-01:00", "2024-03-01T00:59:59Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"),
    ])
    func timestamps(_ text: String, _ written: String) throws {
        #expect(try #require(CELTimestamp(parsing: text)).text == written)
    }

    @Test("malformed timestamps and durations are refused", arguments: [
        "", "2026-01-02", "2026-01-02T03:04:05", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
        "0000-12-31T23:59:59Z", "9999-12-31T23:59:59-00:01", "1s ", "s", "1", "1.s1", "-", "1y", "9223372037s",
        "99999999999999999999h", "1h-1m",
    ])
    func malformed(_ text: String) {
        #expect(CELTimestamp(parsing: text) == nil)
        #expect(CELDuration(parsing: text) == nil)
    }

    @Test("durations are read and written", arguments: [
        ("1h30m", "5400s"), ("-1.5s", "-1.5s"), ("100ms", "0.1s"), ("2us", "0.000002s"), ("0", "0s"),
        ("1m0.5s", "60.5s"),
        ("-9223372036.854775807s", "-9223372036.854775807s"),
    ])
    func durations(_ text: String, _ written: String) throws {
        #expect(try #require(CELDuration(parsing: text)).text == written)
    }

    @Test("days of four centuries are read back and keep their order", .timeLimit(.minutes(1)))
    func calendar() throws {
        let start = try #require(CELTimestamp(parsing: "1800-01-01T00:00:00Z")).seconds
        let environment = try Sample.environment()
        let program = try environment.compile("timestamp(int(any)).getDayOfWeek()")
        var previous = ""
        for day in stride(from: Int64(0), to: 146_097, by: 11) {
            let time = try #require(CELTimestamp(seconds: start + day * 86_400))
            #expect(CELTimestamp(parsing: time.text) == time)
            #expect(previous < time.text)
            previous = time.text
        }
        // 1800-01-01 was a Wednesday.
        let first = try program.evaluate(in: try Sample.activation(any: .int(start)))
        #expect(first.isEqual(to: .int(3)))
    }

    @Test("named zones come from the resolver, and offsets beyond a day are not believed")
    func zones() throws {
        var environment = try Sample.environment()
        environment.zones = { zone, _ in zone == "Asia/Shanghai" ? 28_800 : zone == "Far" ? 100_000 : nil }
        let activation = try Sample.activation()
        let program = try environment.compile("signal.at.getHours('Asia/Shanghai')")
        #expect(try program.evaluate(in: activation).isEqual(to: .int(20)))
        for zone in ["Far", "Nowhere", "+8:00", "08:00:00"] {
            let program = try environment.compile("signal.at.getHours('\(zone)')")
            #expect(throws: CELEvaluationError(code: .unknownTimeZone, offset: 10)) {
                try program.evaluate(in: activation)
            }
        }
    }
}
