import CEL
import Glibc
import RuleFiles

/// Attacks the language and the reader of rule files with changed copies of good input: the same seed, the same run.
/// A crash ends the program; what takes too long is shown with the input.
enum FuzzCommand {
  /// An input that takes longer is a hang.
  static let longestMilliseconds = 100.0
  /// Longest expression and longest rule file, in bytes.
  static let maximumBytes = (expression: 4096, rules: 24_576)

  private static let expressions = [
    BenchCommand.rule, "[1, 2, 3].map(x, x * 2).exists(y, y > 4)", "'a b'.matches('^(a|b)+ [^x]{2,3}$')",
    "{'k': [1u, 2.5, b'\\x00'], 'm': {1: null}}.k[0] == 1u ? 'y' : \"n\"", "optional.of(1).optMap(v, v + 1).orValue(0)",
    "duration('1h30m') + duration('10s') > duration('90m')",
    "timestamp('2026-01-01T00:00:00Z').getHours('Asia/Shanghai')",
    "'%s %d %.2f'.format(['x', 7, 1.5])", "cel.bind(x, 'abc', x.size() + x.indexOf('c'))", "-9223372036854775808 / -1",
    "math.greatest(1, 2u, 3.0)", "base64.encode(b'x').split('=').join(',')", "r'\\n' + '''t\\u4e2d'''",
  ]
  private static let words = [
    "&&", "||", "!", "(", ")", "[", "]", "{", "}", "?", ":", ".", ",", "==", "in", "-", "0x", "1e999", "'", "\"\"\"",
    "\\u", "null", "true", "has(", ".all(x,", "type(", "- ", "\n  ", ": ", "&a", "*a", "<<", "|", ">-", "#",
    "\u{0}", "银",
  ]

  static func run(_ arguments: [String]) -> Int32 {
    var rest = arguments[...]
    guard let target = rest.popFirst(), target == "cel" || target == "rules" else { return SilverbellCEL.refuse() }
    var (seconds, seed, corpus) = (10.0, UInt64(1), [[UInt8]]())
    while let word = rest.popFirst() {
      guard let value = rest.popFirst() else { return SilverbellCEL.refuse() }
      switch word {
      case "--seconds": seconds = Double(value) ?? seconds
      case "--seed": seed = UInt64(value) ?? seed
      case "--corpus": corpus += files(in: value)
      default: return SilverbellCEL.refuse()
      }
    }
    if target == "cel" { corpus += expressions.map { Array($0.utf8) } }
    if target == "rules" { corpus += files(in: "deploy/rules") }
    guard !corpus.isEmpty else {
      SilverbellCEL.complain("no good input to change: call it from the checkout, or name a folder with --corpus.")
      return 66
    }
    let bytes = target == "cel" ? maximumBytes.expression : maximumBytes.rules
    let mutator = Mutator(state: seed, words: words.map { Array($0.utf8) }, maximumBytes: bytes)
    return attack(target == "cel" ? expression : rules, corpus, mutator, seconds: seconds)
  }

  private static func attack(
    _ target: ([UInt8]) -> Bool, _ corpus: [[UInt8]], _ mutator: Mutator, seconds: Double
  ) -> Int32 {
    var mutator = mutator
    let start = now()
    var (runs, good, slowest, hangs) = (0, 0, 0.0, 0)
    while now() - start < seconds * 1_000 {
      let input = mutator.change(corpus)
      let before = now()
      if target(input) { good += 1 }
      let taken = now() - before
      runs += 1
      slowest = max(slowest, taken)
      guard taken > longestMilliseconds else { continue }
      hangs += 1
      SilverbellCEL.complain("\(Int(taken)) ms for: \(String(decoding: input, as: UTF8.self).debugDescription)")
    }
    print("\(runs) inputs, \(good) good, slowest \(slowest) ms, over \(Int(longestMilliseconds)) ms: \(hangs)")
    return hangs == 0 ? 0 : 1
  }

  private static func expression(_ input: [UInt8]) -> Bool {
    guard let program = try? CELEnvironment().compile(String(decoding: input, as: UTF8.self)) else { return false }
    return (try? program.evaluate(in: CELActivation([]))) != nil
  }

  private static func rules(_ input: [UInt8]) -> Bool { (try? RuleFiles.parse(bytes: input, name: "fuzz")) != nil }

  private static func files(in folder: String) -> [[UInt8]] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().compactMap { try? RuleFiles.bytes(path: folder + "/" + $0) }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
  }
}

/// Changes good input a little: bytes, words and pieces of other input, by a seeded stream of numbers.
struct Mutator {
  var state: UInt64
  let words: [[UInt8]]
  let maximumBytes: Int

  /// A changed piece of the corpus, at most `maximumBytes` long.
  mutating func change(_ corpus: [[UInt8]]) -> [UInt8] {
    var bytes = corpus[below(corpus.count)]
    if bytes.count > maximumBytes {
      // A whole rule file now and then; else a piece, which is read much faster.
      let start = below(4) == 0 ? 0 : below(bytes.count - maximumBytes)
      bytes = Array(bytes[start..<min(bytes.count, start + maximumBytes)])
    }
    for _ in 0...below(4) {
      let place = below(bytes.count + 1)
      switch below(5) {
      case 0: bytes.insert(contentsOf: words[below(words.count)], at: place)
      case 1: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: next()) }
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + below(8)))
      case 3:
        let word = words[below(words.count)]
        for _ in 0..<below(300) { bytes.insert(contentsOf: word, at: place) }
      default:
        let other = corpus[below(corpus.count)]
        let start = below(other.count + 1)
        bytes.insert(contentsOf: other[start..<min(other.count, start + below(64))], at: place)
      }
    }
    return Array(bytes.prefix(maximumBytes))
  }

  private mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
