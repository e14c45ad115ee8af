import CEL
import Glibc

/// Evaluates expressions without variables.
enum EvaluateCommand {
  static func run(_ arguments: [String]) -> Int32 {
    guard arguments.count == 1, let text = arguments.first else { return SilverbellCEL.refuse() }
    guard text == "--lines" else { return one(text) }
    while let line = readLine() { print(outcome(line)) }
    return 0
  }

  private static func one(_ text: String) -> Int32 {
    let environment = CELEnvironment()
    do throws(CELCompileError) {
      let program = try environment.compile(text)
      do throws(CELEvaluationError) {
        let value = try program.evaluate(in: CELActivation([]))
        print("\(TypedText.of(value)) : \(program.resultType.name)")
        return 0
      } catch {
        SilverbellCEL.complain(program.render(error))
        return 1
      }
    } catch {
      SilverbellCEL.complain(error.render)
      return 2
    }
  }

  /// The value in a form that keeps the types apart, `error CODE`, or `refused LINE:COLUMN: MESSAGE`.
  private static func outcome(_ text: String) -> String {
    do throws(CELCompileError) {
      let program = try CELEnvironment().compile(text)
      do throws(CELEvaluationError) {
        return TypedText.of(try program.evaluate(in: CELActivation([])))
      } catch {
        return "error \(error.code)"
      }
    } catch {
      return "refused \(error.line):\(error.column): \(error.message)"
    }
  }
}

/// Values as text that says the type of each: `1`, `1u`, `1.0`, `"text"`, `b"\x00"`; maps in the order of their keys.
enum TypedText {
  static func of(_ value: CELValue) -> String {
    switch value {
    case .uint(let number): return "\(number)u"
    case .double(let number): return double(number)
    case .string(let text): return quoted(text.text)
    case .bytes(let bytes): return "b'" + bytes.map { hexadecimal($0) }.joined() + "'"
    case .timestamp(let time): return "timestamp(\(time.seconds).\(time.nanos))"
    case .duration(let span): return "duration(\(span.nanoseconds))"
    case .list(let list): return "[" + list.map(of).joined(separator: ", ") + "]"
    case .map(let map):
      let pairs = zip(map.keys, map.values).map { "\(of($0)): \(of($1))" }
      return "{" + pairs.sorted().joined(separator: ", ") + "}"
    case .optional(let optional): return optional.value.map { "optional(\(of($0)))" } ?? "optional.none()"
    case .type(let type): return "type(\(type.runtimeName))"
    case .null, .bool, .int, .record: return value.description
    }
  }

  private static func double(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return number.description
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value >= 0x7F || scalar == "\"" || scalar == "\\"
        ? "\\{" + String(scalar.value, radix: 16) + "}" : String(scalar)
    }.joined() + "\""
  }

  private static func hexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: number.bitWidth / 4 - digits.count) + digits
  }
}
