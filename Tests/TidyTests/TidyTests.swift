import Testing

/// The house rules that a machine can read; what they cannot see is left to readers.
@Suite("Tidy")
struct TidyTests {
  private let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test("the tree is found")
  func treeIsFound() {
    #expect(tree.files(under: "Sources").count > 50)
  }

  @Test("no file is longer than 400 lines")
  func fileLength() {
    let long = tree.files.filter { $0.lines.count > 401 }.map { "\($0.path): \($0.lines.count)" }
    #expect(long == [])
  }

  @Test("no line is longer than 120 columns")
  func lineLength() {
    let long = tree.files.flatMap { file in
      file.lines.enumerated().filter { $0.element.unicodeScalars.count > 120 }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(long == [])
  }

  @Test("no function is longer than 70 lines")
  func functionLength() {
    let long = tree.files(under: "Sources").flatMap { file in
      file.functionLengths.filter { $0.length > 70 }.map { "\(file.path):\($0.line): \($0.length)" }
    }
    #expect(long == [])
  }

  @Test("nothing traps on input: no try!, as!, fatalError in the sources")
  func noTraps() {
    let words = ["try!", "as!", "fatalError("]
    let found = tree.files(under: "Sources").flatMap { file in
      file.lines.enumerated().filter { line in
        let code = line.element.drop { $0 == " " }
        return !code.hasPrefix("//") && words.contains { line.element.contains($0) }
      }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(found == [])
  }

  @Test("@unchecked Sendable only in PQ and TestSupport, with a reason")
  func uncheckedSendable() {
    let found = tree.files(under: "Sources").filter { !$0.path.hasPrefix("Sources/PQ/") }.flatMap { file in
      file.lines.enumerated().filter { $0.element.contains("@unchecked " + "Sendable") }
        .map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(found == [])
  }

  @Test("nothing is left for later")
  func noLeftovers() {
    let words = ["TO" + "DO", "FIX" + "ME", "X" + "XX:", "HA" + "CK:"]
    let found = tree.files.flatMap { file in
      file.lines.enumerated().filter { line in words.contains { line.element.contains($0) } }
        .map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(found == [])
  }

  @Test("pure targets do no I/O: no Foundation, no clock, no concurrency", arguments: PureTarget.all)
  func pureTargets(target: PureTarget) {
    let files = tree.files(under: target.folder)
    #expect(!files.isEmpty)
    let imports = files.flatMap { file in
      file.imports.filter { !target.allowed.contains($0) }.map { "\(file.path) imports \($0)" }
    }
    #expect(imports == [])
    let words = ["async ", "await ", " Date(", "SystemRandomNumberGenerator", ".random(", "DispatchQueue", "Hasher("]
    let impure = files.flatMap { file in
      file.lines.enumerated().filter { line in
        !line.element.drop { $0 == " " }.hasPrefix("//") && words.contains { line.element.contains($0) }
      }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(impure == [])
  }

  @Test("every package declaration says what it is")
  func documentation() {
    let found = tree.files(under: "Sources").flatMap(\.undocumented)
    #expect(found == [])
  }
}

/// A pure target and the modules it may import.
struct PureTarget: Sendable, CustomTestStringConvertible {
  var folder: String
  var allowed: Set<String>
  var testDescription: String { folder }

  static let all = [
    PureTarget(folder: "Sources/CareModel", allowed: []),
    PureTarget(folder: "Sources/JSONText", allowed: []),
    PureTarget(folder: "Sources/CEL", allowed: []),
    PureTarget(folder: "Sources/CareJSON", allowed: ["CareModel", "JSONText"]),
    PureTarget(folder: "Sources/InputRecords", allowed: ["AlertEngine", "CareModel"]),
    PureTarget(folder: "Sources/TextCodecs", allowed: ["Glibc"]),
    PureTarget(folder: "Sources/CivilZones", allowed: []),
    PureTarget(folder: "Sources/AlertRules", allowed: ["CareModel", "CEL", "CivilZones"]),
    PureTarget(folder: "Sources/Dispatching", allowed: ["CareModel"]),
    PureTarget(
      folder: "Sources/AlertEngine",
      allowed: ["CareModel", "AlertRules", "Dispatching", "DequeModule", "HeapModule"]),
    PureTarget(
      folder: "Sources/RuleTrials", allowed: ["CareModel", "AlertRules", "AlertEngine", "DequeModule"]),
    PureTarget(folder: "Sources/Feeds/FeedSession", allowed: ["CareModel", "JSONText"]),
    PureTarget(folder: "Sources/Feeds/MQTT", allowed: ["CareModel", "FeedSession"]),
    PureTarget(folder: "Sources/Feeds/HL7", allowed: ["CareModel", "FeedSession", "TextCodecs"]),
    PureTarget(
      folder: "Sources/Feeds/DC09", allowed: ["CareModel", "FeedSession", "Crypto", "CryptoExtras"]),
    PureTarget(folder: "Sources/Feeds/FHIR", allowed: ["CareModel", "FeedSession", "JSONText"]),
    PureTarget(folder: "Sources/Feeds/SCAIP", allowed: ["CareModel", "FeedSession", "TextCodecs"]),
    PureTarget(folder: "Sources/Feeds/JT808", allowed: ["CareModel", "FeedSession"]),
    PureTarget(folder: "Sources/Feeds/Watch", allowed: ["CareModel", "FeedSession"]),
    PureTarget(
      folder: "Sources/Feeds/Mapped", allowed: ["CareModel", "Crypto", "FeedSession", "JSONText", "TextCodecs"]),
    PureTarget(folder: "Sources/Feeds/HTTPPush", allowed: ["CareModel", "FeedSession", "JSONText"]),
  ]
}
