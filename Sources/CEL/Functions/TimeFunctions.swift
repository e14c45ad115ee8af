/// The parts of timestamps and durations.
enum TimeFunctions {
    static let functions: [Library.Definition] =
        parts.flatMap { name, part in
            [
                .one("(timestamp).\(name)() -> int") { context, value throws(CELErrorCode) in
                    try read(value, offset: 0, part)
                },
                Library.Definition(
                    "(timestamp).\(name)(string) -> int",
                    body: .zoned { zones, value, zone throws(CELErrorCode) in
                        guard case .timestamp(let time) = value else { throw .noSuchOverload }
                        let name = try TextFunctions.text(zone)
                        return try read(value, offset: try offset(name, time, zones), part)
                    }),
            ] as [Library.Definition]
        }
        + durations.map { name, part in
            Library.Definition(
                "(duration).\(name)() -> int", "(timestamp).\(name)() -> int",
                body: .one { _, value throws(CELErrorCode) in
                    if case .duration(let span) = value { return .int(part(span)) }
                    guard let timePart = parts.first(where: { $0.0 == name })?.1 else { throw .noSuchOverload }
                    return try read(value, offset: 0, timePart)
                })
        }

    private typealias Part = @Sendable (CivilTime, Int32) -> Int

    private static let parts: [(String, Part)] = [
        ("getFullYear", { time, _ in time.year }),
        ("getMonth", { time, _ in time.month - 1 }),
        ("getDayOfMonth", { time, _ in time.day - 1 }),
        ("getDate", { time, _ in time.day }),
        ("getDayOfWeek", { time, _ in time.dayOfWeek }),
        ("getDayOfYear", { time, _ in time.dayOfYear }),
        ("getHours", { time, _ in time.hour }),
        ("getMinutes", { time, _ in time.minute }),
        ("getSeconds", { time, _ in time.second }),
        ("getMilliseconds", { _, nanos in Int(nanos / 1_000_000) }),
    ]

    private static let durations: [(String, @Sendable (CELDuration) -> Int64)] = [
        ("getHours", { $0.seconds / 3_600 }),
        ("getMinutes", { $0.seconds / 60 }),
        ("getSeconds", { $0.seconds }),
        ("getMilliseconds", { Int64($0.nanos / 1_000_000) }),
    ]

    private static func read(_ value: CELValue, offset: Int, _ part: Part) throws(CELErrorCode) -> CELValue {
        guard case .timestamp(let time) = value else { throw .noSuchOverload }
        return .int(Int64(part(CivilTime(epochSeconds: time.seconds + Int64(offset)), time.nanos)))
    }

    /// The largest offset of a zone from UTC that is believed.
    private static let maxOffsetSeconds = 26 * 3_600

    private static func offset(
        _ zone: CELString, _ time: CELTimestamp, _ zones: CELZoneResolver?
    ) throws(CELErrorCode) -> Int {
        let name = zone.text
        if name == "UTC" || name == "Z" || name.isEmpty { return 0 }
        var scanner = DigitScanner(name)
        if let fixed = scanner.signedOffset(signRequired: false), scanner.isAtEnd { return fixed }
        guard let found = zones?(name, time.seconds), abs(found) <= maxOffsetSeconds else {
            throw .unknownTimeZone
        }
        return found
    }
}
