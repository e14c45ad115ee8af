extension CELTimestamp {
    /// From RFC 3339 text; nil when it is malformed or outside the years 1 to 9999.
    package init?(parsing text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), scanner.take("-"),
            let day = scanner.digits(2), scanner.take("T") || scanner.take("t"),
            let hour = scanner.digits(2), scanner.take(":"), let minute = scanner.digits(2), scanner.take(":"),
            let second = scanner.digits(2), let nanos = scanner.fraction(), let offset = scanner.offset(),
            scanner.isAtEnd,
            (1...12).contains(month), day >= 1, day <= CivilTime.daysInMonth(year: year, month: month),
            hour <= 23, minute <= 59, second <= 59
        else { return nil }
        let civil = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        self.init(seconds: civil.epochSeconds - Int64(offset), nanos: nanos)
    }

    /// RFC 3339 in UTC, with as many digits of the fraction as are needed.
    package var text: String {
        let civil = CivilTime(epochSeconds: seconds)
        return padded(civil.year, 4) + "-" + padded(civil.month, 2) + "-" + padded(civil.day, 2) + "T"
            + padded(civil.hour, 2) + ":" + padded(civil.minute, 2) + ":" + padded(civil.second, 2)
            + fractionText(nanos) + "Z"
    }
}

extension CELDuration {
    /// From text such as `1h30m`, `-1.5s` or `10ms`; nil when malformed or out of range.
    package init?(parsing text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        if rest == "0" {
            self.init(nanoseconds: 0)
            return
        }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = Self.takePart(&rest) else { return nil }
            let sum = isNegative ? total.subtractingReportingOverflow(part) : total.addingReportingOverflow(part)
            guard !sum.overflow else { return nil }
            total = sum.partialValue
        }
        self.init(nanoseconds: total)
    }

    private static func takePart(_ rest: inout Substring) -> Int64? {
        let whole = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(whole.count)
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(fraction.count + 1)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let unitName = rest.prefix { $0 != "." && !($0.isASCII && $0.isNumber) }
        rest = rest.dropFirst(unitName.count)
        guard let unit = unitNanoseconds(unitName), let count = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        let product = count.multipliedReportingOverflow(by: unit)
        var scale = unit
        var part: Int64 = 0
        for digit in fraction {
            scale /= 10
            part += Int64(digit.wholeNumberValue ?? 0) * scale
        }
        let sum = product.partialValue.addingReportingOverflow(part)
        return product.overflow || sum.overflow ? nil : sum.partialValue
    }

    private static func unitNanoseconds(_ name: Substring) -> Int64? {
        switch name {
        case "h": 3_600_000_000_000
        case "m": 60_000_000_000
        case "s": 1_000_000_000
        case "ms": 1_000_000
        case "us", "µs", "μs": 1_000
        case "ns": 1
        default: nil
        }
    }

    /// Seconds with the fraction that is needed, such as `5400s` or `-1.5s`.
    package var text: String {
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return sign + String(seconds.magnitude) + fractionText(Int32(nanos.magnitude)) + "s"
    }
}

/// Reads fixed-width decimal parts of a time.
struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = rest.first, (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
            rest.removeFirst()
        }
        return value
    }

    /// An optional fraction, as nanoseconds; digits after the ninth are dropped.
    mutating func fraction() -> Int32? {
        guard take(".") else { return 0 }
        var value: Int32 = 0
        var scale: Int32 = 100_000_000
        var count = 0
        while let digit = digits(1) {
            count += 1
            value += Int32(digit) * scale
            scale /= 10
        }
        return count == 0 ? nil : value
    }

    /// `Z` or `+08:00`, in seconds.
    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        return signedOffset(signRequired: true)
    }

    mutating func signedOffset(signRequired: Bool) -> Int? {
        let isNegative = take("-")
        if !isNegative && !take("+") && signRequired { return nil }
        guard let hours = digits(2), take(":"), let minutes = digits(2), hours <= 23, minutes <= 59 else { return nil }
        return (isNegative ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

private func fractionText(_ nanos: Int32) -> String {
    guard nanos != 0 else { return "" }
    var digits = padded(Int(nanos), 9)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
}
