/// Rounding and exact conversion of doubles by conversion alone. The standard library's own forms call libm, which a
/// program without Foundation or Glibc does not link.
enum WholeNumbers {
    static func int(exactly number: Double) -> Int64? {
        guard number >= -0x1p63, number < 0x1p63 else { return nil }
        let whole = Int64(number)
        return Double(whole) == number ? whole : nil
    }

    static func uint(exactly number: Double) -> UInt64? {
        guard number >= 0, number < 0x1p64 else { return nil }
        let whole = UInt64(number)
        return Double(whole) == number ? whole : nil
    }

    /// Without the fraction; keeps the sign of zero.
    static func truncated(_ number: Double) -> Double {
        guard abs(number) < 0x1p52 else { return number }
        let whole = Double(Int64(number))
        return number.sign == .minus ? -abs(whole) : whole
    }

    static func floor(_ number: Double) -> Double {
        let whole = truncated(number)
        return whole > number ? whole - 1 : whole
    }

    static func ceiling(_ number: Double) -> Double {
        -floor(-number)
    }

    /// To the nearest; a half goes away from zero.
    static func rounded(_ number: Double) -> Double {
        let whole = truncated(number)
        guard abs(number - whole) >= 0.5 else { return whole }
        return number < 0 ? whole - 1 : whole + 1
    }
}
