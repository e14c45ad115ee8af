import CEL
import Testing

/// The records and variables that the tests of conditions use.
enum Sample {
    static let signalType = CELRecordType(
        name: "signal",
        fields: [
            CELField("kind", .string, maxSize: 16), CELField("battery", .int, isOptional: true),
            CELField("zone", .string, isOptional: true), CELField("at", .timestamp),
            CELField("device", .record(deviceType)),
        ])
    static let deviceType = CELRecordType(
        name: "device", fields: [CELField("model", .string), CELField("volts", .double, isOptional: true)])
    static let residentType = CELRecordType(
        name: "resident",
        fields: [
            CELField("risk", .int), CELField("district", .string),
            CELField("tags", .list(.string), maxSize: 10), CELField("notes", .map(.string, .string)),
        ])

    static func environment() throws -> CELEnvironment {
        var environment = CELEnvironment()
        try environment.declare("signal", .record(signalType))
        try environment.declare("resident", .record(residentType))
        try environment.declare("x", .int)
        try environment.declare("any", .dyn)
        return environment
    }

    static func signal(
        kind: String = "panic", battery: Int64? = 11, zone: String? = nil
    ) throws -> CELValue {
        let device = try #require(CELRecord(deviceType, [.text("M1"), nil]))
        let time = try #require(CELTimestamp(parsing: "2026-03-01T12:00:00Z"))
        return .record(
            try #require(
                CELRecord(
                    signalType,
                    [
                        .text(kind), battery.map(CELValue.int), zone.map(CELValue.text), .timestamp(time),
                        .record(device),
                    ])))
    }

    static func activation(
        _ signal: CELValue? = nil, risk: Int64 = 4, district: String = "Wuzhong", any: CELValue = .null
    ) throws -> CELActivation {
        let notes = try #require(CELMap([(.text("door"), .text("left"))]))
        let resident = try #require(
            CELRecord(residentType, [.int(risk), .text(district), .list([.text("frail")]), .map(notes)]))
        return CELActivation([try signal ?? Self.signal(), .record(resident), .int(7), any])
    }
}

/// What an expression over the sample gives: the text of its value, or the code of its error.
func outcome(_ text: String, _ activation: CELActivation? = nil) throws -> String {
    let program = try Sample.environment().compile(text)
    let activation = try activation ?? Sample.activation()
    do throws(CELEvaluationError) {
        return try program.evaluate(in: activation).description
    } catch {
        return "error: \(error.code)"
    }
}

/// The message with which an expression over the sample is refused; nil when it is accepted.
func refusal(_ text: String, expecting: CELType? = nil, limits: CELLimits = .standard) throws -> CELCompileError? {
    var environment = try Sample.environment()
    environment.limits = limits
    do throws(CELCompileError) {
        _ = try environment.compile(text, expecting: expecting)
        return nil
    } catch {
        return error
    }
}
