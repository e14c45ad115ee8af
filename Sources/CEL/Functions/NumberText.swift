/// Doubles as text.
enum NumberText {
    /// The shortest text that reads back the same, as `%g` writes it: an exponent below 0.0001 and from a million on;
    /// whole numbers without a point.
    static func shortest(_ number: Double) -> String {
        guard number.isFinite, let decimal = ShortestDecimal(number) else { return special(number) }
        guard decimal.exponent < -4 || decimal.exponent >= 6 else { return plain(number) }
        let rest = decimal.digits.dropFirst()
        let power = String(decimal.exponent.magnitude)
        return sign(number) + decimal.digits.prefix(1) + (rest.isEmpty ? "" : "." + rest)
            + (decimal.exponent < 0 ? "e-" : "e+") + (power.count < 2 ? "0" + power : power)
    }

    /// The same digits without an exponent.
    static func plain(_ number: Double) -> String {
        guard number.isFinite, let decimal = ShortestDecimal(number) else { return special(number) }
        let (digits, exponent) = (decimal.digits, decimal.exponent)
        if exponent < 0 { return sign(number) + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let fraction = digits.dropFirst(exponent + 1)
        return sign(number) + whole + String(repeating: "0", count: exponent + 1 - whole.count)
            + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// NaN and the infinities; every zero is "0" with its sign.
    private static func special(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        return sign(number) + (number.isInfinite ? "Infinity" : "0")
    }

    /// With a fixed number of digits after the point, half rounded to even on the exact value.
    static func fixed(_ number: Double, digits: Int) -> String {
        guard number.isFinite else { return shortest(number) }
        let decimal = ExactDecimal(number).rounded(toPlaces: digits)
        let whole = decimal.digits(from: decimal.point, below: 0)
        let fraction = decimal.digits(from: 0, below: -digits)
        return sign(number) + (whole.isEmpty ? "0" : whole) + (digits == 0 ? "" : "." + fraction)
    }

    /// Scientific: one digit, the point, the others, and an exponent of at least two digits.
    static func scientific(_ number: Double, digits: Int) -> String {
        guard number.isFinite else { return shortest(number) }
        var decimal = ExactDecimal(number)
        decimal = decimal.rounded(toPlaces: digits + 1 - decimal.point)
        let exponent = decimal.isZero ? 0 : decimal.point - 1
        let all = decimal.digits(from: decimal.isZero ? 1 : decimal.point, below: exponent - digits)
        let power = String(exponent.magnitude)
        return sign(number) + all.prefix(1) + (digits == 0 ? "" : "." + all.dropFirst())
            + (exponent < 0 ? "e-" : "e+") + (power.count < 2 ? "0" + power : power)
    }

    private static func sign(_ number: Double) -> String { number.sign == .minus ? "-" : "" }
}

/// The fewest decimal digits that read back as a number's magnitude: d.ddd × 10^exponent.
private struct ShortestDecimal {
    /// Without leading and trailing zeros.
    let digits: String
    let exponent: Int

    /// Nil for zero.
    init?(_ number: Double) {
        let text = number.magnitude.description
        let marker = text.firstIndex(of: "e") ?? text.endIndex
        let mantissa = text[..<marker]
        let power = marker == text.endIndex ? 0 : Int(text[text.index(after: marker)...]) ?? 0
        let whole = mantissa.prefix { $0 != "." }
        let all = mantissa.filter { $0 != "." }
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.hasSuffix("0") { digits.removeLast() }
        guard !digits.isEmpty else { return nil }
        self.digits = digits
        exponent = whole.count - 1 - leading + power
    }
}

/// The exact decimal digits of a double's magnitude: 0.d₁d₂d₃… × 10^point.
private struct ExactDecimal {
    private var digits: [UInt8]
    private(set) var point: Int

    var isZero: Bool { digits.isEmpty }

    init(_ number: Double) {
        let bits = number.bitPattern
        let exponentBits = Int(bits >> 52 & 0x7FF)
        var mantissa = bits & 0xF_FFFF_FFFF_FFFF
        if exponentBits > 0 { mantissa |= 1 << 52 }
        let exponent = max(exponentBits, 1) - 1_075
        // Base 1,000,000,000, the least part first; a negative power of two is a power of five ten times smaller.
        var parts: [UInt64] = [mantissa % 1_000_000_000, mantissa / 1_000_000_000]
        for _ in 0..<abs(exponent) {
            var carry: UInt64 = 0
            for index in parts.indices {
                let product = parts[index] * (exponent < 0 ? 5 : 2) + carry
                parts[index] = product % 1_000_000_000
                carry = product / 1_000_000_000
            }
            if carry > 0 { parts.append(carry) }
        }
        var all: [UInt8] = []
        for part in parts.reversed() {
            let text = String(part).utf8
            all += [UInt8](repeating: 0, count: 9 - text.count) + text.map { $0 - 0x30 }
        }
        let leading = all.prefix { $0 == 0 }.count
        digits = Array(all[leading...])
        point = digits.count - (exponent < 0 ? -exponent : 0)
        if digits.isEmpty { point = 0 }
    }

    /// Rounded to a number of places after the point; half goes to even.
    func rounded(toPlaces places: Int) -> ExactDecimal {
        let kept = point + places
        guard kept < digits.count else { return self }
        var result = self
        guard kept >= 0 else {
            result.digits = []
            result.point = 0
            return result
        }
        result.digits = Array(digits[..<kept])
        let rest = digits[kept...]
        let isHalf = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let isUp = isHalf ? (result.digits.last ?? 0) % 2 == 1 : (rest.first ?? 0) >= 5
        if isUp { result.increment(kept) }
        return result
    }

    private mutating func increment(_ count: Int) {
        var index = count - 1
        while index >= 0 {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
            index -= 1
        }
        digits.insert(1, at: 0)
        point += 1
    }

    /// The digits of the powers of ten from `high - 1` down to `low`.
    func digits(from high: Int, below low: Int) -> String {
        guard high > low else { return "" }
        return (low..<high).reversed().map { power in
            let index = point - 1 - power
            return String(digits.indices.contains(index) ? digits[index] : 0)
        }.joined()
    }
}
