import JSONText
import Testing

@Suite("A scanned JSON document")
struct JSONDocumentTests {
  /// Whether the document says the same as the tree, everywhere.
  private func agrees(_ view: JSONView, _ value: JSONValue) -> Bool {
    guard view.isNull == value.isNull, view.bool == value.bool, view.string == value.string, view.int == value.int,
      view.double == value.double, view.isObject == (value.object != nil), view.isArray == (value.array != nil)
    else { return false }
    if let elements = value.array {
      guard let views = view.elements, views.count == elements.count else { return false }
      return zip(views, elements).allSatisfy { agrees($0, $1) }
    }
    for member in value.object ?? [] {
      guard let found = view[member.key], let wanted = value[member.key], agrees(found, wanted) else { return false }
    }
    return view["no such member"] == nil
  }

  static let texts = [
    "null", " true ", "-0", "9223372036854775807", "9223372036854775808", "1.5", "2E3", "\"\"", "\"银铃\"",
    #"{"\u0061":1,"a":{"c":null},"a":[{},[],"\ud83d\udd14\n\""],"b":"x"}"#, "\u{FEFF}1", "[1 , [2]\n]",
    #"{"a":1,"b":80.0,"c":"x","d":true,"e":[1],"a":2,"f":null,"g":0.5}"#,
  ]

  @Test("says what the tree says", arguments: texts)
  func values(text: String) throws {
    let bytes = Array(text.utf8)
    #expect(agrees(try JSONDocument(scanning: bytes).root, try JSONValue(parsing: bytes)))
  }

  @Test(
    "is refused where the tree is refused, with the place",
    arguments: [
      "", "  ", "nul", "nulL", "1 2", "{}}", "01", "-", "1.", ".5", "1e", "+1", "[1,]", "[1", "{\"a\"}", "{a:1}",
      "{\"a\":1,}", "{", "\"a", "\"a\nb\"", "'a'", "-a", "\"\\",
    ])
  func refusals(text: String) throws {
    let bytes = Array(text.utf8)
    let refusal = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    #expect(throws: try #require(refusal)) { try JSONDocument(scanning: bytes) }
  }

  @Test("a text that is none in the tree's eyes is nil when it is read")
  func badTexts() throws {
    for bytes in [[0x22, 0x80, 0x22], [0x22, 0x5C, 0x78, 0x22], Array(#""\ud800""#.utf8)] as [[UInt8]] {
      #expect(try JSONDocument(scanning: bytes).root.string == nil)
    }
    let document = try JSONDocument(scanning: Array(#"["a","\u0061",1]"#.utf8))
    #expect(document.root.elements?.map { $0.withPlainText { Array($0) } } == [[0x61], nil, nil])
  }

  @Test("texts changed at random are taken and refused as by the tree")
  func changed() {
    var seed: UInt64 = 1
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    let letters = Array("{}[]\",:\\ue-.0123456789abtrfnl \n".utf8)
    var taken = 0
    for _ in 0..<20_000 {
      var bytes = Array(Self.texts[next(Self.texts.count)].utf8)
      for _ in 0...next(3) { bytes[next(bytes.count)] = letters[next(letters.count)] }
      let tree = try? JSONValue(parsing: bytes)
      let document = try? JSONDocument(scanning: bytes)
      if let tree {
        taken += 1
        let isSame = document.map { agrees($0.root, tree) } ?? false
        #expect(isSame, "\(bytes)")
      } else if let document {
        // Only what is looked at when it is read may pass: an escape or a number out of range.
        let isOdd = bytes.contains(UInt8(ascii: "\\")) || bytes.contains(UInt8(ascii: "e"))
          || bytes.contains(UInt8(ascii: "E")) || bytes.contains { $0 >= 0x80 }
        #expect(isOdd, "\(bytes) \(document.root.isNull)")
      }
    }
    #expect(taken > 1000)
  }

  @Test("the limits hold at the bound and one past it")
  func limits() throws {
    let deep = Array((String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).utf8)
    _ = try JSONDocument(scanning: deep)
    #expect(throws: JSONError(.tooDeep, at: 32)) { try JSONDocument(scanning: [UInt8(ascii: "[")] + deep) }
    let limits = JSONLimits(maximumBytes: 5, maximumDepth: 2, maximumNodes: 3)
    _ = try JSONDocument(scanning: Array("[1,2]".utf8), limits: limits)
    #expect(throws: JSONError(.tooLarge, at: 5)) {
      try JSONDocument(scanning: Array("[1,2] ".utf8), limits: limits)
    }
    let more = JSONLimits(maximumBytes: 7, maximumDepth: 2, maximumNodes: 3)
    #expect(throws: JSONError(.tooManyNodes, at: 5)) {
      try JSONDocument(scanning: Array("[1,2,3]".utf8), limits: more)
    }
  }
}
